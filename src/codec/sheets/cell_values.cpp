#include "codec/sheets/cell_values.hpp"

#include "codec/text/utf8.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tidings::codec {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr double exact_below = 1e15;

// "_x000D_" at the front of the text: its code, or -1.
int escape_at(std::string_view text) {
    if (text.size() < 7 || text[1] != 'x' || text[6] != '_') return -1;
    int code = 0;
    const auto end = std::from_chars(text.data() + 2, text.data() + 6, code, 16);
    return end.ec == std::errc() && end.ptr == text.data() + 6 ? code : -1;
}

}  // namespace

std::string_view without_blanks(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

void append_number_cell(std::string& out, std::string_view value) {
    auto text = without_blanks(value);
    if (text.starts_with('+')) text.remove_prefix(1);
    double number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        out += "not a number: ";
        out += value;
        return;
    }
    if (number >= 0 && number < exact_below && number == std::trunc(number)) {
        fmt::format_to(std::back_inserter(out), "{}", static_cast<std::uint64_t>(number));
        return;
    }
    if (number != std::trunc(number))
        out += "fraction ";
    else
        out += number < 0 ? "negative " : "over 15 digits, not exact: ";
    out += text;
}

void append_unescaped(std::string& out, std::string_view text) {
    for (;;) {
        const auto at = text.find("_x");
        if (at == std::string_view::npos) break;
        const int code = escape_at(text.substr(at));
        if (code < 0) {
            out += text.substr(0, at + 2);
            text.remove_prefix(at + 2);
            continue;
        }
        out += text.substr(0, at);
        append_utf8(out, static_cast<char32_t>(code));
        text.remove_prefix(at + 7);
    }
    out += text;
}

bool is_date_format(std::string_view code) noexcept {
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '"') {
            i = std::min(code.find('"', i + 1), code.size());
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '[') {
            const auto end = std::min(code.find(']', i), code.size());
            const auto inside = code.substr(i + 1, end - i - 1);
            const bool span = !inside.empty() && inside.find_first_not_of("hHmMsS") == inside.npos;
            if (span) return true;
            i = end;
        } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

bool is_date_format(std::uint64_t built_in) noexcept {
    return (built_in >= 14 && built_in <= 22) || (built_in >= 27 && built_in <= 36) ||
           (built_in >= 45 && built_in <= 47) || (built_in >= 50 && built_in <= 58);
}

}  // namespace tidings::codec
