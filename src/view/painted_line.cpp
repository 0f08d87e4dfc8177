#include "view/painted_line.hpp"

#include "core/foreign_text.hpp"

#include <algorithm>

namespace tidings::view {
namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string_view sequence_for(tint as) {
    switch (as) {
        case tint::plain: return "";
        case tint::bold: return "\x1b[1m";
        case tint::faint: return "\x1b[2m";
        case tint::good: return "\x1b[32m";
        case tint::warn: return "\x1b[33m";
        case tint::bad: return "\x1b[31m";
    }
    return "";
}

std::string fit_for_a_line(std::string_view text) {
    std::string made;
    core::append_line(made, text);
    return made;
}

}  // namespace

int width_of(std::string_view text) {
    return static_cast<int>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string cut_to(std::string_view text, int columns, bool utf8) {
    if (width_of(text) <= columns) return std::string(text);
    const std::string_view ellipsis = utf8 ? "…" : ".";
    int width = 0;
    std::size_t size = 0;
    while (size < text.size() && (continues(text[size]) || width < columns - 1)) {
        if (!continues(text[size])) ++width;
        ++size;
    }
    return columns < 1 ? "" : std::string(text.substr(0, size)) + std::string(ellipsis);
}

painted_line& painted_line::add(std::string_view text, tint as) {
    const auto fitted = cut_to(fit_for_a_line(text), room(), on_.utf8);
    if (fitted.empty()) return *this;
    width_ += width_of(fitted);
    const auto sequence = on_.colour ? sequence_for(as) : std::string_view();
    text_ += sequence;
    text_ += fitted;
    if (!sequence.empty()) text_ += "\x1b[0m";
    return *this;
}

painted_line& painted_line::to_column(int column) {
    const int gap = std::max(column - width_, width_ > 0 ? 1 : 0);
    const int fitting = std::min(gap, room());
    text_.append(static_cast<std::size_t>(std::max(fitting, 0)), ' ');
    width_ += std::max(fitting, 0);
    return *this;
}

painted_line& painted_line::add_right(std::string_view text, tint as) {
    const int wide = width_of(text);
    if (wide == 0 || room() < wide + (width_ > 0 ? 2 : 0)) return *this;
    to_column(on_.columns - wide);
    return add(text, as);
}

std::string painted_line::ended() const {
    const auto last = text_.find_last_not_of(' ');
    return text_.substr(0, last == std::string::npos ? 0 : last + 1) + "\n";
}

}  // namespace tidings::view
