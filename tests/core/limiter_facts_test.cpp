#include "core/limiter_facts.hpp"

#include "core/limiter.hpp"
#include "support/one_bot.hpp"
#include "support/scripted_sender.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;
using tests::at;
using tests::one_bot;

TEST(limiter_facts, says_what_it_waits_for) {
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}});
    tests::scripted_sender sender(limits);
    sender.run_until(at(45min));
    const auto why = limits.why_waiting(0, sender.now);
    EXPECT_EQ(why.what, wait_reason::cause::limit);
    EXPECT_EQ(in_words(why), "18,000/1h of bot st-1");
    EXPECT_GT(why.until, at(1h));
    EXPECT_LT(why.until, at(1h + 5s));
    EXPECT_EQ(why.until, limits.earliest(0, sender.now));
}

TEST(limiter_facts, words_for_every_cause) {
    wait_reason why;
    why.scope = scope_kind::account;
    why.name = "main";
    why.limit = {600, 60s};
    const std::pair<wait_reason::cause, const char*> words[] = {
        {wait_reason::cause::nothing, "nothing"},
        {wait_reason::cause::pace, "the pace of account main"},
        {wait_reason::cause::limit, "600/60s of account main"},
        {wait_reason::cause::refusal, "a refusal by limit of account main"},
        {wait_reason::cause::trial, "a single trial message of account main"},
    };
    for (const auto& [what, text] : words) {
        why.what = what;
        EXPECT_EQ(in_words(why), text);
    }
}

TEST(limiter_facts, the_reason_is_the_last_to_pass_and_agrees_with_earliest) {
    limiter limits = one_bot({{600, 60s}});
    EXPECT_EQ(limits.why_waiting(0, at(1s)).what, wait_reason::cause::nothing);
    limits.take(0, at(1s));
    const auto why = limits.why_waiting(0, at(1s));
    EXPECT_EQ(why.what, wait_reason::cause::pace);
    EXPECT_EQ(why.until, limits.earliest(0, at(1s)));
}

// A second campaign on the same bot, with other limits, begins with the window as the first left
// it.
TEST(limiter_facts, a_snapshot_carries_the_window_to_the_next_run) {
    limiter before = one_bot({{600, 60s}, {18'000, 1h}});
    tests::scripted_sender sender(before);
    sender.run_until(at(40min));
    ASSERT_EQ(sender.left.size(), 18'000U);
    limiter same = one_bot({{600, 60s}, {18'000, 1h}});
    same.restore(before.snapshot(), sender.now);
    EXPECT_EQ(same.earliest(0, sender.now), before.earliest(0, sender.now));

    // The half hour's departures are known from the hourly ring.
    limiter other = one_bot({{17'000, 30min}});
    other.restore(before.snapshot(), sender.now);
    const auto used = static_cast<double>(other.reports()[0].worst_used);
    const auto truth = static_cast<double>(sender.left_between(sender.now - 30min, sender.now));
    EXPECT_GE(used, truth);
    EXPECT_LE(used, truth * 1.01);

    limiter stranger = one_bot({{600, 60s}}, pace::earliest, "st-2");
    stranger.restore(before.snapshot(), sender.now);
    EXPECT_EQ(stranger.reports()[0].worst_used, 0U);
}

TEST(limiter_facts, what_was_in_flight_counts_as_answered_now) {
    limiter before = one_bot({{2, 60s}});
    before.take(0, at(10s));
    before.take(0, at(40s));
    ASSERT_EQ(before.snapshot()[0].in_flight, 2U);
    limiter after = one_bot({{2, 60s}});
    after.restore(before.snapshot(), at(50s));
    EXPECT_GT(after.earliest(0, at(50s)), at(110s));
}

TEST(limiter_facts, restarting_often_costs_next_to_nothing) {
    limiter limits = one_bot({{18'000, 1h}});
    for (int i = 0; i < 18'000; ++i)
        limits.spent_before(0, at(100s), at(100s));
    const instant first = limits.earliest(0, at(100s));
    for (int i = 0; i < 180; ++i) {
        limiter next = one_bot({{18'000, 1h}});
        next.restore(limits.snapshot(), at(std::chrono::seconds(100 + 20 * i)));
        limits = std::move(next);
    }
    EXPECT_EQ(limits.earliest(0, at(3'690s)), first);
}

TEST(limiter_facts, facts_of_another_boot_may_lie_before_this_one_began) {
    limiter limits = one_bot({{2, 60s}});
    limits.spent_before(0, at(-30s), at(1s));
    limits.spent_before(0, at(-70s), at(1s));  // over
    limits.spent_before(0, at(-20s), at(1s));
    const instant free = limits.earliest(0, at(1s));
    EXPECT_GT(free, at(30s));
    EXPECT_LT(free, at(31s));
}

}  // namespace
}  // namespace tidings::core
