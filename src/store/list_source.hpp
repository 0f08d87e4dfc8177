// The bytes of a list file from front to back, in blocks, as a reader of rows wants them: unpacked
// (gzip, zstd, xz, bzip2, the one file of a zip), a workbook's sheet (xlsx, ods) as CSV, and all of
// it UTF-8 with a line a row. What the file is is told by its first bytes, not by its name. Large
// reads and no mapping, so that a list of any size costs no memory. Rows are store/list_rows's; a
// fingerprint of the file as it lies on disk is store/list_fingerprint's. One thread at a time.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "core/failure.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tidings::store {

// What a workbook is searched for.
struct list_source_options {
    codec::column_names columns = {};
    std::size_t header_row = 1;
};

// What of a list is not read, and what a person should know about how it is.
struct list_oddities {
    std::uint64_t hidden_rows = 0;
    std::uint64_t hidden_columns = 0;
    std::uint64_t hidden_sheets = 0;
    std::vector<std::string> notes;  // a phrase each
};

class list_source {
  public:
    // zstd frames that need a larger window than this are refused: memory stays bounded.
    static constexpr int zstd_window_log_max = 25;
    static constexpr std::uint64_t xz_memory_max = std::uint64_t{128} << 20;

    // Fails (list) when the file is missing, a folder, cannot be read, or is no list, with what to
    // do.
    static core::result<list_source> open(const std::string& path,
                                          const list_source_options& options = {});
    ~list_source();
    list_source(list_source&&) noexcept;
    list_source& operator=(list_source&&) noexcept;

    // Fills `out` as far as there are bytes; 0: the end. Fails (list) when the file is damaged or
    // ends too early (the text names the byte of a packed file), or when reading fails.
    core::result<std::size_t> read(std::span<char> out);

    // Back to the first byte.
    core::result<void> rewind();

    const std::string& path() const noexcept { return path_; }
    // Of the file in an archive, or the path: tells the format.
    const std::string& name() const noexcept { return name_; }
    // CSV with commas, whatever the name says.
    bool is_sheet() const noexcept { return is_sheet_; }
    // Of what was read so far.
    list_oddities oddities() const;

    // A way in which bytes lie in a file; packed_bytes and workbook_bytes have them.
    class unpacking;

  private:
    list_source();

    std::string path_;
    std::string name_;
    bool is_sheet_ = false;
    std::unique_ptr<unpacking> bytes_;
};

}  // namespace tidings::store
