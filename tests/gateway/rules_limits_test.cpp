// contract.md sections 2 and 3: what makes a call refused that was right by itself, and what can be
// said otherwise.
#include "gateway/rules_rig.hpp"
#include "gateway/signed_token.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;
using namespace testing;
using enum verdict_case;

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
