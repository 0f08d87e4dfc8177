#include "tidings/core/limiter_facts.hpp"

#include "tidings/core/limiter.hpp"

#include <gtest/gtest.h>

#include "support/scripted_sender.hpp"

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

instant at(duration since) {
    return instant(since);
}

limiter one_bot(const std::vector<rate_limit>& limits, std::string name = "st-1") {
    limiter made;
    const scope_id bot[] = {
        made.add_scope(scope_kind::bot, std::move(name), limits, pace::earliest)};
    made.add_lane(bot);
    return made;
}

TEST(limiter_facts, says_what_it_waits_for) {
    limiter limits = one_bot({{600, seconds(60)}, {18'000, hours(1)}});
    tests::scripted_sender sender(limits);
    sender.run_until(at(minutes(45)));
    const auto why = limits.why_waiting(0, sender.now);
    EXPECT_EQ(why.what, wait_reason::cause::limit);
    EXPECT_EQ(in_words(why), "18,000/1h of bot st-1");
    EXPECT_GT(why.until, at(hours(1)));
    EXPECT_LT(why.until, at(hours(1) + seconds(5)));
    EXPECT_EQ(why.until, limits.earliest(0, sender.now));
}

TEST(limiter_facts, words_for_every_cause) {
    wait_reason why;
    why.scope = scope_kind::account;
    why.name = "main";
    why.limit = {600, seconds(60)};
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
    limiter limits = one_bot({{600, seconds(60)}});
    EXPECT_EQ(limits.why_waiting(0, at(seconds(1))).what, wait_reason::cause::nothing);
    limits.take(0, at(seconds(1)));
    const auto why = limits.why_waiting(0, at(seconds(1)));
    EXPECT_EQ(why.what, wait_reason::cause::pace);
    EXPECT_EQ(why.until, limits.earliest(0, at(seconds(1))));
}

// A second campaign on the same bot, with other limits, begins with the window as the first left
// it.
TEST(limiter_facts, a_snapshot_carries_the_window_to_the_next_run) {
    limiter before = one_bot({{600, seconds(60)}, {18'000, hours(1)}});
    tests::scripted_sender sender(before);
    sender.run_until(at(minutes(40)));
    ASSERT_EQ(sender.left.size(), 18'000U);
    limiter same = one_bot({{600, seconds(60)}, {18'000, hours(1)}});
    same.restore(before.snapshot(), sender.now);
    EXPECT_EQ(same.earliest(0, sender.now), before.earliest(0, sender.now));

    // The half hour's departures are known from the hourly ring.
    limiter other = one_bot({{17'000, minutes(30)}});
    other.restore(before.snapshot(), sender.now);
    const auto used = static_cast<double>(other.reports()[0].worst_used);
    const auto truth =
        static_cast<double>(sender.left_between(sender.now - minutes(30), sender.now));
    EXPECT_GE(used, truth);
    EXPECT_LE(used, truth * 1.01);

    limiter stranger = one_bot({{600, seconds(60)}}, "st-2");
    stranger.restore(before.snapshot(), sender.now);
    EXPECT_EQ(stranger.reports()[0].worst_used, 0U);
}

TEST(limiter_facts, what_was_in_flight_counts_as_answered_now) {
    limiter before = one_bot({{2, seconds(60)}});
    before.take(0, at(seconds(10)));
    before.take(0, at(seconds(40)));
    ASSERT_EQ(before.snapshot()[0].in_flight, 2U);
    limiter after = one_bot({{2, seconds(60)}});
    after.restore(before.snapshot(), at(seconds(50)));
    EXPECT_GT(after.earliest(0, at(seconds(50))), at(seconds(110)));
}

TEST(limiter_facts, restarting_often_costs_next_to_nothing) {
    limiter limits = one_bot({{18'000, hours(1)}});
    for (int i = 0; i < 18'000; ++i)
        limits.spent_before(0, at(seconds(100)), at(seconds(100)));
    const instant first = limits.earliest(0, at(seconds(100)));
    for (int i = 0; i < 180; ++i) {
        limiter next = one_bot({{18'000, hours(1)}});
        next.restore(limits.snapshot(), at(seconds(100 + 20 * i)));
        limits = std::move(next);
    }
    EXPECT_EQ(limits.earliest(0, at(seconds(3'690))), first);
}

TEST(limiter_facts, facts_of_another_boot_may_lie_before_this_one_began) {
    limiter limits = one_bot({{2, seconds(60)}});
    limits.spent_before(0, at(seconds(-30)), at(seconds(1)));
    limits.spent_before(0, at(seconds(-70)), at(seconds(1)));  // over
    limits.spent_before(0, at(seconds(-20)), at(seconds(1)));
    const instant free = limits.earliest(0, at(seconds(1)));
    EXPECT_GT(free, at(seconds(30)));
    EXPECT_LT(free, at(seconds(31)));
}

}  // namespace
}  // namespace tidings::core
