#include "core/limiter.hpp"

#include "support/allocations.hpp"
#include "support/one_bot.hpp"
#include "support/rolling_counter.hpp"
#include "support/scripted_sender.hpp"

#include <iostream>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;
using tests::at;
using tests::one_bot;
using tests::scripted_sender;

TEST(limiter, without_limits_nothing_waits) {
    limiter limits = one_bot({});
    EXPECT_LE(limits.earliest(0, at(1s)), at(1s));
    EXPECT_EQ(limits.available(0, at(1s), 500), 500U);
    EXPECT_EQ(limits.available(0, at(1s), 0), 0U);
}

TEST(limiter, a_slot_comes_back_a_window_after_the_answer) {
    limiter limits = one_bot({{2, 10s}}, pace::burst);
    limits.take(0, at(1s));
    limits.take(0, at(1s));
    EXPECT_EQ(limits.earliest(0, at(2s)), never);
    limits.answered(0, at(3s));
    const instant free = limits.earliest(0, at(3s));
    EXPECT_GT(free, at(13s));
    EXPECT_LT(free, at(13s + 6ms));  // guard and rounding
    EXPECT_EQ(limits.available(0, free - duration(1), 9), 0U);
    EXPECT_EQ(limits.available(0, free, 9), 1U);
    limits.returned_unused(0);
    EXPECT_EQ(limits.available(0, free, 9), 2U);
}

TEST(limiter, a_message_takes_a_slot_in_every_ring_or_in_none) {
    limiter limits;
    const auto account = limits.add_scope(scope_kind::account, "a", {{3, 10s}}, pace::burst);
    const auto bot = limits.add_scope(scope_kind::bot, "b", {{9, 10s}}, pace::burst);
    const auto one = limits.add_scope(scope_kind::sender, "1", {{2, 10s}}, pace::burst);
    const auto two = limits.add_scope(scope_kind::sender, "2", {{2, 10s}}, pace::burst);
    const scope_id first[] = {account, bot, one};
    const scope_id second[] = {account, bot, two};
    limits.add_lane(first);
    limits.add_lane(second);
    const instant now = at(1s);
    EXPECT_EQ(limits.available(0, now, 9), 2U);
    limits.take(0, now);
    limits.take(0, now);
    EXPECT_EQ(limits.available(0, now, 9), 0U);
    EXPECT_EQ(limits.available(1, now, 9), 1U);  // the account's last
    limits.take(1, now);
    EXPECT_EQ(limits.available(1, now, 9), 0U);
    EXPECT_EQ(limits.why_waiting(0, now).name, "a");
    limits.returned_unused(0);
    EXPECT_EQ(limits.available(0, now, 9), 1U);
    EXPECT_EQ(limits.available(1, now, 9), 1U);
    for (const auto& report : limits.reports()) {
        if (report.scope == scope_kind::account) {
            EXPECT_EQ(report.worst_used, 3U);
        }
    }
}

TEST(limiter_death_test, taking_without_asking_never_passes_a_limit) {
    limiter limits = one_bot({{1, 10s}}, pace::burst);
    limits.take(0, at(1s));
    EXPECT_DEATH(limits.take(0, at(1s)), "");
}

struct use_case {
    const char* what;
    std::vector<rate_limit> limits;
    pace how;
    duration latency_min;
    duration latency_max;
    duration late;
};

void PrintTo(const use_case& one, std::ostream* out) {
    *out << one.what;
}

class limiter_use : public ::testing::TestWithParam<use_case> {};

// Promise 5: while there is work at least 99 % of the budget is used, and never more than all of
// it.
TEST_P(limiter_use, at_least_99_percent_of_the_tightest_budget) {
    const auto& one = GetParam();
    limiter limits = one_bot(one.limits, one.how);
    scripted_sender sender(limits);
    std::mt19937_64 random(3);
    const auto between = [&](duration low, duration high) {
        const auto span = static_cast<std::uint64_t>((high - low).count());
        return low + duration(static_cast<std::int64_t>(random() % (span + 1)));
    };
    sender.latency = [&] { return between(one.latency_min, one.latency_max); };
    sender.lateness = [&] { return between(duration{}, one.late); };

    rate_limit tightest = one.limits.front();
    for (const auto& limit : one.limits) {
        const auto rate = [](const rate_limit& l) {
            return static_cast<double>(l.count) / static_cast<double>(l.window.count());
        };
        if (rate(limit) < rate(tightest)) tightest = limit;
    }
    // From the last of the first n to the last of the last n: some rounds of every slot, which is
    // long enough for a drift to show, and independent of how they lie in the window.
    const std::size_t n = tightest.count;
    const std::size_t rounds = n > 10'000 ? 2 : 6;
    sender.run_until(sender.now + tightest.window * 8, (rounds + 1) * n);
    ASSERT_EQ(sender.left.size(), (rounds + 1) * n);
    const duration took = sender.left.back() - sender.left[n - 1];
    const double share =
        static_cast<double>((tightest.window * rounds).count()) / static_cast<double>(took.count());
    RecordProperty("share", std::to_string(share));
    std::cout << one.what << ": " << share * 100 << " % of the budget\n";
    EXPECT_GE(share, 0.99);
    for (const auto& limit : one.limits)
        EXPECT_LE(sender.worst(limit.window), limit.count);
}

INSTANTIATE_TEST_SUITE_P(
    windows, limiter_use,
    ::testing::Values(
        use_case{"600/60s, 50 ms", {{600, 60s}}, pace::earliest, 50ms, 50ms, {}},
        use_case{"600/60s, 1..200 ms, late timers", {{600, 60s}}, pace::earliest, 1ms, 200ms, 2ms},
        use_case{"600/60s, 1..200 ms, burst", {{600, 60s}}, pace::burst, 1ms, 200ms, 2ms},
        use_case{"600/60s, 1..200 ms, even", {{600, 60s}}, pace::even, 1ms, 200ms, 2ms},
        use_case{"600/60s and 18000/1h, 1..200 ms",
                 {{600, 60s}, {18'000, 1h}},
                 pace::earliest,
                 1ms,
                 200ms,
                 2ms},
        use_case{
            "600/60s and 18000/1h, even", {{600, 60s}, {18'000, 1h}}, pace::even, 1ms, 200ms, 2ms},
        use_case{"60/60s, 200 ms", {{60, 60s}}, pace::earliest, 200ms, 200ms, 2ms},
        use_case{"1/60s, 200 ms", {{1, 60s}}, pace::earliest, 200ms, 200ms, {}},
        use_case{"20000/60s, 1..200 ms, ticks of 1 ms",
                 {{20'000, 60s}},
                 pace::earliest,
                 1ms,
                 200ms,
                 1ms},
        use_case{"100000/1h, 1..200 ms", {{100'000, 1h}}, pace::earliest, 1ms, 200ms, 2ms}));

TEST(limiter, earliest_is_even_at_the_rate_of_the_shortest_window) {
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}});
    scripted_sender sender(limits);
    sender.run_until(at(20min));
    EXPECT_LE(sender.worst(1s), 11U);
    EXPECT_GE(sender.left.size(), 11'900U);
}

TEST(limiter, even_keeps_one_rate_for_ever) {
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}}, pace::even);
    scripted_sender sender(limits);
    sender.run_until(at(3h));
    for (std::size_t i = 1; i < sender.left.size(); ++i) {
        const duration gap = sender.left[i] - sender.left[i - 1];
        ASSERT_GE(gap, 200ms - limiter::slack) << i;
        ASSERT_LE(gap, 202ms) << i;
    }
}

TEST(limiter, burst_takes_the_window_at_once) {
    limiter limits = one_bot({{600, 60s}}, pace::burst);
    EXPECT_EQ(limits.available(0, at(1s), 1000), 600U);
}

// A departure that is late is made up for within `slack`, so coarse ticks reach any rate.
TEST(limiter, ticks_of_a_millisecond_reach_50000_a_second) {
    limiter limits = one_bot({{50'000, 1s}});
    std::size_t left = 0;
    for (int tick = 0; tick < 900; ++tick) {
        const instant now =
            at(5s + std::chrono::milliseconds(tick) + std::chrono::microseconds(tick % 7 * 100));
        const auto n = limits.available(0, now, 10'000);
        for (std::uint32_t i = 0; i < n; ++i)
            limits.take(0, now);
        left += n;
    }
    EXPECT_GE(left, 44'950U);
    EXPECT_LE(left, 45'201U);
}

// Rule of design.md section 4: no catch-up burst, whatever stood still and however long.
TEST(limiter, no_burst_after_a_stall) {
    for (const duration length : {duration(50ms), duration(5s), duration(90s), duration(9h)}) {
        for (const pace how : {pace::earliest, pace::even}) {
            limiter limits = one_bot({{600, 60s}, {18'000, 1h}}, how);
            scripted_sender sender(limits);
            sender.run_until(at(40s));
            sender.stall(length);
            sender.run_until(sender.now + 4min);
            EXPECT_LE(sender.worst(1s), how == pace::even ? 6U : 11U) << length.count();
            EXPECT_LE(sender.worst(60s), 600U);
        }
    }
}

TEST(limiter, a_burst_after_a_stall_is_bounded_by_the_slack_at_high_rates) {
    limiter limits = one_bot({{10'000, 1s}});
    limits.take(0, at(1s));
    EXPECT_EQ(limits.available(0, at(100s), 100'000), 41U);  // 4 ms at 10 a millisecond
}

TEST(limiter, one_long_answer_delays_one_slot_only) {
    limiter limits = one_bot({{600, 60s}});
    scripted_sender sender(limits);
    std::mt19937_64 random(5);
    sender.latency = [&] { return random() % 100 == 0 ? 2000ms : 50ms; };
    sender.run_until(at(11min));
    const auto used = sender.left_between(at(1min), at(11min));
    EXPECT_GE(used, 5'940U);
}

TEST(limiter, the_rate_of_the_run_can_be_changed_while_it_runs) {
    limiter limits = one_bot({{600, 60s}});
    scripted_sender sender(limits);
    sender.run_until(at(21s));
    limits.set_rate(rate_limit{2, 1s}, sender.now);
    sender.run_until(at(41s));
    const auto slow = sender.left_between(at(21s), at(41s));
    EXPECT_GE(slow, 36U);
    EXPECT_LE(slow, 40U);
    limits.set_rate(rate_limit{1, 1h}, sender.now);
    sender.run_until(at(61s));
    EXPECT_EQ(sender.left_between(at(41s), at(61s)), 0U);
    EXPECT_EQ(limits.why_waiting(0, sender.now).scope, scope_kind::run);
    limits.set_rate(std::nullopt, sender.now);
    sender.run_until(at(71s));
    EXPECT_GE(sender.left_between(at(61s), at(71s)), 99U);
}

TEST(limiter, the_time_a_limit_held_back_work_is_told) {
    limiter limits = one_bot({{10, 1s}, {20, 100s}});
    scripted_sender sender(limits);
    sender.run_until(at(150s));
    const auto reports = limits.reports();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[1].worst_used, 20U);
    EXPECT_GT(reports[1].waited, 97s);
    EXPECT_LT(reports[1].waited, 100s);
    EXPECT_LT(reports[0].waited, 1s);
}

// What a message's delay is counted from: not what the pace alone would have allowed.
TEST(limiter, a_message_is_not_planned_before_its_slot_came_back) {
    for (const pace how : {pace::burst, pace::earliest}) {
        limiter limits = one_bot({{2, 1s}}, how);
        for (const auto when : {1000ms, 1500ms}) {
            limits.take(0, at(when));
            limits.answered(0, at(when + 900ms));
        }
        // The first slot comes back at 2.9 s, the second at 3.4 s, both a little later.
        EXPECT_GE(limits.earliest(0, at(3000ms)), at(2900ms));
        EXPECT_LE(limits.earliest(0, at(3000ms)), at(2910ms));
        limits.take(0, at(3000ms));
        EXPECT_GE(limits.earliest(0, at(3600ms)), at(3400ms));
        EXPECT_LE(limits.earliest(0, at(3600ms)), at(3600ms));
    }
}

// A stall makes answers come together, and their slots come back together, window after window.
TEST(limiter, nor_before_the_first_of_several_slots_that_came_back_together) {
    for (const pace how : {pace::burst, pace::earliest}) {
        limiter limits = one_bot({{4, 1s}}, how);
        for (const auto when : {1000ms, 1250ms, 1500ms, 1750ms})
            limits.take(0, at(when));
        for (int i = 0; i < 4; ++i)
            limits.answered(0, at(2000ms));
        // All come back at 3.0 s and a little; the pace alone would have planned three before.
        for (int i = 0; i < 3; ++i) {
            EXPECT_GE(limits.earliest(0, at(3300ms)), at(3000ms)) << i;
            EXPECT_LE(limits.earliest(0, at(3300ms)), at(3300ms + i * 250ms)) << i;
            limits.take(0, at(3300ms));
        }
    }
}

TEST(limiter, the_hot_path_does_not_allocate_once_its_windows_have_been_full) {
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}});
    const auto work = [&](instant& now) {
        for (int i = 0; i < 40'000; ++i) {
            now = std::max(now, limits.earliest(0, now));
            if (limits.available(0, now, 1) == 1) limits.take(0, now);
            limits.answered(0, now + 50ms);
            now += 60ms;
        }
    };
    instant now = at(1s);
    work(now);
    const tests::allocation_count taken;
    work(now);
    EXPECT_EQ(taken.so_far(), 0U);
}

}  // namespace
}  // namespace tidings::core
