#include "gateway/rules/token_desk.hpp"

#include "gateway/signed_token.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using testing::base64url;
using testing::hmac_token;
using testing::sample_payload;

std::vector<app_options> sample_apps() {
    auto apps = sample_service().apps;
    apps[0].algorithms = {signature_algorithm::hs256, signature_algorithm::hs512};
    return apps;
}

TEST(token_desk, verifies_a_token_once) {
    auto desk = token_desk::make(sample_apps()).value();
    const auto token = hmac_token(sample_payload());
    EXPECT_EQ(desk.read(token).state, token_state::verified);
    EXPECT_EQ(desk.read(std::string(token)).state, token_state::verified);
    EXPECT_EQ(desk.verified(), 1U);
    EXPECT_EQ(desk.read(hmac_token(sample_payload(), testing::sample_secret, "HS512")).state,
              token_state::verified);
    EXPECT_EQ(desk.verified(), 2U);
}

TEST(token_desk, keeps_working_when_there_are_more_tokens_than_it_remembers) {
    auto desk = token_desk::make(sample_apps()).value();
    for (int round = 0; round < 2; ++round)
        for (std::size_t i = 0; i < token_desk::remembered * 2; ++i) {
            const auto token = hmac_token(sample_payload(",\"n\":" + std::to_string(i)));
            ASSERT_EQ(desk.read(token).state, token_state::verified);
        }
}

// Every byte of a token matters.
TEST(token_desk, refuses_a_token_with_any_bit_changed) {
    auto desk = token_desk::make(sample_apps()).value();
    const auto good = hmac_token(sample_payload());
    for (std::size_t i = 0; i < good.size(); ++i)
        for (const char other : {'A', 'z', '.', '=', '\0'}) {
            auto bad = good;
            if (bad[i] == other) continue;
            bad[i] = other;
            EXPECT_NE(desk.read(bad).state, token_state::verified) << i << " " << other;
        }
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_NE(desk.read(good.substr(0, size)).state, token_state::verified) << size;
    EXPECT_NE(desk.read(good + "A").state, token_state::verified);
    EXPECT_NE(desk.read(good + ".").state, token_state::verified);
    EXPECT_NE(desk.read(good + " ").state, token_state::verified);
}

TEST(token_desk, refuses_what_attackers_try) {
    auto desk = token_desk::make(sample_apps()).value();
    const auto unsigned_token =
        base64url(R"({"alg":"none","typ":"JWT"})") + "." + base64url(sample_payload()) + ".";
    EXPECT_EQ(desk.read(unsigned_token).state, token_state::bad_signature);
    EXPECT_EQ(desk.read(hmac_token(sample_payload(), "")).state, token_state::bad_signature);
    EXPECT_EQ(desk.read(hmac_token(sample_payload(), testing::sample_secret, "hs256")).state,
              token_state::bad_signature);
    EXPECT_EQ(desk.read(std::string(token_desk::token_bytes_max + 1, 'a')).state,
              token_state::not_a_jwt);
    EXPECT_EQ(desk.read("..").state, token_state::not_a_jwt);
    EXPECT_EQ(desk.read("....").state, token_state::not_a_jwt);
    EXPECT_EQ(desk.read("").state, token_state::not_a_jwt);
    EXPECT_EQ(
        desk.read(testing::encrypted(hmac_token(sample_payload()), "RSA-OAEP", "A128GCM")).state,
        token_state::not_a_jwt);
}

TEST(token_desk, takes_the_accepted_token_literally_and_no_other_like_it) {
    auto desk = token_desk::make(sample_apps()).value();
    EXPECT_EQ(desk.read(testing::page_token).state, token_state::verified);
    auto changed = std::string(testing::page_token);
    changed.back() = 'R';
    EXPECT_EQ(desk.read(changed).state, token_state::not_a_jwt);  // stray bits
    changed.back() = 'A';
    EXPECT_EQ(desk.read(changed).state, token_state::bad_signature);
}

TEST(token_desk, reads_the_claims) {
    auto desk = token_desk::make(sample_apps()).value();
    const auto facts =
        desk.read(hmac_token(sample_payload(R"(,"exp":1800000000.5,"nbf":5,"jti":"a","jti":"b")")));
    ASSERT_EQ(facts.state, token_state::verified);
    EXPECT_TRUE(facts.has_sub);
    EXPECT_EQ(facts.expires->time_since_epoch().count(), 1'800'000'000'500'000);
    EXPECT_EQ(facts.not_before->time_since_epoch().count(), 5'000'000);
    EXPECT_TRUE(facts.jti == digest_of_jti(testing::sample_client_id, "b"));
    EXPECT_FALSE(facts.jti == digest_of_jti("cs-other", "b"));
    for (const auto* bad :
         {R"(,"exp":"5")", R"(,"exp":1e99)", R"(,"nbf":null)", R"(,"jti":"")", R"(,"appId":7)"})
        EXPECT_EQ(desk.read(hmac_token(sample_payload(bad))).state, token_state::not_a_jwt) << bad;
}

TEST(token_desk, names_the_app_whose_key_is_wrong) {
    auto apps = sample_apps();
    apps[0].public_key_pem = "nonsense";
    const auto made = token_desk::make(apps);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().text.find(testing::sample_client_id), std::string::npos);
    apps = sample_apps();
    apps[0].jwe = jwe_rule::optional;
    EXPECT_FALSE(token_desk::make(apps));
}

}  // namespace

}  // namespace tidings::gateway
