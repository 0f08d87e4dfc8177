// UTF-8 one character at a time, and foreign text made safe to show: for lists, logs and terminals.
// Whole texts in bulk are simdjson's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::codec {

struct utf8_step {
    char32_t code_point = 0;
    std::size_t size = 0;  // bytes it takes, 1 to 4; 0: the text does not begin with a character
};

// The first character. Overlong forms, surrogates and values above 10FFFF are no characters.
utf8_step decode_utf8(std::string_view text) noexcept;

// Appends the character; a surrogate or a value above 10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

bool is_utf8(std::string_view text) noexcept;

// Appends at most `bytes_max` bytes that are valid UTF-8 without control characters: those, and
// bytes that are no text, as \xNN; a backslash as two. What had to be cut off is marked by "..."
// (inside bytes_max). Invisible marks that reorder text are escaped too.
void append_printable(std::string& out, std::string_view text, std::size_t bytes_max);

}  // namespace tidings::codec
