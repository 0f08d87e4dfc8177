// Takes the rows of a CSV or TSV list off a window of bytes: header, quotes (doubled quotes and
// line ends inside them), CRLF, columns in any order, columns nobody asked for. It never judges
// numbers (phone_spelling) and never touches files (store/list_rows). Blank lines are no rows, nor
// are lines of empty fields.
//
// The header is the first line that has the wanted columns, by whichever separator: a "sep=;" and
// some titles may stand above it.
//
// A broken quote makes one line invalid, never its neighbours: the row is taken to end with its
// first line, and reading goes on with the next.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "codec/lists/raw_row.hpp"
#include "core/failure.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

struct csv_layout {
    char separator = ',';        // the likeliest; others are tried where the header has none of it
    bool certain = false;        // no others are
    std::size_t header_row = 1;  // among lines that are not blank; 1: titles may stand above it
};

class csv_rows {
  public:
    static constexpr std::size_t columns_max = 4096;  // of a header
    // A header that is not on the first line is looked for so far.
    static constexpr std::size_t head_bytes_max = std::size_t{64} << 10;

    csv_rows(csv_layout layout, column_names wanted);

    // Reads the header off the front of the window: how many bytes it takes with what stands above
    // it, 0 when more are needed. Pre: the byte order mark is not in the window. `last`: no bytes
    // come after it.
    core::result<std::size_t> read_header(std::string_view window, bool last);

    // Takes rows off the window until it or `out` ends. Pre: the header was read.
    row_progress read(std::string_view window, bool last, std::span<raw_row> out);

    // The next window begins just behind the header again.
    void rewind();

    const std::vector<std::string>& header() const noexcept { return header_; }
    std::uint64_t header_line() const noexcept { return header_line_; }
    // Lines above it that are not blank, a "sep=" not counted.
    std::size_t titles() const noexcept { return titles_; }

  private:
    enum class field_end : std::uint8_t { separator, line, window };
    struct field {
        const char* next = nullptr;  // behind the separator or line end
        std::string_view text;       // between the quotes, where there are some
        field_end end = field_end::window;
        row_fault fault = row_fault::none;
        bool quoted = false;
        bool doubled = false;  // quotes inside are written twice
    };

    enum class header_try : std::uint8_t { found, needs_more, failed };

    header_try try_line(const char* at, const char* end, bool last, const char*& next);
    header_try try_separator(const char* at, const char* end, bool last, const char*& next);
    core::failure why_no_header(std::string_view rows) const;
    std::string guessed_column(std::string_view rows) const;
    void learn_places();
    field read_field(const char* at, const char* limit) const;
    const char* read_row(const char* at, const char* limit, bool closed, raw_row& row);
    const char* rest_of_row(const char* at, const char* limit, bool closed, raw_row& row);
    bool has_nothing(std::string_view row) const;
    const char* skip_line(const char* at, const char* end);
    const char* first_line_only(const char* at, const char* limit, bool closed, row_fault fault,
                                raw_row& row);
    void keep(std::size_t column, const field& found, raw_row& row);
    std::string_view value_of(const field& found);

    csv_layout layout_;
    char separator_;
    column_names wanted_;
    std::optional<core::failure> failure_;  // of the first line that was tried as the header
    column_places places_;
    std::size_t last_wanted_ = 0;
    std::vector<std::uint8_t> wanted_columns_;  // up to that one: 1 where it is one
    std::vector<std::string> header_;
    std::uint64_t header_lines_ = 0;
    std::uint64_t header_line_ = 1;
    std::size_t titles_ = 0;
    std::uint64_t line_ = 1;
    bool skipping_ = false;  // inside a row that was too long
    std::string unquoted_;   // fields whose doubled quotes were undone; never grows past its room
};

}  // namespace tidings::codec
