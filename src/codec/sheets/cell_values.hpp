// What the value of a cell is to a list of numbers: its text, or digits where it is a number that
// is whole, and otherwise words that no reader takes for a number and people understand. Never how
// the cell is shown: a format of "0.0E+00" does not change who is meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::codec {

// Without white space around it, line ends included.
std::string_view without_blanks(std::string_view text) noexcept;

// "1.2015550101E10" becomes 12015550101. A fraction, a negative number and one of more than fifteen
// digits (a double does not hold them) become words with the value behind.
void append_number_cell(std::string& out, std::string_view value);

// Of text as xlsx keeps it: _x000D_ is the character.
void append_unescaped(std::string& out, std::string_view text);

inline constexpr std::string_view formula_without_value =
    "formula without a value: open the file in a spreadsheet and save it once";

// Is a number with this format code a date or a time of day? Its value is no number of a phone.
bool is_date_format(std::string_view code) noexcept;
// The same of one of the codes that every program knows by their numbers.
bool is_date_format(std::uint64_t built_in) noexcept;

}  // namespace tidings::codec
