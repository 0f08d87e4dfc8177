// Text from outside (what a server, a list, a file's name or a certificate says), made fit for one
// medium: the only way in, so that nothing in it moves a cursor, turns a line around, ends a string
// or becomes markup. Controls (C0, DEL, C1), marks that reorder text or cannot be seen, and bytes
// that are no UTF-8 never come through as they are. Numbers of people are masked here too. Whole
// texts in bulk are simdjson's; the gateway has its own, on purpose.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::core {

struct utf8_step {
    char32_t code_point = 0;
    std::size_t size = 0;  // bytes it takes, 1 to 4; 0: the text does not begin with a character
};

// The first character. Overlong forms, surrogates and values above 10FFFF are no characters.
utf8_step decode_utf8(std::string_view text) noexcept;

// A control, or a mark that cannot be seen or that reorders what stands beside it.
bool is_unshowable(char32_t c) noexcept;

// Terminals and logs, where it is quoted: what is unshowable, and bytes that are no text, as \xNN;
// a backslash as two. At most `bytes_max` bytes; what had to be cut off is marked by "..." inside.
void append_printable(std::string& out, std::string_view text, std::size_t bytes_max);

// Terminals and logs, a whole line of ours with such text in it: controls become blanks, what else
// is unshowable, and bytes that are no text, question marks. A character takes as many columns.
void append_line(std::string& out, std::string_view text);
// The same for several lines: their ends stay.
std::string lines_of(std::string_view text);

// The inside of a JSON string: what is unshowable as \uNNNN, bytes that are no text as U+FFFD.
void append_json(std::string& out, std::string_view text);
// Text in HTML or in an attribute's quotes: & < > " ' as entities, controls as blanks, what else is
// unshowable, and bytes that are no text, as U+FFFD.
void append_html(std::string& out, std::string_view text);
// The value of a metric's label: \ " and line ends escaped, other controls blanks, what else is
// unshowable, and bytes that are no text, as U+FFFD.
void append_label(std::string& out, std::string_view text);

// The text with the digits of what looks like a number of a person as stars, but for the first four
// and the last two: 7 digits or more, whatever blanks, dashes, dots and brackets are between them.
std::string with_numbers_masked(std::string_view text);

}  // namespace tidings::core
