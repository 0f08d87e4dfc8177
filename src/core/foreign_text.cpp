#include "core/foreign_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace tidings::core {
namespace {

constexpr std::string_view cut_mark = "...";
constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view no_character = "\xEF\xBF\xBD";

bool is_control(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

enum medium : std::uint8_t { in_line = 1, in_json = 2, in_html = 4, in_label = 8 };

// For each byte the media that take it as it is. Nearly all text is made of such bytes, and it is
// copied in one piece: a line of the outcome log is written for every message.
constexpr auto taken_by = [] {
    constexpr std::uint8_t all = in_line | in_json | in_html | in_label;
    std::array<std::uint8_t, 256> made = {};
    for (std::size_t c = 0x20; c < 0x7F; ++c)
        made[c] = all;
    made['"'] = in_line;
    made['\\'] = in_line | in_html;
    for (const char c : {'&', '<', '>', '\''})
        made[static_cast<unsigned char>(c)] = all & ~in_html;
    return made;
}();

// Copies what the medium takes as it is; gives every other character to
// `take(bytes, code point, is it one)`.
template <class Take>
void pass(std::string& out, std::string_view text, medium into, Take take) {
    while (!text.empty()) {
        const auto taken = [into](char c) {
            return (taken_by[static_cast<unsigned char>(c)] & into) != 0;
        };
        const auto odd = std::find_if_not(text.begin(), text.end(), taken);
        const auto plain = static_cast<std::size_t>(odd - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;
        const auto step = decode_utf8(text);
        const auto size = step.size == 0 ? 1 : step.size;
        take(text.substr(0, size), step.code_point, step.size != 0);
        text.remove_prefix(size);
    }
}

void append_hex_bytes(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        const auto value = static_cast<unsigned char>(c);
        out += {'\\', 'x', hex[value >> 4], hex[value & 15]};
    }
}

void append_json_unit(std::string& out, unsigned unit) {
    out += {'\\', 'u', hex[unit >> 12], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};
}

void append_json_code_point(std::string& out, char32_t c) {
    if (c < 0x10000) return append_json_unit(out, c);
    append_json_unit(out, 0xD800 + ((c - 0x10000) >> 10));
    append_json_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// How far what looks like a number reaches, and how many digits it has.
struct number_span {
    std::size_t size = 0;
    std::size_t digits = 0;
};

number_span number_at_front(std::string_view text) {
    constexpr std::string_view between = " -.()";
    constexpr std::size_t between_max = 2;
    number_span found;
    std::size_t gap = 0;
    for (std::size_t at = text.starts_with('+') ? 1 : 0; at < text.size(); ++at) {
        if (is_digit(text[at])) {
            ++found.digits;
            found.size = at + 1;
            gap = 0;
        } else if (between.find(text[at]) == std::string_view::npos || ++gap > between_max) {
            break;
        }
    }
    return found;
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

bool is_unshowable(char32_t c) noexcept {
    return is_control(c) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

void append_printable(std::string& out, std::string_view text, std::size_t bytes_max) {
    const auto start = out.size();
    auto fits_with_mark = start;  // where to cut should the rest not fit
    while (!text.empty()) {
        const auto step = decode_utf8(text);
        const auto before = out.size();
        const auto size = step.size == 0 ? 1 : step.size;
        if (step.size == 0 || is_unshowable(step.code_point))
            append_hex_bytes(out, text.substr(0, size));
        else if (step.code_point == '\\')
            out += "\\\\";
        else
            out += text.substr(0, size);
        if (out.size() - start > bytes_max) {
            out.resize(bytes_max >= cut_mark.size() ? fits_with_mark : before);
            if (bytes_max >= cut_mark.size()) out += cut_mark;
            return;
        }
        if (out.size() - start + cut_mark.size() <= bytes_max) fits_with_mark = out.size();
        text.remove_prefix(size);
    }
}

void append_line(std::string& out, std::string_view text) {
    pass(out, text, in_line, [&out](std::string_view bytes, char32_t c, bool whole) {
        if (whole && is_control(c))
            out += ' ';
        else if (!whole || is_unshowable(c))
            out += '?';
        else
            out += bytes;
    });
}

std::string lines_of(std::string_view text) {
    std::string made;
    while (true) {
        const auto end = text.find('\n');
        append_line(made, text.substr(0, end));
        if (end == std::string_view::npos) return made;
        made += '\n';
        text.remove_prefix(end + 1);
    }
}

void append_json(std::string& out, std::string_view text) {
    pass(out, text, in_json, [&out](std::string_view bytes, char32_t c, bool whole) {
        if (!whole)
            out += no_character;
        else if (c == '"' || c == '\\')
            out.append({'\\', static_cast<char>(c)});
        else if (is_unshowable(c))
            append_json_code_point(out, c);
        else
            out += bytes;
    });
}

void append_html(std::string& out, std::string_view text) {
    pass(out, text, in_html, [&out](std::string_view bytes, char32_t c, bool whole) {
        if (!whole || (is_unshowable(c) && !is_control(c))) {
            out += no_character;
            return;
        }
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += is_control(c) ? std::string_view(" ") : bytes;
        }
    });
}

void append_label(std::string& out, std::string_view text) {
    pass(out, text, in_label, [&out](std::string_view bytes, char32_t c, bool whole) {
        if (whole && c == '\n')
            out += "\\n";
        else if (whole && (c == '"' || c == '\\'))
            out.append({'\\', static_cast<char>(c)});
        else if (whole && is_control(c))
            out += ' ';
        else if (!whole || is_unshowable(c))
            out += no_character;
        else
            out += bytes;
    });
}

std::string with_numbers_masked(std::string_view text) {
    constexpr std::size_t digits_min = 7, long_enough = 9;
    std::string made(text);
    if (std::count_if(text.begin(), text.end(), is_digit) < std::ptrdiff_t{digits_min}) return made;
    for (std::size_t at = 0; at < made.size();) {
        const auto found = number_at_front(std::string_view(made).substr(at));
        const bool person = found.digits >= digits_min;
        const std::size_t first = found.digits >= long_enough ? 4 : 1;
        const std::size_t last = found.digits >= long_enough ? 2 : 0;
        std::size_t nth = 0;
        for (std::size_t i = at; person && i < at + found.size; ++i) {
            if (!is_digit(made[i])) continue;
            ++nth;
            if (nth > first && nth + last <= found.digits) made[i] = '*';
        }
        at += std::max<std::size_t>(found.size, 1);
    }
    return made;
}

}  // namespace tidings::core
