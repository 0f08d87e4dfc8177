// What the readers of sheets (xlsx_sheet, ods_sheets) tell of the rows they come by, and to whom:
// sheet_head looks for the header, sheet_text makes lines of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidings::codec {

// As the programs have it: A to XFD.
inline constexpr std::size_t sheet_columns_max = 16'384;
// Of one sheet; the largest that a program writes has 2^24.
inline constexpr std::uint64_t sheet_rows_max = std::uint64_t{1} << 24;

class sheet_sink {
  public:
    // What the reader does next.
    enum class step : std::uint8_t { go_on, pause, finish };

    virtual ~sheet_sink() = default;
    // Columns first .. last are not shown to people; before the rows they are hidden in. Columns
    // count from 0.
    virtual void on_columns_hidden(std::size_t first, std::size_t last) = 0;
    virtual void on_row_begun(bool hidden) = 0;
    // Text that stands `repeats` times from this column on; in any order.
    virtual void on_cell(std::size_t column, std::string_view text, std::size_t repeats) = 0;
    virtual step on_row_ended(std::uint64_t repeats) = 0;
};

}  // namespace tidings::codec
