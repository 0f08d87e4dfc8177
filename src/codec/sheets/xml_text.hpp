// Text of XML as the characters it stands for: the five entities that XML has by itself, characters
// by their numbers, and line ends as LF. Where a text begins and ends is xml_stream's.
#pragma once

#include <string>
#include <string_view>

namespace tidings::codec {

// Longer ones are none: "&#x10FFFF;" with some zeros.
inline constexpr std::size_t entity_bytes_max = 16;

// Must the text be rewritten at all?
inline bool is_plain_xml(std::string_view text) noexcept {
    return text.find('&') == std::string_view::npos && text.find('\r') == std::string_view::npos;
}

// Appends it; false: something in it is no entity. In an attribute white space is blanks.
bool append_xml_text(std::string& out, std::string_view text, bool attribute);
// The same for CDATA, in which & is nothing special.
void append_cdata(std::string& out, std::string_view text);

// How much of the front is sure to be whole, when more may follow.
std::size_t whole_xml_text(std::string_view text) noexcept;

}  // namespace tidings::codec
