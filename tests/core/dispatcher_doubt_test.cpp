// Rows that may have been processed: held, probed, sent again on the operator's order.
#include "core/dispatcher.hpp"
#include "core/dispatcher_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(dispatcher_doubt, what_is_in_doubt_is_held_as_unknown) {
    for (const auto step :
         {attempt_step::writing, attempt_step::written, attempt_step::status_line}) {
        dispatcher_rig rig;
        rig.fail(rig.sent(), step);
        EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
        EXPECT_TRUE(rig.made->finished());
    }
}

TEST(dispatcher_doubt, a_probe_carries_the_same_token_and_a_replay_is_its_proof) {
    dispatcher_rig rig(with_probe());
    const auto first = rig.sent();
    rig.fail(first, attempt_step::written);
    const auto probe = rig.sent_after(seconds(11));
    EXPECT_TRUE(probe.probe);
    EXPECT_EQ(probe.released_at, first.released_at);
    rig.answer(probe, 401, answer_text::replay);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::accepted);
}

// The first copy had not arrived, and this one was refused: nobody was texted.
TEST(dispatcher_doubt, a_probe_that_is_refused_proves_that_nobody_was_texted) {
    dispatcher_rig rig(with_probe());
    rig.fail(rig.sent(), attempt_step::written);
    rig.answer(rig.sent_after(seconds(11)), 412, answer_text::validation);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::rejected);
}

// Its own arrival may have used up the token's id: a replay after that would prove nothing of the
// first copy, and somebody would be forgotten.
TEST(dispatcher_doubt, a_probe_that_was_answered_without_proof_is_the_last_one) {
    struct reply {
        std::uint16_t status;
        answer_text text;
        std::optional<duration> retry_after;
    };
    for (const reply& one :
         {reply{500, answer_text::html, std::nullopt}, reply{408, answer_text::html, seconds(1)},
          reply{429, answer_text::limit_minute, std::nullopt},
          reply{401, answer_text::bad_credentials, std::nullopt},
          reply{301, answer_text::html, std::nullopt}}) {
        dispatcher_rig rig(with_probe());
        rig.fail(rig.sent(), attempt_step::written);
        rig.answer(rig.sent_after(seconds(11)), one.status, one.text, one.retry_after);
        EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown) << one.status;
        rig.pass(seconds(60));
        EXPECT_TRUE(rig.leave().empty()) << one.status;
    }
}

TEST(dispatcher_doubt, a_probe_whose_answer_is_lost_too_is_sent_once_more) {
    dispatcher_rig rig(with_probe());
    rig.fail(rig.sent(), attempt_step::written);
    rig.fail(rig.sent_after(seconds(11)), attempt_step::written);
    EXPECT_TRUE(rig.commit().settled.empty());
    rig.answer(rig.sent_after(seconds(11)), 401, answer_text::replay);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::accepted);
}

// A 500 was read: the token's id may be used up although nothing was processed, so a replay would
// prove nothing and the person would be forgotten.
TEST(dispatcher_doubt, an_answer_that_was_read_is_not_probed) {
    dispatcher_rig rig(with_probe());
    const auto first = rig.sent();
    rig.answer(first, 500, answer_text::other_json);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

// Sent again on the operator's order: what the second copy met says nothing of the first.
TEST(dispatcher_doubt, a_refusal_of_the_second_copy_leaves_the_first_in_doubt) {
    rig_setup setup;
    setup.options.unknown = unknown_policy::resend;
    dispatcher_rig rig(setup);
    const auto first = rig.sent();
    rig.fail(first, attempt_step::written);
    const auto again = rig.sent_after(seconds(3));
    rig.answer(again, 412, answer_text::validation);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

// A process that dies now must leave the row in doubt behind, not one that was certainly not sent.
TEST(dispatcher_doubt, what_is_sent_again_in_doubt_is_never_called_unsent) {
    rig_setup setup;
    setup.options.unknown = unknown_policy::resend;
    setup.options.token_each = true;
    dispatcher_rig rig(setup);
    const auto first = rig.sent();
    rig.fail(first, attempt_step::written);
    EXPECT_TRUE(rig.commit().parked.empty());
    const auto again = rig.sent_after(seconds(3));
    EXPECT_NE(again.released_at, first.released_at) << "a token of its own";
    rig.answer(again, 429, answer_text::limit_hour, seconds(600));
    const auto waiting = rig.commit();
    EXPECT_TRUE(waiting.parked.empty());
    EXPECT_EQ(rig.made->at_risk(), 1U);
    rig.made->drain({stop_status::stopped, "stopped"});
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

TEST(dispatcher_doubt, a_suppression_reaches_what_was_under_way_and_comes_back) {
    dispatcher_rig rig;
    const auto left = rig.sent();
    rig.made->suppress_held([](phone_number) { return true; }, "listed", rig.now);
    rig.answer(left, 408, answer_text::html, seconds(1));
    rig.commit();
    rig.pass(seconds(10));
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(outcome_in(rig.commit()), outcome::suppressed);
}

TEST(dispatcher_doubt, a_retry_waits_for_its_recipients_hours) {
    dispatcher_rig rig;
    const auto day = rig.now.wall;
    const auto zone = rig.hours.add_zone(
        "z", {{day - seconds(60), day + seconds(300)}, {day + seconds(3600), day + seconds(7200)}});
    rig.hours.set_default_zone(zone);
    const auto left = rig.sent();
    rig.answer(left, 408, answer_text::html, seconds(1));
    rig.commit();
    rig.pass(seconds(290));
    EXPECT_TRUE(rig.leave().empty()) << "in the margin before it closes";
    rig.pass(seconds(3400));
    rig.commit();
    rig.pass(std::chrono::milliseconds(1));
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 1U);
}

TEST(dispatcher_doubt, a_probe_is_not_sent_when_its_token_has_died_meanwhile) {
    dispatcher_rig rig(with_probe());
    rig.fail(rig.sent(), attempt_step::written);
    rig.commit();
    rig.pass(std::chrono::hours(1));
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

// Where the first copy did not arrive, the question would be what texts them.
TEST(dispatcher_doubt, who_opted_out_is_not_asked_about) {
    const auto listed = [](phone_number) { return true; };
    for (const bool waits : {true, false}) {
        dispatcher_rig rig(with_probe());
        const auto first = rig.sent();
        if (!waits) rig.made->suppress_held(listed, "listed", rig.now);
        rig.fail(first, attempt_step::written);
        if (waits) rig.commit();
        if (waits) rig.made->suppress_held(listed, "listed", rig.now);
        EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown) << waits;
        rig.pass(seconds(11));
        EXPECT_TRUE(rig.leave().empty()) << waits;
    }
}

TEST(dispatcher_doubt, who_opted_out_while_a_probe_was_under_way_is_not_asked_about_again) {
    dispatcher_rig rig(with_probe());
    rig.fail(rig.sent(), attempt_step::written);
    const auto probe = rig.sent_after(seconds(11));
    rig.made->suppress_held([](phone_number) { return true; }, "listed", rig.now);
    rig.fail(probe, attempt_step::written);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
    rig.pass(seconds(11));
    EXPECT_TRUE(rig.leave().empty());
}

TEST(dispatcher_doubt, nobody_is_asked_about_behind_the_deadline) {
    auto setup = with_probe();
    setup.hours.expires_at = dispatcher_rig().now.wall + seconds(5);
    dispatcher_rig rig(setup);
    rig.fail(rig.sent(), attempt_step::written);
    EXPECT_TRUE(rig.commit().settled.empty());
    rig.pass(seconds(11));
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

TEST(dispatcher_doubt, an_inherited_doubt_is_asked_about_only_where_its_number_may_be_texted) {
    for (const bool opted_out : {false, true}) {
        auto setup = with_probe();
        const auto now = dispatcher_rig().now.wall;
        setup.past.states.set(1, row_state::released);
        setup.past.released_at = [now](row_number) { return std::optional(now - seconds(1)); };
        dispatcher_rig rig(setup);
        listed_batch batch;
        batch.rows.push_back({.row = 1,
                              .to = rig.number(1),
                              .from = {},
                              .found = opted_out ? screening::suppressed : screening::sendable});
        rig.made->on_rows_read(batch, rig.now);
        rig.made->on_pass_ended();
        outcome_counts ended;
        for (const auto& one : rig.commit().settled)
            ++ended[one.what];
        EXPECT_EQ(ended[outcome::unknown], opted_out ? 1U : 0U);
        EXPECT_EQ(ended.total(), opted_out ? 1U : 0U);
        rig.pass(seconds(11));
        EXPECT_EQ(rig.leave().size(), opted_out ? 0U : 1U);
    }
}

TEST(dispatcher_doubt, a_probe_that_did_not_leave_keeps_its_row_in_doubt) {
    dispatcher_rig rig(with_probe());
    rig.fail(rig.sent(), attempt_step::written);
    const auto probe = rig.sent_after(seconds(11));
    rig.made->drain({stop_status::stopped, "stopped"});
    rig.fail(probe, attempt_step::idle_check);
    const auto batch = rig.commit();
    EXPECT_TRUE(batch.parked.empty()) << "it would be texted again";
    EXPECT_EQ(outcome_in(batch), outcome::unknown);
}

TEST(dispatcher_doubt, a_probe_that_never_leaves_ends_as_unknown_not_as_failed) {
    auto setup = with_probe();
    setup.options.tries_max = 3;
    dispatcher_rig rig(setup);
    rig.fail(rig.sent(), attempt_step::written);
    for (int i = 0; i < 2; ++i)
        rig.fail(rig.sent_after(seconds(11)), attempt_step::idle_check);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

TEST(dispatcher_doubt, a_probe_of_a_bot_that_ended_does_not_keep_the_run_open) {
    auto setup = with_probe();
    setup.lane_bots = {0, 1};
    dispatcher_rig rig(setup);
    const auto left = rig.sent();
    rig.fail(left, attempt_step::written);
    rig.commit();
    rig.made->give_up_bot(rig.bot_of(left), {stop_status::unusable, "gone"});
    rig.pass(seconds(11));
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
    EXPECT_TRUE(rig.made->finished());
}

}  // namespace
}  // namespace tidings::core
