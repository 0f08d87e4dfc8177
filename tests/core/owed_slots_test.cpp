#include "core/owed_slots.hpp"

#include "support/rolling_counter.hpp"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

instant at(int s) {
    return instant{} + seconds(s);
}

std::map<lane_id, int> returned_by(owed_slots& owed, instant left) {
    std::map<lane_id, int> back;
    owed.on_good_answer(left, [&back](lane_id lane) { ++back[lane]; });
    return back;
}

TEST(owed_slots, come_back_with_an_answer_to_what_was_written_later) {
    owed_slots owed;
    owed.owe(1, at(10));
    owed.owe(2, at(10));
    owed.owe(1, at(20));
    EXPECT_EQ(owed.count(), 3U);
    EXPECT_EQ(owed.oldest(), at(10));
    EXPECT_TRUE(returned_by(owed, at(5)).empty()) << "written before: it was read before";
    EXPECT_TRUE(returned_by(owed, at(10)).empty()) << "at the same moment: nobody knows";
    EXPECT_EQ(returned_by(owed, at(15)), (std::map<lane_id, int>{{1, 1}, {2, 1}}));
    EXPECT_EQ(owed.oldest(), at(20));
    EXPECT_EQ(returned_by(owed, at(21)), (std::map<lane_id, int>{{1, 1}}));
    EXPECT_EQ(owed.count(), 0U);
    EXPECT_EQ(owed.oldest(), never);
    EXPECT_TRUE(returned_by(owed, at(99)).empty());
}

TEST(owed_slots, of_one_moment_are_one_entry_however_many) {
    owed_slots owed;
    for (int i = 0; i < 1000; ++i)
        owed.owe(7, at(1));
    EXPECT_EQ(owed.count(), 1000U);
    EXPECT_EQ(returned_by(owed, at(2)), (std::map<lane_id, int>{{7, 1000}}));
}

// A server that stands still for a random while reads all that was written meanwhile at once when
// it goes on. Requests are given up after two seconds. With slots that come back a window after
// their giving up, its windows overflow; as it is, none does.
TEST(owed_slots, keep_the_windows_of_a_server_that_stands_still) {
    constexpr duration window = seconds(1);
    constexpr int limit = 10;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        const instant stops = at(3) + milliseconds(random() % 1000);
        const instant goes_on = stops + milliseconds(500 + random() % 60'000);
        tests::rolling_counter server;
        owed_slots owed;
        std::vector<instant> unanswered;  // when they left
        std::vector<instant> returns;     // of the slots
        int free = limit;
        std::vector<instant> unread;
        for (instant now = at(1); now < goes_on + seconds(10); now += milliseconds(10)) {
            const bool stands = now >= stops && now < goes_on;
            if (!stands) {
                for (std::size_t i = 0; i < unread.size(); ++i)
                    server.arrived(now);
                unread.clear();
            }
            // Answers come at once, or never: what is given up later is not listened for.
            if (!stands && !unanswered.empty()) {
                for (const auto left : unanswered) {
                    returns.push_back(now + window + milliseconds(10));
                    owed.on_good_answer(
                        left, [&](lane_id) { returns.push_back(now + window + milliseconds(10)); });
                }
                unanswered.clear();
            }
            std::erase_if(unanswered, [&](instant left) {
                if (now - left < seconds(2)) return false;
                owed.owe(0, now);
                return true;
            });
            // A question, once a second, that needs no slot: it is no message.
            if (owed.count() == limit && !stands)
                owed.on_good_answer(
                    now, [&](lane_id) { returns.push_back(now + window + milliseconds(10)); });
            free += static_cast<int>(
                std::erase_if(returns, [now](instant when) { return when <= now; }));
            if (free > 0) {
                --free;
                unanswered.push_back(now);
                unread.push_back(now);
            }
        }
        EXPECT_LE(server.worst(window), static_cast<std::size_t>(limit)) << "seed " << seed;
        EXPECT_EQ(owed.count(), 0U) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tidings::core
