#include "codec/sheets/xml_text.hpp"

#include "codec/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace tidings::codec {
namespace {

// "#x41" or "amp": the character, or 0.
char32_t character_of(std::string_view name) noexcept {
    constexpr std::array<std::pair<std::string_view, char32_t>, 5> known = {
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [word, character] : known)
        if (name == word) return character;
    if (!name.starts_with('#')) return 0;
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x');
    if (hexadecimal) name.remove_prefix(1);
    std::uint32_t code = 0;
    const auto end =
        std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
    const bool whole = end.ec == std::errc() && end.ptr == name.data() + name.size();
    const bool control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
    const bool none =
        (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF || code == 0xFFFE || code == 0xFFFF;
    return whole && !control && !none ? code : 0;
}

// CR and CR LF are LF.
void append_lines(std::string& out, std::string_view text, bool attribute) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
            out += attribute ? ' ' : '\n';
        } else {
            out += attribute && (c == '\n' || c == '\t') ? ' ' : c;
        }
    }
}

}  // namespace

bool append_xml_text(std::string& out, std::string_view text, bool attribute) {
    for (;;) {
        const auto at = text.find('&');
        append_lines(out, text.substr(0, at), attribute);
        if (at == std::string_view::npos) return true;
        text.remove_prefix(at + 1);
        const auto end = text.substr(0, entity_bytes_max).find(';');
        const auto character =
            end == std::string_view::npos ? char32_t{0} : character_of(text.substr(0, end));
        if (character == 0) return false;
        append_utf8(out, character);
        text.remove_prefix(end + 1);
    }
}

void append_cdata(std::string& out, std::string_view text) {
    append_lines(out, text, false);
}

std::size_t whole_xml_text(std::string_view text) noexcept {
    auto size = text.size();
    if (text.ends_with('\r')) --size;
    const auto last = text.rfind('&');
    if (last == std::string_view::npos || size - std::min(last, size) > entity_bytes_max)
        return size;
    return text.find(';', last) == std::string_view::npos ? std::min(last, size) : size;
}

}  // namespace tidings::codec
