// A number as it is remembered: 64 bits that tell nobody who has not the key whose it is. SipHash-
// 2-4 of the number's eight bytes; written here, because asking OpenSSL for it costs twenty times
// as much, and a list has millions of rows.
#pragma once

#include "core/phone_number.hpp"

#include <array>
#include <cstdint>

namespace tidings::codec {

using number_key = std::array<std::uint8_t, 16>;

class number_hash {
  public:
    explicit number_hash(const number_key& key) noexcept;

    // Never 0. Pre: not empty.
    std::uint64_t operator()(core::phone_number number) const noexcept;
    // Tells one key from another, and is no number's hash.
    std::uint64_t of_key() const noexcept { return hash(0); }

  private:
    std::uint64_t hash(std::uint64_t message) const noexcept;

    std::uint64_t key_low_;
    std::uint64_t key_high_;
};

}  // namespace tidings::codec
