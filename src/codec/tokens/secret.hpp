// Bytes that nobody may see: a client secret, a private key. It keeps them in one place of memory
// and wipes that when it goes; it never prints. Where they come from is app/settings/secret.hpp's,
// what is made of them codec/tokens/token.hpp's.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tidings::codec {

class secret {
  public:
    // Longest secret; an 8,192-bit RSA key in PEM is 6,400 bytes. Longer ones are refused where
    // they are read.
    static constexpr std::size_t size_max = 64 * 1024;

    secret() = default;
    // Copies the bytes. The source is the caller's to wipe.
    explicit secret(std::string_view bytes);
    // Copies the bytes and wipes the source.
    explicit secret(std::string&& bytes);

    secret(secret&& other) noexcept;
    secret& operator=(secret&& other) noexcept;
    ~secret();

    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }
    // The bytes themselves: for a digest or a key, never for a message, a log or a file. The view
    // lives as long as this object is neither moved from nor destroyed.
    std::string_view reveal() const noexcept { return {bytes_.get(), size_}; }

    template <class Stream>
    friend Stream& operator<<(Stream&, const secret&) = delete;

  private:
    // Always on the heap: a short std::string would leave a copy behind where it was moved from.
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

// Overwrites the bytes, so that they do not linger in freed memory.
void wipe_bytes(void* bytes, std::size_t size) noexcept;

}  // namespace tidings::codec
