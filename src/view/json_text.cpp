#include "view/json_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tidings::view {
std::size_t utf8_size_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first < 0xF0) {
        if (!follows(1) || !follows(2)) return 0;
        if (first == 0xE0 && byte(1) < 0xA0) return 0;
        if (first == 0xED && byte(1) > 0x9F) return 0;
        return 3;
    }
    if (first >= 0xF0 && first < 0xF5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if (first == 0xF0 && byte(1) < 0x90) return 0;
        if (first == 0xF4 && byte(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

std::string json_string(std::string_view text) {
    std::string made = "\"";
    while (!text.empty()) {
        const char c = text.front();
        const auto size = utf8_size_at(text);
        if (size == 0)
            made += "\xEF\xBF\xBD";
        else if (c == '"' || c == '\\')
            made += std::string("\\") + c;
        else if (c == '\n')
            made += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            made += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            made += text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return made + "\"";
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return "0";
    auto text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string json_ms(core::duration span) {
    return json_number(std::chrono::duration<double, std::milli>(span).count());
}

std::string json_seconds(core::duration span) {
    return json_number(std::chrono::duration<double>(span).count());
}

json_object& json_object::raw(std::string_view name, std::string_view value) {
    if (!inside_.empty()) inside_ += ",";
    inside_ += json_string(name) + ":";
    inside_ += value;
    return *this;
}

}  // namespace tidings::view
