#include "run/inquiry.hpp"

#include "run/session_rig.hpp"

#include <deque>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::run {
namespace {

using core::wall_time;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;

const auto recipient = core::phone_number::from_digits(16502530000);
const wall_time noon{seconds(1'790'000'000)};
const doubted_row asked_about{
    .row = 7, .to = recipient, .sent = noon + microseconds(1'500), .given_up = noon + seconds(5)};

codec::listed_session session_at(wall_time when, core::phone_number user = recipient) {
    return {.id = "s-1", .user = user, .began = when};
}

bool proven_by(const codec::listed_session& one) {
    return proof_in({.sessions = {one}, .listed = 1}, asked_about).has_value();
}

TEST(inquiry, a_session_between_sending_and_giving_up_is_the_only_proof) {
    EXPECT_TRUE(proven_by(session_at(noon + seconds(1))));
    EXPECT_TRUE(proven_by(session_at(noon + milliseconds(1)))) << "told in whole milliseconds";
    EXPECT_TRUE(proven_by(session_at(noon + seconds(5))));
    EXPECT_FALSE(proven_by(session_at(noon)));
    EXPECT_FALSE(proven_by(session_at(noon + seconds(5) + microseconds(1))));
    EXPECT_FALSE(
        proven_by(session_at(noon + seconds(1), core::phone_number::from_digits(16502530001))));
}

TEST(inquiry, the_words_fit_a_line) {
    EXPECT_EQ(evidence_words(session_at(noon)),
              "found by getSessions: session s-1 of 2026-09-21T14:13:20.000000Z");
    auto nameless = session_at(noon);
    nameless.id = std::string(64, 'x');
    EXPECT_LE(evidence_words(nameless).size(), 200U);
}

// A platform that gives one answer after the other, and an inquiry that asks it.
struct platform_rig {
    simulated_machine machine;
    surroundings around = machine.around();
    std::deque<core::result<platform_reply>> answers;
    std::vector<codec::session_question> questions;
    int recorded = 0;
    inquiry asking{around,
                   [this](const codec::session_question& one) -> core::result<platform_reply> {
                       questions.push_back(one);
                       if (answers.empty()) return platform_reply{200, R"({"sessions":[]})", {}};
                       auto next = answers.front();
                       answers.pop_front();
                       return next;
                   },
                   [this]() -> core::result<void> {
                       ++recorded;
                       return {};
                   }};
};

std::string page(std::size_t others, bool with_proof, bool more = false) {
    std::string text =
        R"({"moreAvailable":)" + std::string(more ? "true" : "false") + R"(,"sessions":[)";
    for (std::size_t i = 0; i < others; ++i)
        text += R"({"sessionId":"o","userId":"+16502539999","start_time":1790000001000},)";
    if (with_proof)
        text += R"({"sessionId":"mine","userId":"+16502530000","start_time":1790000001000})";
    else if (others != 0)
        text.pop_back();
    return text + "]}";
}

TEST(inquiry, asks_page_by_page_until_the_proof) {
    platform_rig rig;
    rig.answers = {platform_reply{200, page(100, false), {}},
                   platform_reply{200, page(3, false, true), {}},
                   platform_reply{200, page(2, true), {}}};
    const auto found = rig.asking.ask_about(asked_about);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_THAT(*found, HasSubstr("session mine of 2026-09-21T14:13:21"));
    ASSERT_EQ(rig.questions.size(), 3U);
    EXPECT_EQ(rig.questions[2].skip, 200U);
    EXPECT_EQ(rig.questions[0].user, recipient);
    EXPECT_EQ(rig.questions[0].from, asked_about.sent);
    EXPECT_EQ(rig.questions[0].to, asked_about.given_up);
}

TEST(inquiry, no_session_is_no_word) {
    platform_rig rig;
    EXPECT_EQ(rig.asking.ask_about(asked_about).value(), "");
    rig.answers = {platform_reply{200, page(2, false), {}}};
    EXPECT_EQ(rig.asking.ask_about(asked_about).value(), "");
    EXPECT_EQ(rig.asking.questions(), 2U);
}

TEST(inquiry, keeps_to_sixty_a_minute_and_1800_an_hour) {
    platform_rig rig;
    std::vector<core::instant> moments;
    for (int i = 0; i < 2000; ++i) {
        ASSERT_TRUE(rig.asking.ask_about(asked_about));
        moments.push_back(rig.machine.now().steady);
        rig.machine.pass(milliseconds(20));
    }
    for (std::size_t i = 60; i < moments.size(); ++i)
        ASSERT_GT(moments[i] - moments[i - 60], minutes(1)) << i;
    for (std::size_t i = 1800; i < moments.size(); ++i)
        ASSERT_GT(moments[i] - moments[i - 1800], std::chrono::hours(1)) << i;
    EXPECT_EQ(moments[59] - moments[0], milliseconds(20) * 59) << "the first sixty at once";
    EXPECT_GT(rig.recorded, 30) << "before each wait";
}

TEST(inquiry, a_refusal_by_limit_is_waited_out) {
    platform_rig rig;
    rig.answers = {platform_reply{429, "{}", seconds(17)}, platform_reply{429, "{}", {}}};
    EXPECT_EQ(rig.asking.ask_about(asked_about).value(), "");
    EXPECT_EQ(rig.machine.paused, seconds(77));
    for (unsigned i = 0; i < inquiry::refusals_max; ++i)
        rig.answers.push_back(platform_reply{429, "{}", {}});
    EXPECT_FALSE(rig.asking.ask_about(asked_about));
}

TEST(inquiry, what_does_not_answer_is_asked_again_and_then_told) {
    platform_rig rig;
    rig.answers = {core::failure{core::trouble::network, "reset"},
                   platform_reply{502, "<html>", {}}, platform_reply{503, "", {}}};
    EXPECT_EQ(rig.asking.ask_about(asked_about).value(), "");
    for (unsigned i = 0; i < inquiry::attempts_max; ++i)
        rig.answers.push_back(core::failure{core::trouble::network, "reset"});
    const auto ended = rig.asking.ask_about(asked_about);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, core::trouble::network);
    EXPECT_EQ(ended.error().text, "reset");
}

TEST(inquiry, names_the_fix_of_what_asking_again_does_not_mend) {
    struct row {
        unsigned status;
        const char* body;
        core::trouble kind;
        const char* words;
    };
    const row table[] = {
        {401, R"({"errors":[{"msg":"Permission denied. Scope is incorrect!","code":4002}]})",
         core::trouble::credentials, "scope \"Bot Sessions\""},
        {400, R"({"errors":[{"msg":"Invalid StreamId","code":400}]})", core::trouble::network,
         "bot_id"},
        {404, "<html>", core::trouble::network, "not served there"},
        {405, "", core::trouble::network, "not served there"},
        {412, "{}", core::trouble::network, "status 412"},
        {200, "<html>welcome", core::trouble::network, "not what getSessions answers"},
        {200, R"({"errors":[]})", core::trouble::network, "not what getSessions answers"},
    };
    for (const auto& one : table) {
        platform_rig rig;
        rig.answers = {platform_reply{one.status, one.body, {}}};
        const auto ended = rig.asking.ask_about(asked_about);
        ASSERT_FALSE(ended) << one.status;
        EXPECT_EQ(ended.error().kind, one.kind) << one.status;
        EXPECT_THAT(ended.error().text, HasSubstr(one.words)) << one.status;
        EXPECT_EQ(rig.questions.size(), 1U) << one.status;
    }
}

TEST(inquiry, the_span_of_a_row_is_that_of_its_last_release) {
    session_rig rig;
    rig.begin("a");
    rig.release(1, 3);
    const auto released = rig.machine.now().wall;
    rig.machine.pass(seconds(9));
    store::batch lost;
    lost.settle(1, core::outcome::unknown).settle(3, core::outcome::unknown);
    auto settled = lost.done();
    settled.settled[1].latency_us = 2'000'000;
    settled.settled[0].latency_us = 0;
    for (auto& one : settled.settled)
        one.at = rig.machine.now().wall;
    rig.commit(settled);
    rig.accept(2, 2);
    rig.end(true);
    const auto rows = doubted_rows(rig.machine.disk, store::run_paths("/runs/a"), {1, 3}).value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].row, 1U);
    EXPECT_EQ(rows[0].sent, released);
    EXPECT_EQ(rows[0].given_up, released + seconds(9));
    EXPECT_EQ(rows[1].sent, released + seconds(7)) << "due two seconds before it was given up";
    EXPECT_NE(rows[0].to, rows[1].to);
}

}  // namespace
}  // namespace tidings::run
