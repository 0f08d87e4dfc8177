// The text of a wanted field as rows keep it: all of it where it is short, else without the white
// space around it and cut at field_bytes_max, so that a field that fills it is known to be longer
// than any number (cell_spelling).
#pragma once

#include "codec/lists/raw_row.hpp"

#include <string_view>

namespace tidings::codec {

inline std::string_view field_text(std::string_view text) noexcept {
    if (text.size() < field_bytes_max) return text;
    return trimmed(text).substr(0, field_bytes_max);
}

}  // namespace tidings::codec
