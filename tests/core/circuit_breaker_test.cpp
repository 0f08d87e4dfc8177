#include "core/circuit_breaker.hpp"

#include "core/scripted_endpoint.hpp"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A breaker on a desk: messages leave and end by hand.
struct desk {
    explicit desk(trouble_options options = {}, breaker_start start = breaker_start::unknown)
        : breaker(options, start, now) {}

    answer_watch::number leave() {
        EXPECT_GT(breaker.room(), 0U);
        return breaker.on_left(now);
    }
    void end(answer_watch::number which, endpoint_sign sign) {
        breaker.on_ended(which, now, sign, true, now, random);
    }
    void message(endpoint_sign sign) { end(leave(), sign); }
    // Waits for the moment to ask, and answers.
    void question(endpoint_sign sign) {
        now = std::max(now, breaker.ask_at());
        ASSERT_TRUE(breaker.wants_question(now));
        breaker.on_question_left();
        EXPECT_FALSE(breaker.wants_question(now));
        breaker.on_question_ended(sign, now, random);
    }
    void unsent_question() {
        now = std::max(now, breaker.ask_at());
        breaker.on_question_left();
        breaker.on_question_unsent(now, random);
    }
    int questions_until_trying() {
        int asked = 0;
        while (breaker.phase() != breaker_phase::trying && asked < 1000) {
            question(endpoint_sign::well);
            ++asked;
        }
        return asked;
    }
    void trip() {
        for (int i = 0; i < 5; ++i)
            message(endpoint_sign::trouble);
        ASSERT_TRUE(breaker.open());
    }

    instant now{hours(1)};
    std::mt19937_64 random{1};
    circuit_breaker breaker;
};

TEST(circuit_breaker, opens_after_a_few_troubled_answers_in_a_row) {
    desk one;
    for (int round = 0; round < 100; ++round) {
        for (int i = 0; i < 4; ++i)
            one.message(i % 4 == 0 ? endpoint_sign::none : endpoint_sign::trouble);
        EXPECT_EQ(one.breaker.phase(), breaker_phase::well);
        for (int i = 0; i < 40; ++i)
            one.message(endpoint_sign::well);
    }
    for (int i = 0; i < 5; ++i)
        one.message(endpoint_sign::trouble);
    EXPECT_TRUE(one.breaker.open());
    EXPECT_EQ(one.breaker.room(), 0U);
    EXPECT_EQ(one.breaker.since(), one.now);
}

TEST(circuit_breaker, opens_at_a_share_of_the_last_ones) {
    desk one;
    int troubled = 0;
    while (!one.breaker.open() && troubled < 50) {
        for (int i = 0; i < 3; ++i)
            one.message(endpoint_sign::well);
        one.message(endpoint_sign::trouble);
        ++troubled;
    }
    EXPECT_EQ(troubled, 10) << "a fifth of fifty";
}

TEST(circuit_breaker, a_tenth_of_trouble_is_no_outage) {
    desk one;
    for (int i = 0; i < 1000; ++i)
        one.message(i % 10 == 0 ? endpoint_sign::trouble : endpoint_sign::well);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::well);
}

TEST(circuit_breaker, each_rule_can_be_switched_off_and_both) {
    desk row({.share = 0});
    for (int i = 0; i < 1000; ++i)
        row.message(i % 5 == 0 ? endpoint_sign::well : endpoint_sign::trouble);
    EXPECT_EQ(row.breaker.phase(), breaker_phase::well);
    desk share({.in_a_row = 0});
    for (int i = 0; i < 10; ++i)
        share.message(endpoint_sign::trouble);
    EXPECT_TRUE(share.breaker.open());
    desk off({.in_a_row = 0, .share = 0}, breaker_start::troubled);
    for (int i = 0; i < 1000; ++i)
        off.message(endpoint_sign::trouble);
    EXPECT_EQ(off.breaker.phase(), breaker_phase::well);
    EXPECT_EQ(off.breaker.next_due(), never);
}

TEST(circuit_breaker, asks_at_growing_pauses_up_to_the_longest) {
    desk one;
    one.trip();
    auto asked = one.now;
    duration expected = seconds(1);
    for (int i = 0; i < 12; ++i) {
        const duration pause = one.breaker.ask_at() - asked;
        EXPECT_GE(pause, expected - expected / 4);
        EXPECT_LT(pause, expected + expected / 4);
        one.question(endpoint_sign::trouble);
        asked = one.now;
        expected = std::min<duration>(2 * expected, seconds(60));
    }
    EXPECT_EQ(one.breaker.questions(), 12U);
}

TEST(circuit_breaker, what_says_nothing_is_asked_again) {
    desk one;
    one.trip();
    for (int i = 0; i < 5; ++i)
        one.question(endpoint_sign::none);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::waiting);
    EXPECT_LT(one.breaker.ask_at() - one.now, seconds(2));
}

TEST(circuit_breaker, goes_on_with_1_2_4_8) {
    desk one;
    one.trip();
    EXPECT_LE(one.questions_until_trying(), 6);
    for (std::uint32_t step = 1; step <= 8; step *= 2) {
        EXPECT_EQ(one.breaker.phase(), breaker_phase::trying);
        std::vector<answer_watch::number> out;
        for (std::uint32_t i = 0; i < step; ++i)
            out.push_back(one.leave());
        EXPECT_EQ(one.breaker.room(), 0U);
        for (const auto which : out)
            one.end(which, endpoint_sign::well);
    }
    EXPECT_EQ(one.breaker.phase(), breaker_phase::well);
    EXPECT_EQ(one.breaker.since(), never);
}

TEST(circuit_breaker, a_relapse_asks_more_and_waits_longer) {
    desk one;
    one.trip();
    int last = 0;
    duration pause{};
    for (int relapse = 0; relapse < 6; ++relapse) {
        const int asked = one.questions_until_trying();
        EXPECT_GE(asked, last);
        last = asked;
        one.message(endpoint_sign::trouble);
        ASSERT_EQ(one.breaker.phase(), breaker_phase::waiting);
        EXPECT_GT(one.breaker.ask_at() - one.now, pause);
        pause = (one.breaker.ask_at() - one.now) * 3 / 5;  // the jitter's share
    }
    EXPECT_GT(pause, minutes(2));
}

// A front that is reloaded all the time resets every other connection, and answers well between.
TEST(circuit_breaker, what_could_not_be_asked_takes_back_no_good_answer) {
    desk one;
    one.trip();
    int asked = 0;
    for (; one.breaker.phase() != breaker_phase::trying && asked < 100; ++asked) {
        one.unsent_question();
        ASSERT_TRUE(one.breaker.open());
        one.question(endpoint_sign::well);
    }
    EXPECT_LT(asked, 10);
    desk gone;
    gone.trip();
    for (int i = 0; i < 20; ++i)
        gone.unsent_question();
    EXPECT_GT(gone.breaker.ask_at() - gone.now, seconds(40)) << "nobody is there: ever rarer";
}

TEST(circuit_breaker, an_answer_that_says_nothing_lets_another_message_go) {
    desk one;
    one.trip();
    one.questions_until_trying();
    for (int i = 0; i < 3; ++i)
        one.message(endpoint_sign::none);
    EXPECT_EQ(one.breaker.room(), 1U);
}

TEST(circuit_breaker, what_left_before_the_slow_start_says_nothing_after_it) {
    desk one;
    const auto old = one.leave();
    one.trip();
    one.questions_until_trying();
    one.end(old, endpoint_sign::trouble);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::trying);
    EXPECT_EQ(one.breaker.room(), 1U);
}

TEST(circuit_breaker, silence_is_trouble_and_an_answer_after_all_ends_it) {
    desk one({.in_a_row = 4});
    std::vector<answer_watch::number> out;
    while (one.breaker.room() > 0)
        out.push_back(one.leave());
    EXPECT_EQ(out.size(), answer_watch::margin_max);
    one.now += seconds(2);
    one.breaker.on_time(one.now, one.random);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::well);
    EXPECT_EQ(one.breaker.next_due(), one.now + seconds(1));
    one.now += milliseconds(1001);
    one.breaker.on_time(one.now, one.random);
    EXPECT_TRUE(one.breaker.open());
    one.now += seconds(7);
    one.breaker.on_ended(out[0], one.now - seconds(10), endpoint_sign::well, true, one.now,
                         one.random);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::well) << "it was slow, and nothing else";
    // Now it is known how slow it is.
    while (one.breaker.room() > 0)
        one.leave();
    one.now += seconds(39);
    one.breaker.on_time(one.now, one.random);
    EXPECT_EQ(one.breaker.phase(), breaker_phase::well);
}

TEST(circuit_breaker, while_no_answer_comes_only_a_few_leave_beyond_what_was_under_way) {
    desk one;
    std::deque<answer_watch::number> out;
    for (int i = 0; i < 2000; ++i) {  // forty at a time
        while (out.size() < 40 && one.breaker.room() > 0)
            out.push_back(one.leave());
        one.now += milliseconds(1);
        one.breaker.on_ended(out.front(), one.now, endpoint_sign::well, true, one.now, one.random);
        out.pop_front();
    }
    int more = 0;
    for (; one.breaker.room() > 0; ++more)
        one.leave();
    EXPECT_LE(out.size() + static_cast<std::size_t>(more), 40 + answer_watch::margin_max);
}

TEST(circuit_breaker, starts_carefully_or_with_a_question_after_what_was_before) {
    desk careful({}, breaker_start::careful);
    EXPECT_EQ(careful.breaker.room(), 1U);
    careful.message(endpoint_sign::trouble);
    EXPECT_TRUE(careful.breaker.open());
    desk troubled({}, breaker_start::troubled);
    EXPECT_EQ(troubled.breaker.room(), 0U);
    EXPECT_TRUE(troubled.breaker.wants_question(troubled.now));
    EXPECT_GT(troubled.questions_until_trying(), 5);
}

TEST(circuit_breaker, gives_up_after_so_long_without_counting_what_it_had_nothing_to_send_for) {
    desk one({.give_up = hours(1)});
    one.trip();
    one.questions_until_trying();
    one.now += hours(10);  // all recipients sleep
    EXPECT_FALSE(one.breaker.to_be_given_up(one.now));
    one.message(endpoint_sign::trouble);
    EXPECT_FALSE(one.breaker.to_be_given_up(one.now));
    while (!one.breaker.to_be_given_up(one.now) && one.now < instant(hours(24)))
        one.question(endpoint_sign::trouble);
    EXPECT_LT(one.now, instant(hours(13)));
    desk never_ending({.give_up = duration{}});
    never_ending.trip();
    EXPECT_FALSE(never_ending.breaker.to_be_given_up(never_ending.now + hours(10'000)));
}

// --- whole outages -------------------------------------------------------------------------------

using outages = testing::TestWithParam<outage_kind>;

std::string where(const outage& plan, std::uint64_t seed) {
    return "rate " + std::to_string(plan.rate) + ", at once " + std::to_string(plan.at_once_max) +
           ", latency " + std::to_string(plan.latency / milliseconds(1)) + " ms, " +
           std::to_string(plan.lasts / seconds(1)) + " s, seed " + std::to_string(seed);
}

// contract.md section 5: whatever the outage's length, at most 12 more than were under way when it
// began are in doubt; it goes on by itself, soon.
std::uint64_t allowed(const outage& plan, const outage_cost& told) {
    switch (plan.kind) {
        case outage_kind::none:
        case outage_kind::at_once:
        case outage_kind::later:
        case outage_kind::silent:
        case outage_kind::half:
        case outage_kind::half_later:
        case outage_kind::half_silent: return told.under_way_then + 12;
        // Many outages, one after the other.
        case outage_kind::flapping: return told.under_way_then + 24;
    }
    return 0;
}

void survive(const outage& plan, std::uint64_t seed) {
    const auto told = run_through(plan, seed);
    EXPECT_LE(told.troubled, allowed(plan, told)) << where(plan, seed);
    EXPECT_TRUE(told.well_again) << where(plan, seed);
    const bool total = plan.kind <= outage_kind::silent;
    EXPECT_LE(told.back_after, total ? minutes(3) : minutes(20)) << where(plan, seed);
}

TEST_P(outages, of_any_length_cost_what_was_under_way_and_twelve) {
    std::uint64_t seed = 0;
    for (const double rate : {2.0, 200.0, 5000.0})
        for (const std::uint32_t at_once : {1U, 640U})
            for (const duration latency : {milliseconds(1), milliseconds(50), milliseconds(800)})
                for (const duration lasts :
                     std::initializer_list<duration>{milliseconds(700), seconds(5), minutes(5)})
                    survive({.kind = GetParam(),
                             .rate = rate,
                             .at_once_max = at_once,
                             .latency = latency,
                             .lasts = lasts},
                            ++seed);
}

// Many were under way before, when answers were slow: that is no measure of the moment.
TEST_P(outages, after_a_busy_time_cost_no_more) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed)
        survive({.kind = GetParam(), .rate = 300, .slower_before = 8}, seed);
}

TEST_P(outages, of_eight_hours) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed)
        survive({.kind = GetParam(), .lasts = hours(8)}, seed);
}

INSTANTIATE_TEST_SUITE_P(circuit_breaker, outages,
                         testing::Values(outage_kind::at_once, outage_kind::later,
                                         outage_kind::silent, outage_kind::half,
                                         outage_kind::half_later, outage_kind::half_silent,
                                         outage_kind::flapping));

// One answer in a hundred is lost: no outage, and next to no time is lost over it.
TEST(circuit_breaker, a_little_trouble_all_the_time_holds_nothing_up) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        outage plan{.kind = outage_kind::none, .noise = 0.01};
        const auto told = run_through(plan, seed);
        EXPECT_GT(told.left, 0.97 * plan.rate * (plan.calm + plan.after) / seconds(1))
            << where(plan, seed);
    }
}

// Killed in the middle of it, or before it was noticed, and gone on with.
TEST(circuit_breaker, an_outage_across_a_resume_costs_no_more) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        outage plan{.lasts = minutes(2), .killed_after = milliseconds(seed * 100)};
        for (const auto kind : {outage_kind::at_once, outage_kind::silent, outage_kind::half,
                                outage_kind::half_later}) {
            plan.kind = kind;
            survive(plan, seed);
        }
    }
}

}  // namespace
}  // namespace tidings::core
