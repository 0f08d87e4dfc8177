// HMAC with a key that stays: the context is keyed once and started anew for every message, a
// quarter of what a one-shot HMAC() costs.
#pragma once

#include "codec/tokens/openssl_handle.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace tidings::codec {

class keyed_hash {
  public:
    static constexpr std::size_t size_max = 64;

    // `digest`: "SHA256" or "SHA512". False when OpenSSL refuses.
    bool key_with(const char* digest, std::span<const unsigned char> key);

    // The hash of the text, in place until the next call; empty when OpenSSL fails.
    std::span<const unsigned char> of(std::string_view text) noexcept;

  private:
    openssl_handle<EVP_MAC_CTX> context_;
    std::array<unsigned char, size_max> hash_{};
};

}  // namespace tidings::codec
