#include "codec/tokens/jwe.hpp"

#include "codec/jwt_peer.hpp"
#include "codec/rsa_test_key.hpp"
#include "codec/tokens/base64url.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using tests::ask_jwt_peer;
using tests::shared_rsa_test_key;

std::string wrapped(jwe_wrapper& wrapper, const std::string& token) {
    std::string text(wrapper.size_max(token.size()), '\0');
    char* const end = wrapper.wrap(text.data(), token);
    EXPECT_NE(end, nullptr);
    EXPECT_LE(end, text.data() + text.size());
    text.resize(static_cast<std::size_t>(end - text.data()));
    return text;
}

constexpr jwe_wrap wraps[] = {jwe_wrap::rsa_oaep, jwe_wrap::rsa1_5};
constexpr jwe_cipher ciphers[] = {jwe_cipher::a128cbc_hs256, jwe_cipher::a128gcm,
                                  jwe_cipher::a256gcm};

TEST(jwe, is_opened_by_another_implementation) {
    const auto& key = shared_rsa_test_key();
    const std::size_t sizes[] = {16, 1, 300, 300, 15, 17};  // CBC gets a whole block and a part
    std::size_t round = 0;
    for (const auto wrap : wraps)
        for (const auto cipher : ciphers) {
            auto wrapper = jwe_wrapper::make({key.jwk("key 1"), wrap, cipher}).value();
            const std::string token(sizes[round++], 't');
            const auto opened = ask_jwt_peer(
                {{"do", "decrypt"}, {"token", wrapped(wrapper, token)}, {"key", key.pem}});
            if (opened.contains("missing")) GTEST_SKIP() << opened.at("missing") << " is missing";
            ASSERT_TRUE(opened.contains("text")) << opened.at("error");
            EXPECT_EQ(opened.at("text"), token);
            EXPECT_EQ(opened.at("header"), R"({"alg":")" + std::string(name_of(wrap)) +
                                               R"(","enc":")" + std::string(name_of(cipher)) +
                                               R"(","kid":"key 1","typ":"JWT"})");
        }
}

TEST(jwe, a_changed_character_is_noticed_by_the_other_side) {
    const auto& key = shared_rsa_test_key();
    for (const auto cipher : ciphers) {
        auto wrapper = jwe_wrapper::make({key.jwk("k"), jwe_wrap::rsa_oaep, cipher}).value();
        auto text = wrapped(wrapper, std::string(100, 't'));
        const auto at = text.rfind('.') - 30;
        text[at] = text[at] == 'A' ? 'B' : 'A';
        const auto opened = ask_jwt_peer({{"do", "decrypt"}, {"token", text}, {"key", key.pem}});
        if (opened.contains("missing")) GTEST_SKIP() << opened.at("missing") << " is missing";
        EXPECT_TRUE(opened.contains("error"));
    }
}

TEST(jwe, no_two_are_alike) {
    auto wrapper = jwe_wrapper::make({.key = shared_rsa_test_key().jwk("k")}).value();
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i)
        seen.insert(wrapped(wrapper, "the same token"));
    EXPECT_EQ(seen.size(), 20u);
}

TEST(jwe, reads_a_set_of_one_key) {
    const auto set = R"({"keys":[)" + shared_rsa_test_key().jwk("k") + "]}";
    EXPECT_TRUE(jwe_wrapper::make({.key = set}).has_value());
}

TEST(jwe, refuses_a_key_it_cannot_use) {
    const auto& key = shared_rsa_test_key();
    const auto small = tests::make_rsa_test_key(1024);
    const std::string n = R"(,"n":")" + key.n + R"(")";
    const std::string e = R"(,"e":"AQAB")";
    const std::string bad[] = {
        "",
        "not JSON",
        "[]",
        "{}",
        R"({"kty":"EC","kid":"k","x":"","y":""})",
        R"({"kty":"RSA")" + n + e + "}",                    // no kid
        R"({"kty":"RSA","kid":"")" + n + e + "}",           // an empty one
        R"({"kty":"RSA","kid":7)" + n + e + "}",            // no text
        R"({"kty":"RSA","kid":"k")" + n + "}",              // no e
        R"({"kty":"RSA","kid":"k")" + e + "}",              // no n
        R"({"kty":"RSA","kid":"k","n":"+/=","e":"AQAB"})",  // not base64url
        R"({"kty":"RSA","kid":"k","n":"AQAB","e":"AQAB"})",
        R"({"kty":"RSA","kid":"k","n":")" + std::string(342, '4') + R"(","e":"AQAB"})",  // even
        R"({"keys":[]})",
        R"({"keys":[)" + key.jwk("a") + "," + key.jwk("b") + "]}",
        small.jwk("k"),
        std::string(65 * 1024, ' ') + key.jwk("k"),
        R"({"kty":"RSA","kid":"k","n":")" + std::string(1400, 'A') + R"(","e":"AQAB"})",
        R"({"kty":"RSA","kid":")" + std::string(257, 'k') + '"' + n + e + "}",
    };
    for (const auto& text : bad) {
        const auto made = jwe_wrapper::make({.key = text});
        ASSERT_FALSE(made.has_value()) << text;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_EQ(made.error().text.find("the JWE key "), 0u) << made.error().text;
    }
}

}  // namespace
}  // namespace tidings::codec
