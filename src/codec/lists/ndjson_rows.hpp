// Takes the rows of an NDJSON list off a window of bytes: one JSON object a line, fields by name.
// Other fields may hold anything. Numbers are phone_spelling's, files store/list_rows's. Blank
// lines are no rows.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "codec/lists/raw_row.hpp"
#include "codec/lists/row_lines.hpp"
#include "core/failure.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tidings::codec {

class ndjson_rows {
  public:
    // This many bytes behind a window must be readable (simdjson's padding); they are not looked
    // at.
    static constexpr std::size_t padding = 64;

    explicit ndjson_rows(column_names wanted);
    ~ndjson_rows();
    ndjson_rows(ndjson_rows&&) noexcept;
    ndjson_rows& operator=(ndjson_rows&&) noexcept;

    // Looks at the first line, takes nothing: false when more bytes are needed. Fails (list) when
    // it is no object, or one without the wanted field: then the field's name is most likely wrong.
    core::result<bool> check_first(std::string_view window, bool last);

    // Takes rows off the window until it or `out` ends. last: no bytes come after the window.
    row_progress read(std::string_view window, bool last, std::span<raw_row> out);

    // The next window begins at the front of the list again.
    void rewind() noexcept { lines_.rewind(); }

  private:
    struct parser;
    void read_object(std::string_view text, raw_row& row);
    bool read_scalar(std::string_view text, raw_row& row);
    std::string_view number_text(std::string_view token);
    std::string_view keep(std::string_view value);

    column_names wanted_;
    std::unique_ptr<parser> parser_;
    row_lines lines_;
    std::string number_;     // the last one that was not written as digits
    std::string unescaped_;  // fields with escapes; never grows past its room
};

}  // namespace tidings::codec
