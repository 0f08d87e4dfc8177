#include "codec/text/utf8.hpp"

#include <array>

namespace tidings::codec {
namespace {

constexpr std::string_view cut_mark = "...";

bool must_escape(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace

utf8_step decode_utf8(std::string_view text) noexcept {
    if (text.empty()) return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) return {};
    char32_t code_point = first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        code_point = code_point << 6 | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    if (code_point < smallest[size] || code_point > 0x10FFFF ||
        (code_point >= 0xD800 && code_point <= 0xDFFF))
        return {};
    return {code_point, size};
}

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

void append_printable(std::string& out, std::string_view text, std::size_t bytes_max) {
    const auto start = out.size();
    auto fits_with_mark = start;  // where to cut should the rest not fit
    while (!text.empty()) {
        const auto step = decode_utf8(text);
        const auto before = out.size();
        const auto size = step.size == 0 ? 1 : step.size;
        if (step.size == 0 || must_escape(step.code_point)) {
            constexpr std::string_view hex = "0123456789abcdef";
            for (const char c : text.substr(0, size)) {
                const auto value = static_cast<unsigned char>(c);
                out += {'\\', 'x', hex[value >> 4], hex[value & 15]};
            }
        } else if (step.code_point == '\\') {
            out += "\\\\";
        } else {
            out += text.substr(0, size);
        }
        if (out.size() - start > bytes_max) {
            out.resize(bytes_max >= cut_mark.size() ? fits_with_mark : before);
            if (bytes_max >= cut_mark.size()) out += cut_mark;
            return;
        }
        if (out.size() - start + cut_mark.size() <= bytes_max) fits_with_mark = out.size();
        text.remove_prefix(size);
    }
}

}  // namespace tidings::codec
