#include "codec/numbers/number_hash.hpp"

#include <bit>
#include <cstddef>

namespace tidings::codec {

namespace {

struct sip_state {
    std::uint64_t v0, v1, v2, v3;

    void round() noexcept {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }
    void take(std::uint64_t word) noexcept {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

std::uint64_t word_of(const number_key& key, std::size_t at) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i)
        word |= std::uint64_t{key[at + i]} << (8 * i);
    return word;
}

}  // namespace

number_hash::number_hash(const number_key& key) noexcept
    : key_low_(word_of(key, 0)), key_high_(word_of(key, 8)) {}

std::uint64_t number_hash::operator()(core::phone_number number) const noexcept {
    const auto hashed = hash(number.digits());
    return hashed != 0 ? hashed : 1;
}

// The algorithm's constants and its last word, which holds the message's length.
std::uint64_t number_hash::hash(std::uint64_t message) const noexcept {
    constexpr std::uint64_t length_of_message = std::uint64_t{8} << 56;
    sip_state state{key_low_ ^ 0x736F6D6570736575, key_high_ ^ 0x646F72616E646F6D,
                    key_low_ ^ 0x6C7967656E657261, key_high_ ^ 0x7465646279746573};
    state.take(message);
    state.take(length_of_message);
    state.v2 ^= 0xFF;
    for (int i = 0; i < 4; ++i)
        state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace tidings::codec
