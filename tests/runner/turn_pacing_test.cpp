#include "runner/turn_pacing.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using namespace std::chrono_literals;

// A thread with `in_flight` under way to a peer that answers so many a second, one after the other;
// each turn takes `work`.
struct simulated_thread {
    explicit simulated_thread(std::size_t in_flight, double answers = 50'000)
        : answers_a_second(answers) {
        turn.in_flight = in_flight;
    }

    turn_pacing pacing;
    turn_end turn{.now = core::instant(1h), .saturated = true};
    double answers_a_second;
    core::duration rested{};
    double owed = 0;

    core::duration one(core::duration work, core::duration idle = {}) {
        spend(work + idle);
        const auto rest = pacing.rest_after(turn);
        rested += rest;
        // An answer in the middle ends it, or its limit.
        spend(turn.midway ? std::min(rest, time_of(static_cast<double>(turn.in_flight) / 2))
                          : rest);
        // With nothing to rest for it sleeps until the next answer is there.
        if (rest == core::duration{} && owed < 1 && answers_a_second > 0) spend(time_of(1 - owed));
        const auto ended = static_cast<std::uint64_t>(owed);
        turn.ended += ended;
        owed -= static_cast<double>(ended);
        return rest;
    }
    void turns(int count, core::duration work) {
        for (int i = 0; i < count; ++i)
            one(work);
    }
    core::duration time_of(double answers) const {
        return std::chrono::nanoseconds(static_cast<int>(answers * 1e9 / answers_a_second) + 1);
    }
    void spend(core::duration time) {
        turn.now += time;
        owed += answers_a_second * std::chrono::duration<double>(time).count();
        owed = std::min(owed, static_cast<double>(turn.in_flight));
    }
};

TEST(turn_pacing, never_rests_with_room_left) {
    simulated_thread thread(1000);
    thread.turn.saturated = false;
    thread.turns(100, 20us);
    EXPECT_EQ(thread.rested, 0us);
}

TEST(turn_pacing, never_rests_before_anything_has_been_answered) {
    simulated_thread thread(1000, 0);
    thread.turns(100, 20us);
    EXPECT_EQ(thread.rested, 0us);
}

// 1,000 in flight at 50,000 a second: an answer takes 20 ms.
TEST(turn_pacing, turns_are_a_millisecond_apart_where_answers_take_long) {
    simulated_thread thread(1000);
    thread.turns(200, 200us);
    EXPECT_EQ(thread.one(200us), turn_pacing::gap_max - 200us);
}

// 128 in flight at 64,000 a second: an answer takes two milliseconds, of which a quarter may pass.
TEST(turn_pacing, rests_a_quarter_of_what_an_answer_takes_at_most) {
    simulated_thread thread(128, 64'000);
    thread.turns(200, 50us);
    for (int i = 0; i < 1000; ++i) {
        const auto rest = thread.one(50us);
        EXPECT_GT(rest, 200us);
        EXPECT_LE(rest, 500us);
    }
}

// Eight in flight at 60,000 a second: in a quarter of that time come two answers.
TEST(turn_pacing, does_not_rest_for_the_sake_of_a_few) {
    simulated_thread thread(8, 60'000);
    thread.turns(200, 10us);  // until it knows how fast the peer is
    thread.rested = {};
    thread.turns(1000, 10us);
    EXPECT_EQ(thread.rested, 0us);
}

// A rest is part of the time that the next one is reckoned from, and must not grow by it.
TEST(turn_pacing, rests_do_not_lengthen_each_other) {
    simulated_thread thread(16, 75'000);
    thread.turns(200, 10us);
    for (int i = 0; i < 1000; ++i)
        EXPECT_LE(thread.one(10us), 80us);
}

// It would answer all of them while this side rests: resting would only cost throughput.
TEST(turn_pacing, does_not_rest_while_the_peer_is_idle) {
    simulated_thread thread(64, 5'000'000);
    thread.turns(200, 50us);
    thread.rested = {};
    thread.turns(1000, 50us);
    EXPECT_EQ(thread.rested, 0us);
}

TEST(turn_pacing, a_thread_that_is_behind_never_idles) {
    simulated_thread thread(1000);
    thread.turns(100, 5ms);
    EXPECT_EQ(thread.rested, 0us);
}

// Eight in flight at 60,000 a second, and it is known whose answer ends the rest: the time is for
// what stalls, and far from what an answer takes.
TEST(turn_pacing, where_an_answer_ends_a_rest_it_is_given_time) {
    simulated_thread thread(8, 60'000);
    thread.turn.midway = true;
    thread.turns(50, 10us);
    EXPECT_EQ(thread.pacing.rest_after(thread.turn), turn_pacing::stall_max);
}

// 1,000 in flight at 50,000 a second: there it may be the network, and not a server that has much
// to do, that makes an answer take 20 ms; each rest in vain is throughput lost.
TEST(turn_pacing, but_no_more_than_a_millisecond_where_answers_take_long) {
    simulated_thread thread(1000);
    thread.turn.midway = true;
    thread.turns(50, 200us);
    EXPECT_EQ(thread.pacing.rest_after(thread.turn), turn_pacing::gap_max);
}

TEST(turn_pacing, never_rests_with_room_left_whoever_is_awaited) {
    simulated_thread thread(8, 60'000);
    thread.turn.midway = true;
    thread.turn.saturated = false;
    thread.turns(100, 10us);
    EXPECT_EQ(thread.rested, 0us);
}

// After a pause of any length a rest is as short as any other.
TEST(turn_pacing, does_not_make_up_for_time_gone_by) {
    simulated_thread thread(1000);
    thread.turns(100, 200us);
    EXPECT_LE(thread.one(200us, 1h), turn_pacing::gap_max);
    EXPECT_LE(thread.one(200us), turn_pacing::gap_max);
}

}  // namespace
}  // namespace tidings::runner
