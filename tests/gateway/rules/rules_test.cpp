// A row of the table in contract.md section 4 is a row of a table here.
#include "gateway/rules/rules.hpp"

#include "gateway/rules_rig.hpp"
#include "gateway/signed_token.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;
using namespace testing;
using enum verdict_case;

struct expected {
    verdict_case why;
    std::uint16_t status;
    std::string answer;
};

const expected credentials_refused{bad_signature, 401, error("Invalid SDK credentials", "4002")};
const expected no_jwt{not_a_jwt, 401, error("Invalid JWT token", "4002")};

expected but(expected like, verdict_case why) {
    like.why = why;
    return like;
}

row refused(row asked, const expected& what) {
    asked.why = what.why;
    asked.status = what.status;
    asked.answer = what.answer;
    return asked;
}

row with_auth(const char* name, std::optional<std::string> auth, const expected& what) {
    return refused({.name = name, .auth = std::move(auth)}, what);
}

row with_body(const char* name, std::string body, const expected& what) {
    return refused({.name = name, .body = std::move(body)}, what);
}

std::vector<row> good_rows() {
    const std::string from = R"({"fromNo":"+16693422058","toNo":")";
    return {
        {.name = "the page's sample", .auth = std::string(testing::page_token)},
        {.name = "our own token"},
        {.name = "content type in other letters", .content_type = "Application/JSON"},
        {.name = "admin-level app, known bot", .auth = app_token("cs-admin")},
        {.name = "just not expired", .auth = app_token("cs-plain", ",\"exp\":" + epoch(1s))},
        {.name = "RS256", .auth = testing::rsa_token(R"({"sub":"1","appId":"cs-rsa"})")},
        {.name = "RS512", .auth = testing::rsa_token(R"({"sub":"1","appId":"cs-rsa"})", "RS512")},
        {.name = "fifteen digits", .body = from + "+123456789012345\"}"},
    };
}

std::vector<row> token_rows() {
    const expected scope{wrong_scope, 401, error("Permission denied. Scope is incorrect!", "4002")};
    const auto jwt_error = [](verdict_case why, const std::string& text) {
        return expected{why, 401, error("error verifying the jwt: " + text, "401")};
    };
    return {
        with_auth("no auth", std::nullopt, but(credentials_refused, no_auth)),
        with_auth("empty auth", "", but(credentials_refused, no_auth)),
        with_auth("not a JWT", "hello", no_jwt),
        with_auth("Bearer in front", "Bearer " + hmac_token(sample_payload()), no_jwt),
        with_auth("bad signature", hmac_token(sample_payload(), "wrong"), credentials_refused),
        with_auth("appid misspelt", hmac_token(R"({"sub":"1","appid":"cs-plain"})", "s"),
                  credentials_refused),
        with_auth("algorithm not allowed",
                  hmac_token(sample_payload(), testing::sample_secret, "HS512"),
                  credentials_refused),
        with_auth("HMAC by the public key",
                  hmac_token(R"({"sub":"1","appId":"cs-rsa"})", testing::rsa_public_pem()),
                  credentials_refused),
        refused({.name = "wrong bot for this app", .target = other_bot_target},
                but(credentials_refused, wrong_bot)),
        with_auth("no scope", app_token("cs-noscope"), scope),
        with_auth("not published", app_token("cs-draft"), but(scope, app_unpublished)),
        refused({.name = "unknown bot, admin-level app",
                 .target = other_bot_target,
                 .auth = app_token("cs-admin")},
                {unknown_bot, 400, error("Invalid StreamId", "400")}),
        with_auth("expired", app_token("cs-plain", ",\"exp\":" + epoch(0s)),
                  jwt_error(token_expired, "jwt expired")),
        with_auth("exp is text", app_token("cs-plain", R"(,"exp":"9999999999")"), no_jwt),
        with_auth("not yet", app_token("cs-plain", ",\"nbf\":" + epoch(1s)),
                  jwt_error(token_not_yet, "jwt not active")),
        with_auth("no sub", hmac_token(R"({"appId":"cs-plain"})", "s"),
                  but(credentials_refused, sub_missing)),
        with_auth("JTI missing while enforced", app_token("cs-jti"),
                  jwt_error(jti_missing, R"(\"jti\" claim is required)")),
        with_auth("plain token where JWE is enforced", app_token("cs-jwe"),
                  but(no_jwt, jwe_missing)),
    };
}

std::vector<row> address_rows() {
    const expected nowhere{no_route, 404, error("Not Found", "404")};
    const expected method{wrong_method, 405, error("Method Not Allowed", "405")};
    const expected off{channel_off, 400, error("SMS channel is not configured", "400")};
    return {
        refused({.name = "GET", .method = "GET"}, method),
        refused({.name = "post", .method = "post"}, method),
        refused({.name = "no bot", .target = "/api/public/bot/outboundsms"}, nowhere),
        refused({.name = "path goes on", .target = "/api/public/bot/a/b/outboundsms"}, nowhere),
        refused({.name = "query",
                 .target = "/api/public/bot/st-off/outboundsms?x=1",
                 .auth = app_token("cs-plain")},
                off),
        refused({.name = "channel off", .target = off_bot_target, .auth = app_token("cs-plain")},
                off),
    };
}

std::vector<row> body_rows() {
    const std::string from = R"({"fromNo":"+16693422058","toNo":")";
    const expected arguments{bad_body, 412, error("Validation errors/ Invalid arguments", "412")};
    const auto number = [](verdict_case why, const std::string& text) {
        return expected{why, 400, error(text, "400")};
    };
    std::vector<row> rows = {
        with_body("unknown sender", R"({"fromNo":"+15550000009","toNo":"+1555"})",
                  number(number_unknown, "fromNo is not configured for this bot")),
        with_body("no flow", R"({"fromNo":"+15550000001","toNo":"+1555"})",
                  number(number_without_flow, "fromNo is not attached to an experience flow")),
        with_body("inbound only", R"({"fromNo":"+15550000002","toNo":"+1555"})",
                  number(number_inbound_only, "fromNo is not enabled for outbound messages")),
    };
    for (const auto* bad : {"", "{}", "{", "[]", "null", R"({"fromNo":"+16693422058"})",
                            R"({"fromNo":"+16693422058","toNo":""})",
                            R"({"fromNo":"+16693422058","toNo":917760336484})",
                            R"({"fromNo":"+16693422058","toNo":"+1555","toNo":"+1556"})",
                            R"({"fromNo":"+16693422058","toNo":"+917760336484"} x)"})
        rows.push_back(with_body("bad body", bad, arguments));
    for (const auto* bad : {"917760336484", "+0917760336484", "+9", "+91 7760336484",
                            "+1234567890123456", "00917760336484"})
        rows.push_back(with_body(bad, from + bad + "\"}", but(arguments, number_not_e164)));
    for (const auto type :
         {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"})
        rows.push_back(refused({.name = "content type", .content_type = type},
                               but(arguments, wrong_content_type)));
    return rows;
}

TEST(rules, says_what_the_contract_says) {
    auto judges = make_rules(rich_service());
    auto rows = good_rows();
    for (auto more : {token_rows(), address_rows(), body_rows()})
        rows.insert(rows.end(), more.begin(), more.end());
    for (const auto& one : rows) {
        const auto said = judge(judges, one);
        EXPECT_EQ(name_of(said.why), name_of(one.why)) << one.name << " " << one.body;
        EXPECT_EQ(said.status, one.status) << one.name;
        EXPECT_EQ(said.body, one.answer) << one.name;
        EXPECT_EQ(said.message.has_value(), one.why == triggered) << one.name;
        EXPECT_EQ(said.content_type, "application/json; charset=utf-8") << one.name;
    }
}

// Whoever makes several mistakes hears of the first in contract.md's order.
TEST(rules, looks_in_order) {
    auto judges = make_rules(rich_service());
    row one{.name = "everything wrong",
            .method = "PUT",
            .target = "/nowhere",
            .auth = std::nullopt,
            .content_type = "text/plain",
            .body = "{"};
    EXPECT_EQ(judge(judges, one).why, no_route);
    one.target = other_bot_target;
    EXPECT_EQ(judge(judges, one).why, wrong_method);
    one.method = "POST";
    EXPECT_EQ(judge(judges, one).why, no_auth);
    one.auth = app_token("cs-noscope", R"(,"exp":1)");
    EXPECT_EQ(judge(judges, one).why, token_expired);
    one.auth = app_token("cs-noscope");
    EXPECT_EQ(judge(judges, one).why, wrong_bot);
    one.target = off_bot_target;
    EXPECT_EQ(judge(judges, one).why, wrong_scope);
    one.auth = app_token("cs-plain");
    EXPECT_EQ(judge(judges, one).why, wrong_content_type);
    one.content_type = "application/json";
    EXPECT_EQ(judge(judges, one).why, bad_body);
    one.body = R"({"fromNo":"1","toNo":"2"})";
    EXPECT_EQ(judge(judges, one).why, number_not_e164);
    one.body = R"({"fromNo":"+15550000009","toNo":"+1555"})";
    EXPECT_EQ(judge(judges, one).why, channel_off);
    one.target = sample_target;
    EXPECT_EQ(judge(judges, one).why, number_unknown);
}

TEST(rules, tells_what_was_triggered) {
    auto judges = make_rules(rich_service());
    const auto said = judge(judges, {.name = ""}, 5s);
    ASSERT_TRUE(said.message);
    EXPECT_EQ(said.message->to.text(), "+917760336484");
    EXPECT_EQ(judges.senders()[said.message->sender].number.text(), "+16693422058");
    EXPECT_EQ(judges.senders()[said.message->sender].bot, sample_service().bots[0].id);
    EXPECT_EQ(said.message->at, noon + 5s);
    EXPECT_NE(said.message->token, 0U);
}

}  // namespace

}  // namespace tidings::gateway
