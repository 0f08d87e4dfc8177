// Takes the rows of a CSV or TSV list off a window of bytes: header, quotes (doubled quotes and
// line ends inside them), CRLF, columns in any order, columns nobody asked for. It never judges
// numbers (phone_spelling) and never touches files (store/list_rows). Blank lines are no rows.
//
// A broken quote makes one line invalid, never its neighbours: the row is taken to end with its
// first line, and reading goes on with the next.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "codec/lists/raw_row.hpp"
#include "core/failure.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

class csv_rows {
  public:
    static constexpr std::size_t columns_max = 4096;  // of a header

    // separator: ',' or '\t'; a comma gives way to ';' when the header has that and no comma.
    csv_rows(char separator, column_names wanted);

    // Reads the header off the front of the window: how many bytes it takes, 0 when more are
    // needed. Pre: the byte order mark is not in the window. `last`: no bytes come after it.
    core::result<std::size_t> read_header(std::string_view window, bool last);

    // Takes rows off the window until it or `out` ends. Pre: the header was read.
    row_progress read(std::string_view window, bool last, std::span<raw_row> out);

    // The next window begins just behind the header again.
    void rewind();

    const std::vector<std::string>& header() const noexcept { return header_; }

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

    field read_field(const char* at, const char* limit) const;
    const char* read_row(const char* at, const char* limit, bool closed, raw_row& row);
    const char* rest_of_row(const char* at, const char* limit, bool closed, raw_row& row);
    const char* skip_line(const char* at, const char* end);
    const char* first_line_only(const char* at, const char* limit, bool closed, row_fault fault,
                                raw_row& row);
    void keep(std::size_t column, const field& found, raw_row& row);
    std::string_view value_of(const field& found);

    char separator_;
    column_names wanted_;
    column_places places_;
    std::size_t last_wanted_ = 0;
    std::vector<std::string> header_;
    std::uint64_t header_lines_ = 0;
    std::uint64_t line_ = 1;
    bool skipping_ = false;  // inside a row that was too long
    std::string unquoted_;   // fields whose doubled quotes were undone; never grows past its room
};

}  // namespace tidings::codec
