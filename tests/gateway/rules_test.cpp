// A row of the table in contract.md section 4 is a row of the table here; then sections 2 and 3.
#include "tidings/gateway/rules.hpp"

#include <gtest/gtest.h>

#include "gateway/signed_token.hpp"

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;
using testing::hmac_token;
using testing::sample_body;
using testing::sample_payload;
using testing::sample_target;
using enum verdict_case;

constexpr std::string_view other_bot_target = "/api/public/bot/st-other/outboundsms";
constexpr std::string_view off_bot_target = "/api/public/bot/st-off/outboundsms";
constexpr core::wall_time noon =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 23) + 12h;

core::time_stamp at(core::duration elapsed) {
    return {core::instant(elapsed + 1000s),
            noon + std::chrono::floor<std::chrono::microseconds>(elapsed)};
}

std::string epoch(core::duration after_noon) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(
                              (noon + std::chrono::floor<std::chrono::microseconds>(after_noon)))
                              .time_since_epoch()
                              .count());
}

// The sample service with an app for each rule and a bot for each refusal.
service_options rich_service() {
    auto made = sample_service();
    made.bots[0].limits.clear();
    const auto add_app = [&made](std::string id, auto change) {
        app_options app;
        app.client_id = std::move(id);
        app.client_secret = "s";
        app.bots = {made.bots[0].id, "st-off"};
        change(app);
        made.apps.push_back(std::move(app));
    };
    add_app("cs-noscope", [](auto& app) { app.scopes = {"Inbound"}; });
    add_app("cs-draft", [](auto& app) { app.published = false; });
    add_app("cs-admin", [](auto& app) {
        app.admin_level = true;
        app.bots.clear();
    });
    add_app("cs-jti", [](auto& app) { app.jti = jti_rule::enforced; });
    add_app("cs-nojti", [](auto& app) { app.jti = jti_rule::off; });
    add_app("cs-plain", [](auto&) {});
    add_app("cs-jwe", [](auto& app) {
        app.jwe = jwe_rule::enforced;
        app.jwe_private_key_pem = testing::rsa_private_pem();
        app.jwe_key_id = "k1";
    });
    add_app("cs-rsa", [](auto& app) {
        app.public_key_pem = testing::rsa_public_pem();
        app.algorithms = {signature_algorithm::rs256, signature_algorithm::rs512};
    });

    const auto number = [](std::uint64_t digits) {
        number_options one;
        one.number = core::phone_number::from_digits(digits);
        return one;
    };
    auto no_flow = number(15550000001);
    no_flow.flow.clear();
    auto inbound = number(15550000002);
    inbound.direction = number_direction::inbound;
    made.bots[0].numbers.push_back(no_flow);
    made.bots[0].numbers.push_back(inbound);
    bot_options off;
    off.id = "st-off";
    off.sms_channel = false;
    off.numbers.push_back(number(16693422058));
    made.bots.push_back(off);
    return made;
}

rules make_rules(service_options service, reply_table words = documented_replies()) {
    return rules::make(std::move(service), std::move(words)).value();
}

std::string app_token(std::string_view app, std::string_view more = "") {
    return hmac_token(R"({"sub":"1","appId":")" + std::string(app) + "\"" + std::string(more) + "}",
                      "s");
}

struct row {
    const char* name;
    std::string_view method = "POST";
    std::string_view target = sample_target;
    std::optional<std::string> auth = hmac_token(sample_payload());
    std::string_view content_type = "application/json;charset=UTF-8";
    std::string body = std::string(sample_body);
    verdict_case why = triggered;
    std::uint16_t status = 200;
    std::string answer = R"({"message":"Triggered the configured Experience flow to deliver )"
                         R"(message via SMS channel"})";
};

std::string error(const std::string& msg, const std::string& code) {
    return R"({"errors":[{"msg":")" + msg + R"(","code":)" + code + "}]}";
}

decision judge(rules& judge_of, const row& one, core::duration elapsed = 0s) {
    call asked;
    asked.method = one.method;
    asked.target = one.target;
    if (one.auth) asked.auth = *one.auth;
    asked.content_type = one.content_type;
    asked.body = one.body;
    return judge_of.judge(asked, at(elapsed));
}

std::vector<row> contract_rows() {
    const auto credentials = error("Invalid SDK credentials", "4002");
    const auto arguments = error("Validation errors/ Invalid arguments", "412");
    const auto wrong_scope_text = error("Permission denied. Scope is incorrect!", "4002");
    const auto no_jwt = error("Invalid JWT token", "4002");
    const std::string from = R"({"fromNo":"+16693422058","toNo":")";
    std::vector<row> rows;
    rows.push_back({.name = "the page's sample", .auth = std::string(testing::page_token)});
    rows.push_back({.name = "our own token"});
    rows.push_back({.name = "content type in other letters", .content_type = "Application/JSON"});
    rows.push_back({.name = "no auth",
                    .auth = std::nullopt,
                    .why = no_auth,
                    .status = 401,
                    .answer = credentials});
    rows.push_back(
        {.name = "empty auth", .auth = "", .why = no_auth, .status = 401, .answer = credentials});
    rows.push_back(
        {.name = "not a JWT", .auth = "hello", .why = not_a_jwt, .status = 401, .answer = no_jwt});
    rows.push_back({.name = "Bearer in front",
                    .auth = "Bearer " + hmac_token(sample_payload()),
                    .why = not_a_jwt,
                    .status = 401,
                    .answer = no_jwt});
    rows.push_back({.name = "bad signature",
                    .auth = hmac_token(sample_payload(), "wrong"),
                    .why = bad_signature,
                    .status = 401,
                    .answer = credentials});
    rows.push_back({.name = "appid misspelt",
                    .auth = hmac_token(R"({"sub":"1","appid":"cs-plain"})", "s"),
                    .why = bad_signature,
                    .status = 401,
                    .answer = credentials});
    rows.push_back({.name = "algorithm not allowed",
                    .auth = hmac_token(sample_payload(), testing::sample_secret, "HS512"),
                    .why = bad_signature,
                    .status = 401,
                    .answer = credentials});
    rows.push_back({.name = "wrong bot for this app",
                    .target = other_bot_target,
                    .why = wrong_bot,
                    .status = 401,
                    .answer = credentials});
    rows.push_back({.name = "no scope",
                    .auth = app_token("cs-noscope"),
                    .why = wrong_scope,
                    .status = 401,
                    .answer = wrong_scope_text});
    rows.push_back({.name = "not published",
                    .auth = app_token("cs-draft"),
                    .why = app_unpublished,
                    .status = 401,
                    .answer = wrong_scope_text});
    rows.push_back({.name = "unknown bot, admin-level app",
                    .target = other_bot_target,
                    .auth = app_token("cs-admin"),
                    .why = unknown_bot,
                    .status = 400,
                    .answer = error("Invalid StreamId", "400")});
    rows.push_back({.name = "admin-level app, known bot", .auth = app_token("cs-admin")});
    for (const auto* bad : {"", "{}", "{", "[]", "null", R"({"fromNo":"+16693422058"})",
                            R"({"fromNo":"+16693422058","toNo":""})",
                            R"({"fromNo":"+16693422058","toNo":917760336484})",
                            R"({"fromNo":"+16693422058","toNo":"+1555","toNo":"+1556"})",
                            R"({"fromNo":"+16693422058","toNo":"+917760336484"} x)"})
        rows.push_back(
            {.name = "bad body", .body = bad, .why = bad_body, .status = 412, .answer = arguments});
    rows.push_back({.name = "GET",
                    .method = "GET",
                    .why = wrong_method,
                    .status = 405,
                    .answer = error("Method Not Allowed", "405")});
    rows.push_back({.name = "other path",
                    .target = "/api/public/bot/outboundsms",
                    .why = no_route,
                    .status = 404,
                    .answer = error("Not Found", "404")});
    rows.push_back({.name = "path goes on",
                    .target = "/api/public/bot/a/b/outboundsms",
                    .why = no_route,
                    .status = 404,
                    .answer = error("Not Found", "404")});
    rows.push_back({.name = "query",
                    .target = "/api/public/bot/st-off/outboundsms?x=1",
                    .auth = app_token("cs-plain"),
                    .why = channel_off,
                    .status = 400,
                    .answer = error("SMS channel is not configured", "400")});
    rows.push_back({.name = "expired",
                    .auth = app_token("cs-plain", ",\"exp\":" + epoch(0s)),
                    .why = token_expired,
                    .status = 401,
                    .answer = error("error verifying the jwt: jwt expired", "401")});
    rows.push_back(
        {.name = "just not expired", .auth = app_token("cs-plain", ",\"exp\":" + epoch(1s))});
    rows.push_back({.name = "exp is text",
                    .auth = app_token("cs-plain", R"(,"exp":"9999999999")"),
                    .why = not_a_jwt,
                    .status = 401,
                    .answer = no_jwt});
    rows.push_back({.name = "not yet",
                    .auth = app_token("cs-plain", ",\"nbf\":" + epoch(1s)),
                    .why = token_not_yet,
                    .status = 401,
                    .answer = error("error verifying the jwt: jwt not active", "401")});
    rows.push_back({.name = "no sub",
                    .auth = hmac_token(R"({"appId":"cs-plain"})", "s"),
                    .why = sub_missing,
                    .status = 401,
                    .answer = credentials});
    rows.push_back(
        {.name = "JTI missing while enforced",
         .auth = app_token("cs-jti"),
         .why = jti_missing,
         .status = 401,
         .answer = error(R"(error verifying the jwt: \"jti\" claim is required)", "401")});
    rows.push_back({.name = "plain token where JWE is enforced",
                    .auth = app_token("cs-jwe"),
                    .why = jwe_missing,
                    .status = 401,
                    .answer = no_jwt});
    rows.push_back(
        {.name = "RS256", .auth = testing::rsa_token(R"({"sub":"1","appId":"cs-rsa"})")});
    rows.push_back(
        {.name = "RS512", .auth = testing::rsa_token(R"({"sub":"1","appId":"cs-rsa"})", "RS512")});
    rows.push_back(
        {.name = "HMAC by the public key",
         .auth = hmac_token(R"({"sub":"1","appId":"cs-rsa"})", testing::rsa_public_pem()),
         .why = bad_signature,
         .status = 401,
         .answer = credentials});
    for (const auto* bad : {"917760336484", "+0917760336484", "+9", "+91 7760336484",
                            "+1234567890123456", "00917760336484"})
        rows.push_back({.name = bad,
                        .body = from + bad + "\"}",
                        .why = number_not_e164,
                        .status = 412,
                        .answer = arguments});
    rows.push_back({.name = "fifteen digits", .body = from + "+123456789012345\"}"});
    for (const auto type :
         {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"})
        rows.push_back({.name = "content type",
                        .content_type = type,
                        .why = wrong_content_type,
                        .status = 412,
                        .answer = arguments});
    rows.push_back({.name = "channel off",
                    .target = off_bot_target,
                    .auth = app_token("cs-plain"),
                    .why = channel_off,
                    .status = 400,
                    .answer = error("SMS channel is not configured", "400")});
    rows.push_back({.name = "unknown sender",
                    .body = R"({"fromNo":"+15550000009","toNo":"+1555"})",
                    .why = number_unknown,
                    .status = 400,
                    .answer = error("fromNo is not configured for this bot", "400")});
    rows.push_back({.name = "no flow",
                    .body = R"({"fromNo":"+15550000001","toNo":"+1555"})",
                    .why = number_without_flow,
                    .status = 400,
                    .answer = error("fromNo is not attached to an experience flow", "400")});
    rows.push_back({.name = "inbound only",
                    .body = R"({"fromNo":"+15550000002","toNo":"+1555"})",
                    .why = number_inbound_only,
                    .status = 400,
                    .answer = error("fromNo is not enabled for outbound messages", "400")});
    return rows;
}

TEST(rules, says_what_the_contract_says) {
    auto judges = make_rules(rich_service());
    for (const auto& one : contract_rows()) {
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

TEST(rules, takes_a_jti_once_within_its_hour) {
    auto judges = make_rules(rich_service());
    const auto with = [](std::string_view app, const std::string& jti, core::duration exp) {
        return row{.name = "",
                   .auth = app_token(app, R"(,"jti":")" + jti + R"(","exp":)" + epoch(exp))};
    };
    EXPECT_EQ(judge(judges, with("cs-jti", "a", 1h)).why, triggered);
    const auto again = judge(judges, with("cs-jti", "a", 1h), 59min);
    EXPECT_EQ(again.why, jti_replay);
    EXPECT_EQ(again.status, 401);
    EXPECT_EQ(again.body, error("error verifying the jwt: possibly a replay", "401"));
    EXPECT_EQ(judge(judges, with("cs-jti", "a", 1h), 1h).why, token_expired);
    EXPECT_EQ(judge(judges, with("cs-jti", "a", 2h), 1h).why, triggered);
    // Another app's jti is another jti; so is another jti.
    EXPECT_EQ(judge(judges, with("cs-plain", "a", 1h)).why, triggered);
    EXPECT_EQ(judge(judges, with("cs-jti", "b", 1h)).why, triggered);
    const auto far = judge(judges, with("cs-plain", "c", 1h + 1s));
    EXPECT_EQ(far.why, jti_lifetime);
    EXPECT_EQ(
        far.body,
        error(R"(error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s))", "401"));
    EXPECT_EQ(judge(judges, {.name = "", .auth = app_token("cs-plain", R"(,"jti":"d")")}).why,
              jti_lifetime);
    EXPECT_EQ(judge(judges, {.name = "", .auth = app_token("cs-plain", R"(,"jti":7)")}).why,
              not_a_jwt);
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(judge(judges, with("cs-nojti", "e", 24h)).why, triggered);
}

TEST(rules, a_jti_is_used_up_by_a_refusal_unless_told_otherwise) {
    for (const bool by_trigger_only : {false, true}) {
        auto service = rich_service();
        service.jti_used_by_trigger_only = by_trigger_only;
        auto judges = make_rules(std::move(service));
        row one{.name = "",
                .auth = app_token("cs-plain", R"(,"jti":"x","exp":)" + epoch(1h)),
                .body = "{}"};
        EXPECT_EQ(judge(judges, one).why, bad_body);
        one.body = sample_body;
        EXPECT_EQ(judge(judges, one).why, by_trigger_only ? triggered : jti_replay);
        EXPECT_EQ(judge(judges, one).why, jti_replay);
    }
}

TEST(rules, remembers_no_more_jti_than_it_may) {
    auto service = rich_service();
    service.jti_remembered_max = 3;
    auto judges = make_rules(std::move(service));
    const auto with = [](int jti, core::duration exp) {
        return row{.name = "",
                   .auth = app_token("cs-plain", R"(,"jti":"j)" + std::to_string(jti) +
                                                     R"(","exp":)" + epoch(exp))};
    };
    EXPECT_EQ(judge(judges, with(1, 1min)).why, triggered);
    EXPECT_EQ(judge(judges, with(2, 1min)).why, triggered);
    EXPECT_EQ(judge(judges, with(3, 1h)).why, triggered);
    const auto full = judge(judges, with(4, 1h));
    EXPECT_EQ(full.why, jti_memory_full);
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(judge(judges, with(3, 1h)).why, jti_replay);
}

TEST(rules, opens_encrypted_tokens) {
    auto judges = make_rules(rich_service());
    const auto inner = app_token("cs-jwe");
    for (const auto* alg : {"RSA-OAEP", "RSA1_5"})
        for (const auto* enc : {"A128CBC-HS256", "A128GCM", "A256GCM"})
            EXPECT_EQ(
                judge(judges, {.name = "", .auth = testing::encrypted(inner, alg, enc, "k1")}).why,
                triggered)
                << alg << " " << enc;
    EXPECT_EQ(
        judge(judges, {.name = "", .auth = testing::encrypted(inner, "RSA-OAEP", "A128GCM", "k2")})
            .why,
        not_a_jwt);
    // The content of another app that takes no encrypted tokens.
    EXPECT_EQ(judge(judges, {.name = "",
                             .auth = testing::encrypted(app_token("cs-jwe") + "x", "RSA-OAEP",
                                                        "A128GCM", "k1")})
                  .why,
              bad_signature);
}

TEST(rules, refuses_by_every_window_of_every_scope) {
    auto service = rich_service();
    service.accounts[0].limits = {{5, 60s}};
    service.bots[0].limits = {{4, 10s}, {100, 3600s}};
    service.bots[0].numbers[0].limits = {{2, 1s}};
    service.limits = {.count_refused = false, .old_text = false, .retry_after = true};
    auto judges = make_rules(std::move(service));
    const row good{.name = ""};
    EXPECT_EQ(judge(judges, good, 0s).why, triggered);
    EXPECT_EQ(judge(judges, good, 1ms).why, triggered);
    const auto refused = judge(judges, good, 2ms);
    EXPECT_EQ(refused.why, limit_minute);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.body, error("You've exceeded the per-minute rate limit. Please wait for "
                                  "sometime before retrying.",
                                  "429"));
    EXPECT_EQ(refused.retry_after_s, 1U);
    EXPECT_EQ(judge(judges, good, 1s).why, triggered);
    EXPECT_EQ(judge(judges, good, 1001ms).why, triggered);
    EXPECT_EQ(judge(judges, good, 9999ms).why, limit_minute);  // the bot's
    EXPECT_EQ(judge(judges, good, 10s).why, triggered);
    const auto by_account = judge(judges, good, 30s);
    EXPECT_EQ(by_account.why, limit_minute);
    EXPECT_EQ(by_account.retry_after_s, 30U);
    EXPECT_EQ(judge(judges, good, 60s).why, triggered);
    std::uint64_t worst_of_account = 0;
    for (const auto& one : judges.windows())
        if (one.kind == rules::scope::account) worst_of_account = one.window->worst();
    EXPECT_EQ(worst_of_account, 5U);
}

TEST(rules, names_the_hour_and_knows_the_old_text) {
    auto service = rich_service();
    service.bots[0].limits = {{1, 3600s}};
    auto judges = make_rules(std::move(service));
    const row good{.name = ""};
    EXPECT_EQ(judge(judges, good).why, triggered);
    const auto refused = judge(judges, good, 1s);
    EXPECT_EQ(refused.why, limit_hour);
    EXPECT_FALSE(refused.retry_after_s);
    EXPECT_EQ(refused.body, error("You've exceeded the hourly rate limit. Please wait for sometime "
                                  "before retrying.",
                                  "429"));
    judges.change_limit_options({.count_refused = true, .old_text = true, .retry_after = false});
    EXPECT_EQ(judge(judges, good, 1s).body,
              error("Rate limit for this API has been reached. Please try again after some time.",
                    "429"));
    EXPECT_TRUE(judges.change_limits(rules::scope::bot, sample_service().bots[0].id, {}));
    EXPECT_EQ(judge(judges, good, 1s).why, triggered);
    EXPECT_FALSE(judges.change_limits(rules::scope::bot, "st-none", {}));
}

// With count_refused every call that names a known bot takes a slot, whatever became of it.
TEST(rules, counts_refused_calls_when_told_so) {
    for (const bool count_refused : {true, false}) {
        auto service = rich_service();
        service.bots[0].limits = {{3, 60s}};
        service.limits.count_refused = count_refused;
        auto judges = make_rules(std::move(service));
        EXPECT_EQ(judge(judges, {.name = "", .body = "{}"}).why, bad_body);
        EXPECT_EQ(judge(judges, {.name = "", .auth = std::nullopt}).why, no_auth);
        call swallowed;
        swallowed.target = sample_target;
        judges.count_unprocessed(swallowed, at(0s));
        EXPECT_EQ(judge(judges, {.name = ""}, 59s).why, count_refused ? limit_minute : triggered);
        const auto expected = count_refused ? 4U : 1U;
        EXPECT_EQ(judges.windows()[0].window->worst(), expected);
    }
}

TEST(rules, a_file_can_give_other_words) {
    auto words = documented_replies();
    auto& channel = words[static_cast<std::size_t>(channel_off)];
    channel = {};
    channel.status = 503;
    channel.body = "<html>down</html>";
    channel.content_type = "text/html";
    words[static_cast<std::size_t>(wrong_content_type)].ignore = true;
    words[static_cast<std::size_t>(number_without_flow)].ignore = true;
    auto judges = make_rules(rich_service(), std::move(words));
    const auto said =
        judge(judges, {.name = "", .target = off_bot_target, .auth = app_token("cs-plain")});
    EXPECT_EQ(said.status, 503);
    EXPECT_EQ(said.body, "<html>down</html>");
    EXPECT_EQ(said.content_type, "text/html");
    EXPECT_EQ(judge(judges, {.name = "",
                             .content_type = "text/plain",
                             .body = R"({"fromNo":"+15550000001","toNo":"+1555"})"})
                  .why,
              triggered);
}

TEST(rules, keeps_a_path_prefix) {
    auto service = rich_service();
    service.path_prefix = "/xo";
    auto judges = make_rules(std::move(service));
    EXPECT_EQ(judge(judges, {.name = ""}).why, no_route);
    const auto target = "/xo" + std::string(sample_target);
    EXPECT_EQ(judge(judges, {.name = "", .target = target}).why, triggered);
}

TEST(rules, refuses_a_service_that_contradicts_itself) {
    auto twice = sample_service();
    twice.bots.push_back(twice.bots[0]);
    EXPECT_NE(rules::make(twice, documented_replies()).error().text.find("twice"),
              std::string::npos);
    auto stray = sample_service();
    stray.apps[0].account = "other";
    EXPECT_NE(rules::make(stray, documented_replies()).error().text.find("no account"),
              std::string::npos);
}

}  // namespace

}  // namespace tidings::gateway
