// What lists and numbers need of UTF-8. The one reader of it, and the gate for text that is shown,
// are core/foreign_text's: here are its names, and what writes and judges whole texts.
#pragma once

#include "core/foreign_text.hpp"

#include <string>
#include <string_view>

namespace tidings::codec {

using core::append_printable;
using core::decode_utf8;
using core::utf8_step;

// Appends the character; a surrogate or a value above 10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

bool is_utf8(std::string_view text) noexcept;

}  // namespace tidings::codec
