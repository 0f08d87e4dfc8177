// The bytes of a list file from front to back, in blocks: plain, gzip (also many members) or zstd
// (also many frames), told by their first bytes, not by the name. Large reads and no mapping, so
// that a list of any size costs no memory. Rows are store/list_rows's; a fingerprint of the file as
// it lies on disk is store/list_fingerprint's. One thread at a time.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tidings::store {

class list_source {
  public:
    // zstd frames that need a larger window than this are refused: memory stays bounded.
    static constexpr int zstd_window_log_max = 25;

    // Fails (list) when the file is missing, a folder, or cannot be read, with what to do.
    static core::result<list_source> open(const std::string& path);
    ~list_source();
    list_source(list_source&&) noexcept;
    list_source& operator=(list_source&&) noexcept;

    // Fills `out` as far as there are bytes; 0: the end. Fails (list) when compressed bytes are
    // damaged or end too early (the text names the byte of the file), or when reading fails.
    core::result<std::size_t> read(std::span<char> out);

    // Back to the first byte.
    core::result<void> rewind();

    const std::string& path() const noexcept { return path_; }

    // A way of packing bytes; list_source.cpp has one for each.
    class unpacking;

  private:
    list_source();

    std::string path_;
    std::unique_ptr<unpacking> bytes_;
};

}  // namespace tidings::store
