#include "gateway/rules/sessions.hpp"

#include "gateway/rules_rig.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::gateway {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view sample_bot_id = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440";
constexpr std::string_view sessions_path =
    "/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/getSessions";
const auto sender = core::phone_number::from_digits(16693422058);
const std::vector<sender_name> senders = {{std::string(sample_bot_id), sender},
                                          {"st-other", sender}};

core::phone_number recipient(std::uint64_t which) {
    return core::phone_number::from_digits(16502530000 + which);
}

// A message each second from noon on; every fifth of another bot.
ledger book_of(std::uint64_t messages) {
    ledger book;
    for (std::uint64_t i = 0; i < messages; ++i)
        book.add({.at = noon + std::chrono::seconds(i),
                  .to = recipient(i),
                  .token = 0,
                  .sender = static_cast<sender_id>(i % 5 == 4 ? 1 : 0)});
    return book;
}

std::string listed(const ledger& book, std::string_view body) {
    const auto asked = read_session_filter(body, noon + 1h);
    return asked ? list_sessions(book, senders, sample_bot_id, *asked) : "unreadable";
}

TEST(sessions, lists_messages_of_the_bot_newest_first) {
    EXPECT_EQ(listed(book_of(2), ""),
              R"({"total":2,"moreAvailable":false,"sessions":[)"
              R"({"sessionId":"000000000000000000000002","userId":"+16502530001",)"
              R"("channel":"sms","sessionType":"non-interactive","sessionStatus":"closed",)"
              R"("start_time":"2026-11-23T12:00:01.000Z"},)"
              R"({"sessionId":"000000000000000000000001","userId":"+16502530000",)"
              R"("channel":"sms","sessionType":"non-interactive","sessionStatus":"closed",)"
              R"("start_time":"2026-11-23T12:00:00.000Z"}]})");
    EXPECT_THAT(listed(book_of(10), ""), HasSubstr(R"("total":8,)"));
}

TEST(sessions, a_person_and_a_span_in_either_form) {
    const auto book = book_of(20);
    const auto one = listed(book, R"({"userId":"+16502530007"})");
    EXPECT_THAT(one, HasSubstr(R"("total":1,)"));
    EXPECT_THAT(one, HasSubstr("+16502530007"));
    EXPECT_THAT(listed(book, R"({"userId":"u-17"})"), HasSubstr(R"("total":0,)"));
    EXPECT_THAT(listed(book, R"({"dateFrom":"2026-11-23T12:00:05.000Z",
                                 "dateTo":"2026-11-23T12:00:08Z"})"),
                HasSubstr(R"("total":4,)"));
    EXPECT_THAT(listed(book, R"({"dateFrom":1795435205000,"dateTo":1795435208000})"),
                HasSubstr(R"("total":4,)"));
    EXPECT_THAT(listed(book, R"({"dateTo":"2026-11-23"})"), HasSubstr(R"("total":0,)"));
    EXPECT_THAT(listed(book, R"({"sessionType":"interactive"})"), HasSubstr(R"("total":0,)"));
}

TEST(sessions, page_by_page) {
    const auto book = book_of(20);  // 16 of this bot
    const auto page = listed(book, R"({"skip":10,"limit":5})");
    EXPECT_THAT(page, HasSubstr(R"("total":16,"moreAvailable":true)"));
    EXPECT_THAT(page, HasSubstr("+16502530006"));
    EXPECT_THAT(page, HasSubstr("+16502530001"));
    EXPECT_THAT(page, Not(HasSubstr("+16502530000")));
    EXPECT_THAT(listed(book, R"({"skip":15,"limit":5})"),
                HasSubstr(R"("total":16,"moreAvailable":false)"));
}

TEST(sessions, refuses_a_body_that_cannot_be_read) {
    for (const auto* body : {"[]", "{", R"({"userId":17})", R"({"dateFrom":"soon"})",
                             R"({"dateTo":"2026-13-01"})", R"({"dateTo":"2026-11-23T08:00:00"})",
                             R"({"skip":-1})", R"({"limit":"all"})", R"({"sessionType":"odd"})"})
        EXPECT_EQ(listed(book_of(1), body), "unreadable") << body;
}

// -- who may ask ---------------------------------------------------------------------------------

question_decision ask(rules& judging, std::optional<std::string> auth,
                      std::string_view method = "POST", core::duration when = 0s,
                      std::string_view target = sessions_path) {
    call asked;
    asked.method = method;
    asked.target = target;
    if (auth) asked.auth = *auth;
    return judging.judge_question(asked, at(when));
}

TEST(sessions, are_asked_for_on_a_path_of_their_own) {
    auto judging = make_rules(rich_service());
    call asked;
    asked.target = sessions_path;
    EXPECT_TRUE(judging.asks_for_sessions(asked));
    asked.target = sample_target;
    EXPECT_FALSE(judging.asks_for_sessions(asked));
}

TEST(sessions, need_the_token_and_the_scope_for_it) {
    struct row {
        std::optional<std::string> auth;
        verdict_case why;
        std::uint16_t status;
    };
    const row table[] = {
        {std::nullopt, no_auth, 401},
        {"abc", not_a_jwt, 401},
        {app_token("cs-noscope"), wrong_scope, 401},
        {app_token("cs-draft"), app_unpublished, 401},
        {app_token("cs-nowhere"), bad_signature, 401},
        {app_token("cs-jti"), jti_missing, 401},
    };
    for (const auto& one : table) {
        auto judging = make_rules(rich_service());
        const auto said = ask(judging, one.auth);
        EXPECT_FALSE(said.bot);
        EXPECT_EQ(said.refused.why, one.why) << static_cast<int>(one.why);
        EXPECT_EQ(said.refused.status, one.status);
    }
    auto judging = make_rules(rich_service());
    EXPECT_EQ(ask(judging, app_token("cs-plain"), "GET").refused.why, wrong_method);
    EXPECT_EQ(ask(judging, app_token("cs-plain")).bot, sample_bot_id);
    EXPECT_EQ(
        ask(judging, app_token("cs-admin"), "POST", 0s, "/api/public/bot/st-nobody/getSessions")
            .refused.why,
        unknown_bot);
}

TEST(sessions, a_scope_for_messages_alone_is_not_enough) {
    auto service = rich_service();
    for (auto& app : service.apps)
        app.scopes = {"Outbound SMS"};
    auto judging = make_rules(service);
    const auto said = ask(judging, app_token("cs-plain"));
    EXPECT_EQ(said.refused.why, wrong_scope);
    EXPECT_EQ(said.refused.body,
              R"({"errors":[{"msg":"Permission denied. Scope is incorrect!","code":4002}]})");
}

TEST(sessions, are_granted_sixty_times_a_minute_and_1800_an_hour) {
    auto judging = make_rules(rich_service());
    for (int i = 0; i < 60; ++i)
        ASSERT_TRUE(ask(judging, app_token("cs-plain")).bot) << i;
    EXPECT_EQ(ask(judging, app_token("cs-plain")).refused.why, limit_minute);
    int granted = 60;
    auto when = core::duration(61s);
    for (; granted < 2000; when += 1s) {
        const auto said = ask(judging, app_token("cs-plain"), "POST", when);
        if (!said.bot) break;
        ++granted;
    }
    EXPECT_EQ(granted, 1799) << "the refused one counts";
    // Messages have windows of their own.
    EXPECT_EQ(judge(judging, {"a message"}, when).why, triggered);
}

}  // namespace
}  // namespace tidings::gateway
