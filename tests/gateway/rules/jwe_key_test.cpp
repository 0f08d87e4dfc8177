#include "gateway/rules/jwe_key.hpp"

#include "gateway/signed_token.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

TEST(jwe_key, opens_what_was_sealed_for_it) {
    const auto key = jwe_key::from_pem(testing::rsa_private_pem(), "").value();
    std::string plain;
    for (const auto* alg : {"RSA-OAEP", "RSA1_5"})
        for (const auto* enc : {"A128CBC-HS256", "A128GCM", "A256GCM"}) {
            ASSERT_TRUE(key.open(testing::encrypted("a.b.c", alg, enc), plain)) << alg << enc;
            EXPECT_EQ(plain, "a.b.c");
        }
}

TEST(jwe_key, refuses_any_changed_byte) {
    const auto key = jwe_key::from_pem(testing::rsa_private_pem(), "").value();
    std::string plain;
    for (const auto* enc : {"A128CBC-HS256", "A256GCM"}) {
        const auto good = testing::encrypted("a.b.c", "RSA-OAEP", enc);
        for (std::size_t i = 0; i < good.size(); i += 7) {
            auto bad = good;
            bad[i] = bad[i] == 'A' ? 'B' : 'A';
            EXPECT_FALSE(key.open(bad, plain)) << enc << " " << i;
        }
        for (std::size_t size = 0; size < good.size(); size += 31)
            EXPECT_FALSE(key.open(good.substr(0, size), plain));
    }
    EXPECT_FALSE(key.open(testing::encrypted("x", "RSA-OAEP-256", "A128GCM"), plain));
    EXPECT_FALSE(key.open("", plain));
    EXPECT_FALSE(key.open("....", plain));
}

TEST(jwe_key, listens_to_its_own_key_id_only) {
    const auto key = jwe_key::from_pem(testing::rsa_private_pem(), "mine").value();
    std::string plain;
    EXPECT_TRUE(key.open(testing::encrypted("x", "RSA1_5", "A128GCM", "mine"), plain));
    EXPECT_FALSE(key.open(testing::encrypted("x", "RSA1_5", "A128GCM", "yours"), plain));
}

TEST(jwe_key, tells_its_public_half_only) {
    const auto key = jwe_key::make("k\"1").value();
    const auto jwk = key.public_jwk();
    EXPECT_EQ(jwk.find(R"({"kty":"RSA","use":"enc","kid":"k\"1","n":")"), 0U);
    EXPECT_NE(jwk.find(R"(","e":"AQAB"})"), std::string::npos);
    EXPECT_EQ(jwk.find("\"d\""), std::string::npos);
    EXPECT_TRUE(jwe_key::from_pem(key.private_pem(), ""));
}

TEST(jwe_key, refuses_what_is_not_a_private_rsa_key) {
    EXPECT_FALSE(jwe_key::from_pem("", ""));
    EXPECT_FALSE(jwe_key::from_pem(testing::rsa_public_pem(), ""));
}

}  // namespace

}  // namespace tidings::gateway
