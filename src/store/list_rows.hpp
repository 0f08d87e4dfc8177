// The rows of a list file in any of its formats, from front to back and again: source, format and
// row reader put together with one window of memory. Numbers stay text here: what they name, and
// whether they may be sent to, is runner/list_reader's. One thread at a time.
#pragma once

#include "codec/lists/csv_rows.hpp"
#include "codec/lists/line_rows.hpp"
#include "codec/lists/list_columns.hpp"
#include "codec/lists/list_format.hpp"
#include "codec/lists/ndjson_rows.hpp"
#include "codec/lists/raw_row.hpp"
#include "core/failure.hpp"
#include "store/list_source.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidings::store {

struct list_rows_options {
    std::string path;
    std::optional<codec::list_format> format;  // nullopt: by name and first bytes
    codec::column_names columns;
    std::size_t header_row = 1;        // csv, tsv, sheets: as codec::csv_layout has it
    bool comments = false;             // lines: what follows a # is not read
    bool only_column_will_do = false;  // csv, tsv: a sole column is `to`, whatever its name
    std::size_t block_bytes = std::size_t{256} << 10;  // read at once; 1 .. 16 MiB
};

class list_rows {
  public:
    static constexpr std::size_t rows_per_call_max = 256;

    // Opens the file, tells the format and reads the header. All failures are of kind list and name
    // the file. An empty file fails; a header without rows does not.
    static core::result<list_rows> open(list_rows_options options);

    // Goes on to the next rows; false: the end. What rows() and tail_of_previous() show is good
    // until the next call.
    core::result<bool> advance();
    // At most rows_per_call_max; may be none while only a too long row goes on.
    std::span<const codec::raw_row> rows() const noexcept { return {rows_.data(), rows_found_}; }
    // More bytes of the last row before these: one that is too long comes in several pieces.
    std::string_view tail_of_previous() const noexcept { return tail_; }

    // Back to the first row.
    core::result<void> rewind();

    codec::list_format format() const noexcept { return format_; }
    // Byte order mark, header and all, as they are in the file; empty where there is no header.
    std::string_view header_bytes() const noexcept { return header_bytes_; }
    const std::string& path() const noexcept { return options_.path; }
    // How the list is, as far as it was read.
    list_oddities oddities() const;

  private:
    using reader = std::variant<codec::line_rows, codec::csv_rows, codec::ndjson_rows>;

    list_rows(list_rows_options options, list_source source);
    core::result<void> fill();  // more bytes into the window, behind what is left of it
    core::result<void> read_head();
    core::result<void> check_lines() const;
    core::result<void> read_csv_header(char separator);
    core::failure with_oddities(core::failure what) const;
    core::failure named(core::failure what) const;
    std::string_view window() const noexcept { return {room_.data() + begin_, end_ - begin_}; }

    list_rows_options options_;
    list_source source_;
    codec::list_format format_ = codec::list_format::lines;
    reader reader_;
    std::vector<char> room_;  // the window is room_[begin_, end_)
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool last_ = false;  // the source has no more
    std::string header_bytes_;
    std::string header_note_;  // where it stands, when that is not the first line
    std::string_view tail_;
    std::vector<codec::raw_row> rows_;
    std::size_t rows_found_ = 0;
};

}  // namespace tidings::store
