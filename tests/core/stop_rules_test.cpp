#include "core/stop_rules.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr instant start{seconds(100)};

// Sends one message through the rules.
stop_decision one(stop_rules& rules, outcome what, duration latency = milliseconds(50),
                  instant now = start) {
    rules.on_departed();
    rules.on_ended();
    return rules.on_settled(what, latency, now);
}

TEST(stop_rules, without_rules_nothing_stops) {
    stop_rules rules({}, start);
    for (int i = 0; i < 5'000; ++i)
        EXPECT_FALSE(
            one(rules, i % 3 == 0 ? outcome::unknown : outcome::rejected, seconds(90)).stop);
    EXPECT_EQ(rules.room(77), 77U);
    EXPECT_FALSE(rules.on_time(start + std::chrono::hours(1'000)).stop);
    EXPECT_EQ(rules.ends_at(), never);
}

TEST(stop_rules, rejected_in_a_row) {
    stop_rules rules({.rejected_in_a_row = 3}, start);
    EXPECT_FALSE(one(rules, outcome::rejected).stop);
    EXPECT_FALSE(one(rules, outcome::rejected).stop);
    EXPECT_FALSE(one(rules, outcome::accepted).stop);
    EXPECT_FALSE(one(rules, outcome::rejected).stop);
    EXPECT_FALSE(one(rules, outcome::failed).stop);     // says nothing about the row
    EXPECT_FALSE(one(rules, outcome::duplicate).stop);  // was never sent
    EXPECT_FALSE(one(rules, outcome::rejected).stop);
    const auto last = one(rules, outcome::rejected);
    EXPECT_TRUE(last.stop);
    EXPECT_EQ(last.status, stop_status::rule_tripped);
    EXPECT_EQ(last.reason, "3 messages in a row were rejected (stop.rejected_in_a_row)");
    EXPECT_TRUE(rules.holding());
    EXPECT_EQ(one(rules, outcome::accepted).reason, last.reason);
}

// Sends one message of a sender: whether its part ends.
bool sender_fails(stop_rules& rules, lane_id lane, outcome what) {
    EXPECT_FALSE(one(rules, what).stop);
    return rules.sender_fails(lane, what);
}

TEST(stop_rules, a_sender_that_is_rejected_beside_others_that_are_not) {
    stop_rules rules({.rejected_in_a_row = 3}, start);
    rules.watch_senders(3);
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(sender_fails(rules, 1, outcome::rejected)) << i;
        EXPECT_FALSE(sender_fails(rules, 0, outcome::accepted)) << "says nothing of the other";
        EXPECT_FALSE(sender_fails(rules, 1, outcome::failed)) << "says nothing of the row";
        EXPECT_FALSE(sender_fails(rules, 2, outcome::rejected)) << "counts for itself";
        EXPECT_FALSE(sender_fails(rules, 2, outcome::accepted)) << "and begins again";
    }
    EXPECT_TRUE(sender_fails(rules, 1, outcome::rejected));
    EXPECT_EQ(rules.why_sender_fails("+16690000001"),
              "3 messages in a row were rejected from one sender, +16690000001, and not from the "
              "others (stop.rejected_in_a_row): it sends nothing more, and rows that name it stay "
              "unsent");
    EXPECT_FALSE(sender_fails(rules, 1, outcome::rejected)) << "it was said";
    EXPECT_EQ(rules.room(64), 64U) << "and the run goes on";
}

TEST(stop_rules, where_all_senders_are_rejected_the_run_stops_and_not_a_sender) {
    stop_rules rules({.rejected_in_a_row = 3}, start);
    rules.watch_senders(2);
    EXPECT_FALSE(sender_fails(rules, 0, outcome::rejected));
    EXPECT_FALSE(sender_fails(rules, 0, outcome::rejected));
    EXPECT_TRUE(one(rules, outcome::rejected).stop);
    EXPECT_FALSE(rules.sender_fails(0, outcome::rejected));
}

TEST(stop_rules, without_the_rule_no_sender_fails) {
    stop_rules rules({}, start);
    rules.watch_senders(1);
    for (int i = 0; i < 5'000; ++i)
        ASSERT_FALSE(sender_fails(rules, 0, outcome::rejected)) << i;
}

TEST(stop_rules, share_of_the_last_n) {
    stop_rules rules({.rejected_share = 0.1, .share_of = 100}, start);
    for (int i = 0; i < 300; ++i)  // exactly a tenth is not more than a tenth
        ASSERT_FALSE(one(rules, i % 10 == 0 ? outcome::rejected : outcome::accepted).stop) << i;
    const auto more = one(rules, outcome::rejected).stop || one(rules, outcome::rejected).stop;
    EXPECT_TRUE(more);
    EXPECT_EQ(rules.on_time(start).reason,
              "11 of the last 100 messages were rejected (stop.rejected_share)");
}

TEST(stop_rules, a_share_is_not_judged_before_there_are_enough) {
    stop_rules rules({.rejected_share = 0.5, .share_of = 100}, start);
    for (int i = 0; i < 99; ++i)
        ASSERT_FALSE(one(rules, outcome::rejected).stop);
    EXPECT_TRUE(one(rules, outcome::rejected).stop);
}

TEST(stop_rules, unknown_count) {
    stop_rules rules({.unknown_max = 2}, start);
    EXPECT_FALSE(one(rules, outcome::unknown).stop);
    EXPECT_FALSE(one(rules, outcome::unknown).stop);
    EXPECT_EQ(one(rules, outcome::unknown).reason,
              "3 messages ended as unknown (stop.unknown_max)");
}

TEST(stop_rules, latency_of_the_slowest_hundredth) {
    stop_rules rules({.latency_p99_max = milliseconds(500)}, start);
    for (int i = 0; i < 5'000; ++i)
        ASSERT_FALSE(
            one(rules, outcome::accepted, i % 100 == 0 ? seconds(3) : milliseconds(500)).stop);
    EXPECT_TRUE(one(rules, outcome::accepted, seconds(3)).stop ||
                one(rules, outcome::accepted, seconds(3)).stop);
    EXPECT_EQ(rules.on_time(start).reason,
              "11 of the last 1,000 answers took longer than 500ms (stop.latency_p99_max)");
}

TEST(stop_rules, the_canary_waits_for_its_outcomes_and_goes_on) {
    stop_rules rules({.canary = 10}, start);
    EXPECT_EQ(rules.room(64), 10U);
    for (int i = 0; i < 10; ++i)
        rules.on_departed();
    EXPECT_TRUE(rules.holding());
    EXPECT_TRUE(rules.canary_out());
    rules.on_ended();  // one comes back without an outcome: it may go again
    EXPECT_EQ(rules.room(64), 1U);
    rules.on_departed();
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(rules.holding()) << i;
        rules.on_ended();
        EXPECT_FALSE(rules.on_settled(outcome::accepted, {}, start).stop);
    }
    EXPECT_EQ(rules.room(64), 64U);
    EXPECT_FALSE(rules.canary_out());
}

TEST(stop_rules, a_canary_is_judged_by_what_it_has) {
    stop_rules rules(
        {.rejected_share = 0.2, .share_of = 1000, .latency_p99_max = seconds(1), .canary = 10},
        start);
    for (int i = 0; i < 9; ++i)
        ASSERT_FALSE(one(rules, i < 3 ? outcome::rejected : outcome::accepted).stop);
    EXPECT_EQ(one(rules, outcome::accepted).reason,
              "3 of the last 10 messages were rejected (stop.rejected_share)");
}

TEST(stop_rules, messages_max_is_never_passed_even_by_what_is_out) {
    stop_rules rules({.messages_max = 5}, start, 2);
    EXPECT_EQ(rules.room(64), 3U);
    for (int i = 0; i < 3; ++i)
        rules.on_departed();
    EXPECT_TRUE(rules.holding());
    rules.on_ended();
    EXPECT_FALSE(rules.on_settled(outcome::rejected, {}, start).stop);
    EXPECT_EQ(rules.room(64), 1U);  // a rejected one texted nobody
    rules.on_ended();
    EXPECT_FALSE(rules.on_settled(outcome::accepted, {}, start).stop);
    rules.on_departed();
    rules.on_ended();
    EXPECT_FALSE(rules.on_settled(outcome::unknown, {}, start).stop);
    rules.on_ended();
    const auto last = rules.on_settled(outcome::accepted, {}, start);
    EXPECT_TRUE(last.stop);
    EXPECT_EQ(last.status, stop_status::stopped);
    EXPECT_EQ(last.reason, "messages_max = 5 is reached");
}

TEST(stop_rules, duration_max) {
    stop_rules rules({.duration_max = seconds(90)}, start);
    EXPECT_EQ(rules.ends_at(), start + seconds(90));
    EXPECT_FALSE(rules.on_time(start + seconds(89)).stop);
    const auto over = rules.on_time(start + seconds(90));
    EXPECT_TRUE(over.stop);
    EXPECT_EQ(over.status, stop_status::stopped);
    EXPECT_EQ(over.reason, "duration_max = 90s is reached");
    EXPECT_TRUE(rules.holding());
}

}  // namespace
}  // namespace tidings::core
