#include "codec/text/utf8.hpp"

namespace tidings::codec {

void append_utf8(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = 0xFFFD;
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80) return add(code_point);
    if (code_point < 0x800) {
        add(0xC0 | code_point >> 6);
    } else {
        if (code_point < 0x10000) {
            add(0xE0 | code_point >> 12);
        } else {
            add(0xF0 | code_point >> 18);
            add(0x80 | (code_point >> 12 & 0x3F));
        }
        add(0x80 | (code_point >> 6 & 0x3F));
    }
    add(0x80 | (code_point & 0x3F));
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto step = decode_utf8(text);
        if (step.size == 0) return false;
        text.remove_prefix(step.size);
    }
    return true;
}

}  // namespace tidings::codec
