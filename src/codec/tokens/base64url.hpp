// Base64 with the URL alphabet and without padding (RFC 4648 section 5, RFC 7515 section 2), as
// tokens use it. It knows nothing of tokens: codec/tokens/token and codec/tokens/jwe do.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tidings::codec {

constexpr std::size_t base64url_size(std::size_t bytes) {
    return (bytes * 4 + 2) / 3;
}

// Writes base64url_size(bytes.size()) characters at `out` and returns the end. Never allocates.
char* write_base64url(char* out, std::span<const unsigned char> bytes) noexcept;
char* write_base64url(char* out, std::string_view bytes) noexcept;

// The bytes that the text stands for; nullopt for padding, foreign characters, an impossible
// length, or bits left over that are not zero.
std::optional<std::string> read_base64url(std::string_view text);

}  // namespace tidings::codec
