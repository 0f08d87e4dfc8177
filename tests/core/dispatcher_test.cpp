#include "core/dispatcher.hpp"

#include "core/dispatcher_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

TEST(dispatcher, sends_nothing_before_its_release_is_durable) {
    dispatcher_rig rig;
    rig.read(1, 3);
    EXPECT_TRUE(rig.leave().empty());
    journal_batch batch;
    ASSERT_TRUE(rig.made->take_batch(batch, rig.now));
    ASSERT_FALSE(batch.released.empty());
    EXPECT_TRUE(rig.leave().empty());
    rig.made->on_batch_durable(rig.now);
    const auto left = rig.leave();
    ASSERT_FALSE(left.empty());
    EXPECT_EQ(left[0].row, 1U);
    EXPECT_EQ(left[0].released_at, rig.now.wall);
}

TEST(dispatcher, releases_nothing_while_there_is_no_connection) {
    dispatcher_rig rig;
    rig.made->set_connected(0, false);
    rig.read(1, 3);
    EXPECT_FALSE(rig.made->wants_batch_now());
    EXPECT_TRUE(rig.commit().released.empty());
    EXPECT_EQ(rig.made->at_risk(), 0U);
    rig.made->set_connected(0, true);
    EXPECT_TRUE(rig.made->wants_batch_now());
    EXPECT_FALSE(rig.commit().released.empty());
}

// Its released rows have left, and the others can only be released when there is a connection.
TEST(dispatcher, a_lane_without_released_rows_wants_a_connection_when_the_last_one_goes) {
    dispatcher_rig rig;
    rig.read(1, 1000);
    rig.commit();
    while (!rig.leave().empty()) {
    }
    ASSERT_GT(rig.made->in_flight(), 0U);
    rig.made->set_connected(0, false);
    EXPECT_GT(rig.made->wanting(0, rig.now, 2000), 0U);
}

TEST(dispatcher, keeps_the_order_of_the_list) {
    dispatcher_rig rig;
    rig.read(1, 50);
    std::vector<row_number> order;
    while (!rig.made->finished()) {
        rig.commit();
        for (const auto& one : rig.leave()) {
            order.push_back(one.row);
            rig.accept(one);
        }
        rig.pass(seconds(1));
    }
    ASSERT_EQ(order.size(), 50U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(rig.made->counts()[outcome::accepted], 50U);
    EXPECT_EQ(rig.made->at_risk(), 0U);
}

TEST(dispatcher, tries_again_what_was_not_processed_until_it_has_been_enough) {
    dispatcher_rig rig;
    auto left = rig.sent();
    for (int attempt = 1; attempt < 3; ++attempt) {
        rig.answer(left, 408, answer_text::html, seconds(1));
        EXPECT_EQ(rig.commit().spent.size(), 1U);
        EXPECT_TRUE(rig.leave().empty()) << "before its wait is over";
        rig.pass(seconds(10));
        const auto again = rig.leave();
        ASSERT_EQ(again.size(), 1U);
        left = again[0];
    }
    rig.answer(left, 408, answer_text::html, seconds(1));
    EXPECT_EQ(outcome_in(rig.commit()), outcome::failed);
    EXPECT_TRUE(rig.made->finished());
}

TEST(dispatcher, what_never_left_is_no_request_and_what_was_refused_unread_is_one_on_record) {
    dispatcher_rig rig;
    const auto one = rig.sent();
    EXPECT_EQ(rig.made->requests(), 1U);
    rig.fail(one, attempt_step::idle_check);
    EXPECT_EQ(rig.made->requests(), 0U);
    EXPECT_EQ(rig.commit().spent.size(), 0U);

    rig.pass(std::chrono::milliseconds(1));
    const auto again = rig.leave().at(0);
    attempt_report refused;
    refused.furthest = attempt_step::written;
    refused.stream = stream_end::above_goaway;
    rig.end(again, refused);
    EXPECT_EQ(rig.commit().spent.size(), 1U);
    EXPECT_EQ(rig.made->requests(), 1U);
    EXPECT_EQ(rig.made->retries(), 1U);

    rig.pass(seconds(10));
    rig.accept(rig.leave().at(0));
    EXPECT_EQ(rig.made->requests(), 2U);
    EXPECT_EQ(rig.made->retries(), 1U);
}

TEST(dispatcher, a_long_wait_is_parked_and_released_anew) {
    dispatcher_rig rig;
    rig.answer(rig.sent(), 408, answer_text::html, minutes(1));
    EXPECT_THAT(rig.commit().parked, ElementsAre(1U));
    EXPECT_EQ(rig.made->at_risk(), 0U);
    rig.pass(minutes(2));
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(rig.commit().released.size(), 1U);
    EXPECT_EQ(rig.leave().size(), 1U);
}

TEST(dispatcher, a_refusal_by_limit_is_no_attempt_and_stops_the_scope) {
    rig_setup setup;
    setup.retry.attempts_max = 1;
    setup.lane_bots = {0};
    dispatcher_rig rig(setup);
    rig.answer(rig.sent(), 429, answer_text::limit_minute, seconds(3));
    rig.read(2, 2);
    rig.commit();
    EXPECT_TRUE(rig.leave().empty()) << "another row of the scope";
    rig.pass(seconds(4));
    const auto again = rig.leave();
    ASSERT_EQ(again.size(), 1U) << "a single trial";
    EXPECT_EQ(again[0].row, 1U);
    rig.accept(again[0]);
    EXPECT_EQ(rig.commit().settled.at(0).attempts, 1U);
}

TEST(dispatcher, a_token_is_signed_anew_once_and_then_the_bot_ends_with_its_rows_kept) {
    dispatcher_rig rig;
    rig.answer(rig.sent(), 401, answer_text::bad_credentials);
    EXPECT_EQ(rig.made->take_renewal(), bot_id{0});
    rig.commit();
    rig.pass(seconds(1));
    rig.commit();
    const auto again = rig.leave();
    ASSERT_EQ(again.size(), 1U);
    rig.answer(again[0], 401, answer_text::bad_credentials);
    EXPECT_EQ(rig.made->take_renewal(), std::nullopt);
    ASSERT_TRUE(rig.made->halted());
    EXPECT_EQ(rig.made->halted()->status, stop_status::credentials_refused);
    EXPECT_THAT(rig.commit().parked, ElementsAre(1U));
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(rig.made->counts().total(), 0U);
    EXPECT_EQ(rig.made->at_risk(), 0U);
}

TEST(dispatcher, rows_of_a_bot_that_ended_go_to_the_others) {
    rig_setup setup;
    setup.lane_bots = {0, 1};
    dispatcher_rig rig(setup);
    rig.read(1, 40);
    rig.commit();
    rig.made->give_up_bot(0, {stop_status::unusable, "gone"});
    EXPECT_TRUE(rig.leave(0).empty());
    ASSERT_TRUE(rig.made->wants_pass());
    rig.made->on_pass_begun();
    rig.read(1, 40);
    for (int i = 0; i < 100 && !rig.made->finished(); ++i) {
        rig.commit();
        for (const auto& one : rig.leave(1))
            rig.accept(one);
        rig.pass(seconds(1));
    }
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(rig.made->counts()[outcome::accepted], 40U);
}

TEST(dispatcher, a_short_retry_of_a_bot_that_ended_goes_back_to_the_list) {
    rig_setup setup;
    setup.lane_bots = {0, 1};
    dispatcher_rig rig(setup);
    const auto left = rig.sent();
    rig.made->give_up_bot(rig.bot_of(left), {stop_status::unusable, "gone"});
    rig.fail(left, attempt_step::idle_check);
    EXPECT_THAT(rig.commit().parked, ElementsAre(1U));
    EXPECT_TRUE(rig.made->wants_pass());
}

TEST(dispatcher, a_drain_takes_back_what_has_not_left) {
    dispatcher_rig rig;
    rig.read(1, 3);
    rig.commit();
    EXPECT_GT(rig.made->at_risk(), 0U);
    rig.made->drain({stop_status::stopped, "stopped"});
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_FALSE(rig.commit().parked.empty());
    EXPECT_EQ(rig.made->at_risk(), 0U);
    EXPECT_TRUE(rig.made->finished());
}

TEST(dispatcher, a_drain_waits_for_what_is_in_flight) {
    dispatcher_rig rig;
    const auto left = rig.sent();
    rig.made->drain({stop_status::stopped, "stopped"});
    EXPECT_FALSE(rig.made->finished());
    rig.accept(left);
    rig.commit();
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(rig.made->counts()[outcome::accepted], 1U);
}

TEST(dispatcher, a_pause_sends_and_releases_nothing) {
    dispatcher_rig rig;
    rig.read(1, 9);
    rig.commit();
    rig.made->pause();
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_TRUE(rig.commit().released.empty());
    rig.made->go_on();
    EXPECT_FALSE(rig.leave().empty());
}

TEST(dispatcher, a_row_parked_and_suppressed_at_once_is_settled_only) {
    dispatcher_rig rig;
    rig.answer(rig.sent(), 408, answer_text::html, minutes(1));
    rig.made->suppress_held([](phone_number) { return true; }, "added", rig.now);
    const auto batch = rig.commit();
    EXPECT_TRUE(batch.parked.empty());
    EXPECT_EQ(outcome_in(batch), outcome::suppressed);
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(rig.made->at_risk(), 0U);
}

TEST(dispatcher, a_suppression_reaches_a_retry_that_is_due) {
    dispatcher_rig rig;
    rig.fail(rig.sent(), attempt_step::idle_check);
    rig.pass(seconds(1));
    rig.made->suppress_held([](phone_number) { return true; }, "added", rig.now);
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(outcome_in(rig.commit()), outcome::suppressed);
}

// The reader is ahead of us: its queue has rows that it screened with the old list.
TEST(dispatcher, a_suppression_reaches_what_the_reader_had_read_before) {
    dispatcher_rig rig;
    rig.read(1, 1, false);
    rig.made->suppress_held([](phone_number to) { return to == dispatcher_rig::number(3); },
                            "added", rig.now);
    rig.read(2, 3);
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 2U);
    EXPECT_EQ(rig.made->counts()[outcome::suppressed], 1U);
}

TEST(dispatcher, what_has_not_left_at_the_deadline_expires) {
    rig_setup setup;
    dispatcher_rig probe_of_time;
    setup.hours.expires_at = probe_of_time.now.wall + minutes(1);
    dispatcher_rig rig(setup);
    rig.read(1, 5);
    rig.commit();
    rig.pass(minutes(2));
    rig.commit();
    EXPECT_EQ(rig.made->counts()[outcome::expired], 5U);
    EXPECT_TRUE(rig.made->finished());
}

TEST(dispatcher, a_full_disk_holds_releases_back_for_a_while) {
    dispatcher_rig rig;
    rig.read(1, 3);
    journal_batch batch;
    ASSERT_TRUE(rig.made->take_batch(batch, rig.now));
    rig.made->on_releases_refused(rig.now);
    EXPECT_EQ(rig.made->at_risk(), 0U);
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_TRUE(rig.commit().released.empty());
    rig.pass(seconds(2));
    EXPECT_FALSE(rig.commit().released.empty());
    EXPECT_FALSE(rig.leave().empty());
}

TEST(dispatcher, what_was_taken_back_while_its_release_was_refused_is_not_parked) {
    rig_setup setup;
    setup.lane_bots = {0, 1};
    dispatcher_rig rig(setup);
    rig.read(1, 10);
    journal_batch batch;
    ASSERT_TRUE(rig.made->take_batch(batch, rig.now));
    ASSERT_FALSE(batch.released.empty());
    rig.made->give_up_bot(0, {stop_status::unusable, "gone"});
    rig.made->on_releases_refused(rig.now);
    EXPECT_TRUE(rig.commit().parked.empty());
    EXPECT_EQ(rig.made->at_risk(), 0U);
}

TEST(dispatcher, a_failed_journal_sends_nothing_more) {
    dispatcher_rig rig;
    rig.read(1, 5);
    rig.commit();
    const auto left = rig.leave(0, 1);
    ASSERT_EQ(left.size(), 1U);
    rig.made->on_journal_failed("the disk is gone");
    EXPECT_TRUE(rig.leave().empty());
    rig.accept(left[0]);
    EXPECT_EQ(outcome_in(rig.commit()), outcome::accepted);
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(rig.made->halted()->status, stop_status::journal_failed);
}

TEST(dispatcher, rows_in_doubt_from_before_are_at_risk_until_they_are_settled) {
    rig_setup setup;
    setup.past.states.set(1, row_state::released);
    setup.past.states.set(2, row_state::released);
    dispatcher_rig rig(setup);
    EXPECT_EQ(rig.made->at_risk(), 2U);
    rig.read(1, 1, false);
    EXPECT_EQ(rig.made->at_risk(), 2U);
    const auto batch = rig.commit();
    EXPECT_EQ(outcome_in(batch), outcome::unknown);
    EXPECT_EQ(rig.made->at_risk(), 1U);
}

TEST(dispatcher, the_first_copy_of_a_probed_row_takes_its_slot_after_the_next_crash_too) {
    auto setup = with_probe();
    setup.past.states.set(1, row_state::released);
    dispatcher_rig clock;
    setup.past.released_at = [at = clock.now.wall](row_number) { return std::optional(at); };
    dispatcher_rig rig(setup);
    rig.read(1, 1);
    rig.pass(seconds(11));
    EXPECT_TRUE(rig.leave().empty()) << "before its first copy is written down";
    EXPECT_EQ(rig.commit().spent.size(), 1U);
    rig.pass(seconds(1));
    EXPECT_EQ(rig.leave().size(), 1U);
}

TEST(dispatcher, a_replay_that_was_no_probe_takes_a_slot_and_a_new_token) {
    dispatcher_rig rig;
    rig.answer(rig.sent(), 401, answer_text::replay);
    const auto batch = rig.commit();
    EXPECT_EQ(batch.spent.size(), 1U);
    EXPECT_THAT(batch.parked, ElementsAre(1U));
}

TEST(dispatcher, a_stop_rule_drains) {
    rig_setup setup;
    setup.stop.rejected_in_a_row = 1;
    dispatcher_rig rig(setup);
    rig.answer(rig.sent(), 400, answer_text::validation);
    EXPECT_EQ(rig.made->phase(), send_phase::draining);
    EXPECT_EQ(rig.made->halted()->status, stop_status::rule_tripped);
}

}  // namespace
}  // namespace tidings::core
