#include "codec/tokens/token.hpp"

#include "codec/jwt_peer.hpp"
#include "codec/messages/request.hpp"
#include "codec/rsa_test_key.hpp"
#include "codec/tokens/base64url.hpp"
#include "support/allocations.hpp"

#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace tidings::codec {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::ask_jwt_peer;

constexpr core::wall_time issued{seconds(1'800'000'000) + microseconds(999'999)};
constexpr std::string_view client_secret = "dGhpcyBsb29rcyBsaWtlIGJhc2U2NA==";
constexpr token_algorithm all_algorithms[] = {token_algorithm::hs256, token_algorithm::hs512,
                                              token_algorithm::rs256, token_algorithm::rs512};

token_options page_options() {
    return {.client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5"};
}

std::string key_for(token_algorithm algorithm) {
    return signs_with_private_key(algorithm) ? tests::shared_rsa_test_key().pem
                                             : std::string(client_secret);
}

token_signer signer_of(const token_options& options) {
    return token_signer::make(options, secret(key_for(options.algorithm))).value();
}

std::string signed_token(token_signer& signer, core::wall_time when, std::string_view jti = {}) {
    std::string text(signer.size_max(), '\0');
    char* const end = signer.sign(text.data(), when, jti);
    EXPECT_NE(end, nullptr);
    EXPECT_LE(end, text.data() + text.size());
    text.resize(static_cast<std::size_t>(end - text.data()));
    return text;
}

std::string claims_of(const std::string& token) {
    const auto from = token.find('.') + 1;
    return *read_base64url(token.substr(from, token.find('.', from) - from));
}

TEST(token, without_life_is_the_sample_of_the_vendors_page) {
    auto options = page_options();
    options.lifetime = core::duration::zero();
    auto signer = signer_of(options);
    const auto token = signed_token(signer, issued);
    // Header and claims as printed there; the sample's secret is not public.
    EXPECT_EQ(token.substr(0, token.rfind('.')),
              "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
              "eyJzdWIiOiIxMjM0NTY3ODkwIiwiYXBwSWQiOiJjcy1kYzZlY2RmZC1jYmE3LTUwNTUtYTk4My1mZmZhMTE1"
              "NWEzZjUifQ");
}

TEST(token, says_the_claims_that_were_asked_for) {
    const std::string fixed =
        R"({"sub":"1234567890","appId":"cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5")";
    auto options = page_options();
    auto signer = signer_of(options);
    EXPECT_EQ(claims_of(signed_token(signer, issued)),
              fixed + R"(,"iat":1800000000,"exp":1800001800})");
    EXPECT_EQ(claims_of(signed_token(signer, issued, "id-1")),
              fixed + R"(,"iat":1800000000,"exp":1800001800,"jti":"id-1"})");
    options.issued_at = false;
    options.lifetime = minutes(60);
    auto without_iat = signer_of(options);
    EXPECT_EQ(claims_of(signed_token(without_iat, issued, "id-2")),
              fixed + R"(,"exp":1800003600,"jti":"id-2"})");
}

TEST(token, is_believed_by_another_implementation_and_signed_alike) {
    for (const auto algorithm : all_algorithms)
        for (const std::string jti : {"", "8f14e45f-ceea-867d-a5f3-6b5d0f1c2a3b"}) {
            auto options = page_options();
            options.algorithm = algorithm;
            options.subject = "o'neill \"\\\" \x01 x";
            auto signer = signer_of(options);
            const auto token = signed_token(signer, issued, jti);
            const auto answer = ask_jwt_peer({{"do", "verify"},
                                              {"token", token},
                                              {"key", key_for(algorithm)},
                                              {"algorithm", std::string(name_of(algorithm))}});
            if (answer.contains("missing")) GTEST_SKIP() << answer.at("missing") << " is missing";
            ASSERT_FALSE(answer.contains("error")) << answer.at("error");
            EXPECT_EQ(answer.at("header"),
                      R"({"alg":")" + std::string(name_of(algorithm)) + R"(","typ":"JWT"})");
            EXPECT_EQ(answer.at("claims"), claims_of(token));
            EXPECT_EQ(answer.at("resigned"), token);
        }
}

TEST(token, another_secret_and_a_changed_claim_are_refused_by_the_other_side) {
    auto signer = signer_of(page_options());
    auto token = signed_token(signer, issued);
    const std::map<std::string, std::string> command = {
        {"do", "verify"}, {"token", token}, {"key", "another"}, {"algorithm", "HS256"}};
    const auto wrong_key = ask_jwt_peer(command);
    if (wrong_key.contains("missing")) GTEST_SKIP() << wrong_key.at("missing") << " is missing";
    EXPECT_EQ(wrong_key.at("error"), "InvalidSignatureError");
    auto changed = command;
    changed["key"] = client_secret;
    changed["token"][token.find('.') + 12] ^= 1;
    EXPECT_TRUE(ask_jwt_peer(changed).contains("error"));
}

TEST(token, the_other_side_sees_when_it_expired) {
    auto signer = signer_of(page_options());
    const auto answer = ask_jwt_peer({{"do", "verify"},
                                      {"token", signed_token(signer, core::wall_time())},
                                      {"key", std::string(client_secret)},
                                      {"algorithm", "HS256"}},
                                     true);
    if (answer.contains("missing")) GTEST_SKIP() << answer.at("missing") << " is missing";
    EXPECT_EQ(answer.at("error"), "ExpiredSignatureError");
}

TEST(token, is_the_same_after_a_crash) {
    for (const auto algorithm : all_algorithms) {
        auto options = page_options();
        options.algorithm = algorithm;
        auto before = signer_of(options);
        signed_token(before, issued + minutes(3), "another");
        const auto token = signed_token(before, issued, "the-id");
        auto after = signer_of(options);
        EXPECT_EQ(signed_token(after, issued - microseconds(999'999), "the-id"), token);
        EXPECT_NE(signed_token(after, issued + seconds(1), "the-id"), token);
    }
}

TEST(token, the_largest_claims_and_jti_fit_what_is_promised) {
    for (const auto algorithm : all_algorithms) {
        token_options options{.client_id = std::string(token_signer::claim_size_max, '"'),
                              .subject = std::string(token_signer::claim_size_max, '\\'),
                              .algorithm = algorithm};
        auto signer = signer_of(options);
        EXPECT_LE(signer.size_max(), token_size_max);
        const core::wall_time far{seconds(100'000'000'000)};
        signed_token(signer, far, std::string(token_signer::jti_size_max, 'j'));
    }
}

TEST(token, hs_signs_without_allocation) {
    auto signer = signer_of(page_options());
    std::string text(signer.size_max(), '\0');
    const tests::allocation_count count;
    for (int i = 0; i < 100; ++i)
        static_cast<void>(signer.sign(text.data(), issued, "an-id"));
    EXPECT_EQ(count.so_far(), 0u);
}

TEST(token, a_wrapped_one_opens_to_the_signed_one) {
    const auto& key = tests::shared_rsa_test_key();
    auto options = page_options();
    auto plain = signer_of(options);
    options.wrap = jwe_options{.key = key.jwk("k")};
    auto signer = signer_of(options);
    const auto opened = ask_jwt_peer(
        {{"do", "decrypt"}, {"token", signed_token(signer, issued, "id")}, {"key", key.pem}});
    if (opened.contains("missing")) GTEST_SKIP() << opened.at("missing") << " is missing";
    ASSERT_TRUE(opened.contains("text")) << opened.at("error");
    EXPECT_EQ(opened.at("text"), signed_token(plain, issued, "id"));
}

struct bad_row {
    const char* why;
    token_options options;
    std::string key;
};

TEST(token, refuses_what_cannot_work_and_never_quotes_the_key) {
    const auto rs = token_algorithm::rs256;
    const std::string pem = tests::shared_rsa_test_key().pem;
    const auto with = [](auto change) {
        auto options = page_options();
        change(options);
        return options;
    };
    const auto rs_options = with([&](auto& o) { o.algorithm = rs; });
    const bad_row rows[] = {
        {"no client id", with([](auto& o) { o.client_id = ""; }), "Sesame!"},
        {"a long one", with([](auto& o) { o.client_id.assign(257, 'c'); }), "Sesame!"},
        {"no UTF-8", with([](auto& o) { o.client_id = "\xFF"; }), "Sesame!"},
        {"no subject", with([](auto& o) { o.subject = ""; }), "Sesame!"},
        {"too long a life", with([](auto& o) { o.lifetime = minutes(61); }), "Sesame!"},
        {"too short", with([](auto& o) { o.lifetime = microseconds(1); }), "Sesame!"},
        {"negative", with([](auto& o) { o.lifetime = -seconds(5); }), "Sesame!"},
        {"no secret", page_options(), ""},
        {"a huge one", page_options(), std::string(secret::size_max + 1, 'K')},
        {"no private key", rs_options, ""},
        {"a secret for a private key", rs_options, "Sesame!"},
        {"a cut key", rs_options, pem.substr(0, pem.size() / 2)},
        {"an EC key", rs_options, tests::make_ec_test_key()},
        {"a short key", rs_options, tests::make_rsa_test_key(1024).pem},
        {"a bad JWE key", with([](auto& o) { o.wrap = jwe_options{.key = "{}"}; }), "Sesame!"},
    };
    for (const auto& row : rows) {
        const auto made = token_signer::make(row.options, secret(std::string_view(row.key)));
        ASSERT_FALSE(made.has_value()) << row.why;
        EXPECT_EQ(made.error().kind, core::trouble::configuration) << row.why;
        EXPECT_EQ(made.error().text.find("Sesame!"), std::string::npos) << made.error().text;
        EXPECT_FALSE(made.error().text.empty());
        EXPECT_EQ(ERR_peek_error(), 0u) << row.why;
    }
}

TEST(token, a_key_that_makes_it_too_long_for_a_request_is_refused) {
    auto options = page_options();
    options.subject.assign(token_signer::claim_size_max, '\x01');  // six characters each in JSON
    options.client_id.assign(token_signer::claim_size_max, '\x01');
    const auto made = token_signer::make(options, secret(client_secret));
    ASSERT_FALSE(made.has_value());
    EXPECT_NE(made.error().text.find("4096"), std::string::npos) << made.error().text;
}

TEST(token, an_encrypted_private_key_is_refused_without_a_question) {
    const auto made = token_signer::make(
        [] {
            auto options = page_options();
            options.algorithm = token_algorithm::rs512;
            return options;
        }(),
        secret(std::string_view("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                "MIIBpjBABgkqhkiG9w0BBQ0wMzAbBgkqhkiG9w0BBQwwDgQI\n"
                                "-----END ENCRYPTED PRIVATE KEY-----\n")));
    ASSERT_FALSE(made.has_value());
    EXPECT_NE(made.error().text.find("passphrase"), std::string::npos);
}

TEST(token, algorithms_are_named_as_the_settings_name_them) {
    for (const auto algorithm : all_algorithms)
        EXPECT_EQ(token_algorithm_named(name_of(algorithm)), algorithm);
    for (const char* name : {"", "hs256", "HS384", "none", "ES256"})
        EXPECT_EQ(token_algorithm_named(name), std::nullopt) << name;
}

}  // namespace
}  // namespace tidings::codec
