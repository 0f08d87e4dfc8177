#include "codec/text/legacy_text.hpp"

#include "codec/text/utf8.hpp"

#include <array>

namespace tidings::codec {

std::string from_windows_1252(std::string_view bytes) {
    // Of 80 to 9F; the others are what they are in Latin-1.
    constexpr std::array<char16_t, 32> special = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(text, byte >= 0x80 && byte < 0xA0 ? special[byte - 0x80] : char32_t{byte});
    }
    return text;
}

void utf16_text::take(std::string& out, char16_t unit) {
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (high_ != 0 && is_low) {
        append_utf8(out, 0x10000 + ((char32_t{high_} - 0xD800) << 10) + (unit - 0xDC00));
        high_ = 0;
        return;
    }
    if (high_ != 0) append_utf8(out, 0xFFFD);
    high_ = unit >= 0xD800 && unit <= 0xDBFF ? unit : char16_t{0};
    if (high_ == 0) append_utf8(out, unit);
}

void utf16_text::append(std::string& out, std::string_view bytes, bool last) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (!half_) {
            waiting_ = byte;
            half_ = true;
            continue;
        }
        half_ = false;
        const unsigned unit = order_ == byte_order::little ? (unsigned{byte} << 8 | waiting_)
                                                           : (unsigned{waiting_} << 8 | byte);
        take(out, static_cast<char16_t>(unit));
    }
    if (!last) return;
    if (high_ != 0 || half_) append_utf8(out, 0xFFFD);
    high_ = 0;
    half_ = false;
}

}  // namespace tidings::codec
