// SHA-256 over bytes that come piece by piece: what a list's fingerprint is made of.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tidings::codec {

class content_digest {
  public:
    content_digest();
    ~content_digest();
    content_digest(content_digest&&) noexcept;
    content_digest& operator=(content_digest&&) noexcept;

    void add(std::string_view bytes);
    // 64 hexadecimal digits of all that was added; then it begins anew.
    std::string take();

  private:
    struct context;
    std::unique_ptr<context> context_;
};

}  // namespace tidings::codec
