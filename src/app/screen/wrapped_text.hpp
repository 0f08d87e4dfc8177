// Breaks a sentence into lines for a terminal. Widths are counted in bytes: it is for our own
// English texts, not for what people wrote.
#pragma once

#include <string>
#include <string_view>

namespace tidings::app {

// Breaks at blanks; every line begins with `indent` and is at most `columns` wide, unless a single
// word is wider. No line end after the last line.
std::string wrapped(std::string_view text, const std::string& indent, std::size_t columns);

}  // namespace tidings::app
