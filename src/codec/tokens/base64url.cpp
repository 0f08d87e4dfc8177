#include "codec/tokens/base64url.hpp"

#include <array>
#include <cstdint>

namespace tidings::codec {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_value = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> made{};
    made.fill(no_value);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        made[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return made;
}();

}  // namespace

char* write_base64url(char* out, std::span<const unsigned char> bytes) noexcept {
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3) {
        const std::uint32_t three = static_cast<std::uint32_t>(bytes[at]) << 16 |
                                    static_cast<std::uint32_t>(bytes[at + 1]) << 8 | bytes[at + 2];
        *out++ = alphabet[three >> 18];
        *out++ = alphabet[three >> 12 & 63];
        *out++ = alphabet[three >> 6 & 63];
        *out++ = alphabet[three & 63];
    }
    const auto left = bytes.size() - at;
    if (left == 0) return out;
    const std::uint32_t rest =
        static_cast<std::uint32_t>(bytes[at]) << 8 | (left == 2 ? bytes[at + 1] : 0u);
    *out++ = alphabet[rest >> 10];
    *out++ = alphabet[rest >> 4 & 63];
    if (left == 2) *out++ = alphabet[rest << 2 & 63];
    return out;
}

char* write_base64url(char* out, std::string_view bytes) noexcept {
    return write_base64url(
        out, std::span(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::optional<std::string> read_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = values[static_cast<unsigned char>(c)];
        if (value == no_value) return std::nullopt;
        held = held << 6 | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 0xFF);
    }
    if ((held & ((1u << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace tidings::codec
