// A row of a list as it is written, before anybody asked what number it names. The readers of the
// formats (csv_rows, ndjson_rows, line_rows) fill these; phone_spelling reads the numbers in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidings::codec {

// A longer row is invalid as a whole, and reading goes on with the next line.
inline constexpr std::size_t row_bytes_max = std::size_t{1} << 20;
// A wanted field is cut here: nothing that long is a number or a time zone.
inline constexpr std::size_t field_bytes_max = 256;

// What is wrong with a row before its number is looked at. Each has a text: text_of.
enum class row_fault : std::uint8_t {
    none,
    too_long,     // over row_bytes_max
    open_quote,   // a quote that nothing closes
    after_quote,  // text between a closing quote and the separator
    short_row,    // ends before a wanted column
    broken_json,  // not one whole JSON object
    no_field,     // the object has no such field, or null in it
    field_twice,  // the object names a wanted field twice
    not_text,     // the field is neither text nor a number
};

std::string_view text_of(row_fault fault) noexcept;

// Views are into the window that was handed to the reader, or into the reader itself: they are good
// until its next call.
struct raw_row {
    std::string_view to;
    std::string_view from;
    std::string_view time_zone;
    std::string_view region;
    std::string_view consent;
    std::string_view send_at;
    std::string_view expires_at;
    std::string_view where;
    std::string_view bytes;   // all of the row, its line end included; cut where it is too long
    std::uint64_t line = 0;   // where it begins in the file, counted from 1
    std::uint64_t lines = 1;  // how many it takes there
    row_fault fault = row_fault::none;
};

// Blank lines are no rows.
inline bool is_blank(std::string_view line) noexcept {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// White space around a name or a field counts for nothing.
inline std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

// What one call of a reader did with its window. A reader is given a window of bytes, takes whole
// rows off its front and says how far it came; the caller shows it the rest again with more behind
// it. With nothing taken and nothing found, more bytes are needed: a window of row_bytes_max + 1 is
// always enough.
struct row_progress {
    std::size_t bytes = 0;  // of the window that are done with
    std::size_t rows = 0;   // filled in
    // The front of the window that still belonged to the row before, which was too long.
    std::size_t tail_bytes = 0;
};

}  // namespace tidings::codec
