// The number in a field of a list, as the programs that write lists leave it: read by
// phone_speller, after what is a list's and not a number's was undone. The bytes may be
// windows-1252, and a column of a data frame that became floating turns every number into one that
// ends in ".0".
#pragma once

#include "codec/numbers/phone_spelling.hpp"

#include <string_view>

namespace tidings::codec {

spelling spell_cell(phone_speller& speller, std::string_view text);

// A JSON number as the digits it stands for: read as a double first, which is what wrote it, and
// then asked whether it is whole: 12015550100.999999999 is 12015550101. Empty: it is not whole,
// negative, has over 15 digits, or its exponent stands for digits that were dropped (9.19E+11).
std::string_view whole_json_number(std::string_view token, std::string& out);

}  // namespace tidings::codec
