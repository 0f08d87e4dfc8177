// The ways a list's bytes lie in its file: plain, packed, in an archive. Private to
// store/list_source; sheets are store/workbook_bytes'.
#pragma once

#include "codec/lists/list_text.hpp"
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

    int descriptor() const noexcept { return descriptor_; }
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
    // Of the file that the bytes are; empty: the list's own name says it.
    virtual std::string name() const { return {}; }
    virtual bool is_sheet() const { return false; }
    virtual list_oddities oddities() const { return {}; }
};

std::unique_ptr<list_source::unpacking> plain_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> gzip_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> zstd_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> xz_bytes(input_file file);
core::result<std::unique_ptr<list_source::unpacking>> bzip2_bytes(input_file file);
// The one file in a zip archive that can be a list.
core::result<std::unique_ptr<list_source::unpacking>> zip_bytes(input_file file);
// Those of another, rewritten.
std::unique_ptr<list_source::unpacking> filtered_bytes(std::unique_ptr<list_source::unpacking> from,
                                                       std::unique_ptr<codec::list_filter> filter,
                                                       std::string path);

}  // namespace tidings::store
