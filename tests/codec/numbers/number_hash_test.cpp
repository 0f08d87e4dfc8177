#include "codec/numbers/number_hash.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace tidings::codec {
namespace {

number_key key_of(std::uint8_t first) {
    number_key key;
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<std::uint8_t>(first + i);
    return key;
}

// OpenSSL's SipHash of the number's eight bytes, the lowest first.
std::uint64_t by_openssl(const number_key& key, std::uint64_t digits) {
    std::array<unsigned char, 8> message;
    for (std::size_t i = 0; i < message.size(); ++i)
        message[i] = static_cast<unsigned char>(digits >> (8 * i));
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
    EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
    unsigned size = 8;
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_SIZE, &size),
                                 OSSL_PARAM_construct_end()};
    std::array<unsigned char, 8> out{};
    std::size_t written = 0;
    EXPECT_EQ(EVP_MAC_init(context, key.data(), key.size(), params), 1);
    EXPECT_EQ(EVP_MAC_update(context, message.data(), message.size()), 1);
    EXPECT_EQ(EVP_MAC_final(context, out.data(), &written, out.size()), 1);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
        hash |= std::uint64_t{out[i]} << (8 * i);
    return hash;
}

TEST(number_hash, is_siphash_as_openssl_has_it) {
    for (const auto first : std::array<std::uint8_t, 4>{0, 1, 100, 240}) {
        const auto key = key_of(first);
        const number_hash hash(key);
        EXPECT_EQ(hash.of_key(), by_openssl(key, 0));
        for (std::uint64_t digits = 10; digits < 1'000'000'000'000'000; digits = digits * 7 + 3)
            ASSERT_EQ(hash(core::phone_number::from_digits(digits)), by_openssl(key, digits))
                << digits;
    }
}

TEST(number_hash, another_key_is_another_hash) {
    const auto number = core::phone_number::from_digits(917'760'336'484);
    std::set<std::uint64_t> seen;
    for (std::uint8_t first = 0; first < 100; ++first)
        seen.insert(number_hash(key_of(first))(number));
    EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace tidings::codec
