#include "runner/campaign.hpp"

#include "support/rolling_counter.hpp"
#include "support/scripted_campaign.hpp"

#include <array>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using core::outcome;
using tests::carrier_script;
using tests::scripted_campaign;

class campaign_threads : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(one_two_and_five, campaign_threads, testing::Values(1U, 2U, 5U));

// What the far side saw, from whatever thread.
struct ledger {
    void arrived(const core::departure& one) {
        const std::scoped_lock lock(guard);
        ++by_row[one.row];
        threads.insert(std::this_thread::get_id());
    }

    std::mutex guard;
    std::map<core::row_number, int> by_row;
    std::set<std::thread::id> threads;
};

TEST_P(campaign_threads, each_row_leaves_once_and_has_its_outcome) {
    ledger seen;
    carrier_script script;
    script.taken = [&](const core::departure& one) { seen.arrived(one); };
    scripted_campaign rig({.rows = 20'000, .threads = GetParam()}, script);
    const auto end = rig.run();
    EXPECT_TRUE(end.finished);
    EXPECT_FALSE(end.halted);
    EXPECT_EQ(end.last.ended[outcome::accepted], 20'000U);
    EXPECT_EQ(rig.journal().counts[outcome::accepted], 20'000U);
    EXPECT_EQ(rig.journal().requests, 20'000U);
    EXPECT_EQ(seen.by_row.size(), 20'000U);
    for (const auto& [row, times] : seen.by_row)
        ASSERT_EQ(times, 1) << "row " << row;
    EXPECT_EQ(seen.threads.size(), GetParam()) << "each thread carries its part";
}

// Every fate that a message can have, by its row: the words of the server come across whole.
TEST_P(campaign_threads, fates_and_words_cross_the_threads) {
    std::mutex guard;
    std::map<core::row_number, int> tries;
    carrier_script script;
    script.answer = [&](const core::departure& one) {
        const std::scoped_lock lock(guard);
        auto report = tests::accepted_report();
        switch (one.row % 5) {
            case 1:
                report.reply->status = 400;
                report.reply->text = core::answer_text::validation;
                report.reply->message = "Validation errors/ Invalid arguments";
                break;
            case 2:  // an answer that never came
                report.reply.reset();
                report.furthest = core::attempt_step::written;
                report.trouble = "no answer in time";
                break;
            case 3:  // it had not left, and leaves again
                if (tries[one.row]++ > 0) break;
                report.reply.reset();
                report.furthest = core::attempt_step::idle_check;
                report.trouble = "the server had closed the kept connection";
                break;
            default: break;
        }
        return report;
    };
    scripted_campaign rig({.rows = 5000, .threads = GetParam()}, script);
    const auto end = rig.run();
    EXPECT_TRUE(end.finished);
    EXPECT_EQ(end.last.ended[outcome::accepted], 3000U);
    EXPECT_EQ(end.last.ended[outcome::rejected], 1000U);
    EXPECT_EQ(end.last.ended[outcome::unknown], 1000U);
    EXPECT_EQ(rig.journal().requests, 5000U) << "what did not leave was no request";
}

// Limits are kept by one authority, whoever carries: at the far side no window holds more.
TEST_P(campaign_threads, no_window_is_over_its_limit) {
    constexpr core::rate_limit limit{100, std::chrono::milliseconds(200)};
    std::mutex guard;
    tests::rolling_counter at_departure;
    tests::rolling_counter at_answer;
    const runner::system_clock clock;
    carrier_script script;
    script.taken = [&](const core::departure&) {
        const std::scoped_lock lock(guard);
        at_departure.arrived(clock.now());
    };
    script.answer = [&](const core::departure&) {
        const std::scoped_lock lock(guard);
        at_answer.arrived(clock.now());
        return tests::accepted_report();
    };
    scripted_campaign rig({.rows = 700, .threads = GetParam(), .limits = {limit}}, script);
    EXPECT_TRUE(rig.run().finished);
    EXPECT_EQ(at_departure.arrivals(), 700U);
    EXPECT_LE(at_departure.worst(limit.window), limit.count);
    EXPECT_LE(at_answer.worst(limit.window), limit.count);
}

TEST_P(campaign_threads, never_more_in_flight_than_allowed) {
    std::atomic<int> under_way{0};
    std::atomic<int> most{0};
    carrier_script script{.room = 1000};
    script.taken = [&](const core::departure&) {
        const int now = ++under_way;
        int known = most;
        while (now > known && !most.compare_exchange_weak(known, now)) {
        }
    };
    script.answer = [&](const core::departure&) {
        --under_way;
        return tests::accepted_report();
    };
    scripted_campaign rig({.rows = 10'000, .threads = GetParam(), .in_flight_max = 37}, script);
    EXPECT_TRUE(rig.run().finished);
    EXPECT_LE(most, 37);
}

// Connections are lost while departures cross to their thread: those come back untouched and leave
// later, and none is sent twice or forgotten.
TEST_P(campaign_threads, departures_that_find_their_room_gone_leave_later) {
    ledger seen;
    std::atomic<unsigned> asked{0};
    carrier_script script;
    script.taken = [&](const core::departure& one) { seen.arrived(one); };
    script.room_is_gone = [&] { return ++asked % 7 == 0; };
    scripted_campaign rig({.rows = 5000, .threads = GetParam()}, script);
    const auto end = rig.run();
    EXPECT_TRUE(end.finished);
    EXPECT_EQ(end.last.ended[outcome::accepted], 5000U);
    EXPECT_EQ(seen.by_row.size(), 5000U);
    for (const auto& [row, times] : seen.by_row)
        ASSERT_EQ(times, 1) << "row " << row;
}

TEST_P(campaign_threads, one_interruption_waits_for_what_is_under_way) {
    std::atomic<int> taken{0};
    carrier_script script;
    scripted_campaign* rig_of_script = nullptr;
    script.taken = [&](const core::departure&) {
        if (++taken == 500) rig_of_script->running().interrupt("a test");
    };
    scripted_campaign rig({.rows = 50'000, .threads = GetParam()}, script);
    rig_of_script = &rig;
    const auto end = rig.run();
    EXPECT_FALSE(end.finished);
    ASSERT_TRUE(end.halted);
    EXPECT_EQ(end.halted->text, "a test");
    EXPECT_EQ(end.last.ended[outcome::unknown], 0U);
    EXPECT_EQ(end.last.ended[outcome::accepted], static_cast<std::uint64_t>(taken));
    EXPECT_LT(taken, 50'000);
}

TEST_P(campaign_threads, a_second_interruption_leaves_what_is_under_way_in_doubt) {
    std::atomic<int> taken{0};
    carrier_script script{.room = 64 * GetParam()};
    scripted_campaign* rig_of_script = nullptr;
    script.answers_now = [] { return false; };
    script.taken = [&](const core::departure&) {
        if (++taken != 64) return;
        rig_of_script->running().interrupt("a test");
        rig_of_script->running().interrupt("a test");
    };
    scripted_campaign rig({.rows = 1000, .threads = GetParam()}, script);
    rig_of_script = &rig;
    const auto end = rig.run();
    EXPECT_FALSE(end.finished);
    EXPECT_EQ(end.last.ended[outcome::unknown], static_cast<std::uint64_t>(taken));
    EXPECT_EQ(end.last.ended[outcome::accepted], 0U);
}

// Nothing is answered until the bound has been raised three times, so that it is what holds.
TEST_P(campaign_threads, no_more_is_under_way_than_people_were_told_may_be_in_doubt) {
    std::atomic<std::uint64_t> told{0};
    std::atomic<std::uint64_t> taken{0};
    std::atomic<int> tellings{0};
    carrier_script script{.room = 64 * GetParam()};
    script.answers_now = [&] { return tellings > 3; };
    script.taken = [&](const core::departure&) {
        const auto under_way = ++taken;
        if (tellings <= 3) {
            EXPECT_LE(under_way, told);
        }
    };
    scripted_campaign rig({.rows = 500, .threads = GetParam(), .dispatch = {.in_doubt_first = 4}},
                          script);
    const auto end = rig.run([&] {
        const auto bound = rig.running().snapshot().in_doubt_max;
        EXPECT_GT(bound, told);
        told = bound;
        ++tellings;
        rig.running().on_bound_told(bound);
    });
    EXPECT_TRUE(end.finished);
    EXPECT_EQ(end.last.ended[outcome::accepted], 500U);
    EXPECT_EQ(end.last.in_doubt_max, told);
}

TEST_P(campaign_threads, nothing_leaves_before_anybody_was_told) {
    std::atomic<int> taken{0};
    carrier_script script;
    script.taken = [&](const core::departure&) { ++taken; };
    scripted_campaign rig({.rows = 500, .threads = GetParam()}, script);
    const auto end = rig.run([&] { rig.running().interrupt("a test"); });
    EXPECT_FALSE(end.finished);
    EXPECT_EQ(taken, 0);
    EXPECT_EQ(end.last.requests, 0U);
}

}  // namespace
}  // namespace tidings::runner
