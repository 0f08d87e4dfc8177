// The three ways a list's bytes lie in its file; private to store/list_source.
#pragma once

#include "core/failure.hpp"
#include "store/list_source.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tidings::store {

// An open file that is read forward. Owns the descriptor.
class input_file {
  public:
    explicit input_file(int descriptor, std::string path);
    ~input_file();
    input_file(input_file&&) noexcept;
    input_file& operator=(input_file&&) = delete;

    // Reads until `out` is full or the file ends.
    core::result<std::size_t> read(std::span<char> out);
    core::result<void> rewind();

    std::uint64_t position() const noexcept { return position_; }
    const std::string& path() const noexcept { return path_; }

  private:
    int descriptor_;
    std::string path_;
    std::uint64_t position_ = 0;
};

class list_source::unpacking {
  public:
    virtual ~unpacking() = default;
    virtual core::result<std::size_t> read(std::span<char> out) = 0;
    virtual core::result<void> rewind() = 0;
};

std::unique_ptr<list_source::unpacking> plain_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> gzip_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> zstd_bytes(input_file file);

}  // namespace tidings::store
