#include "core/flight_window.hpp"

#include <deque>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A server that works on so many requests at once, each for a while; others wait. Who asks sends
// whatever the window allows, every millisecond.
class model {
  public:
    std::size_t at_once = 64;
    duration works_for = milliseconds(16);
    double spread = 0.3;                   // of that, either way
    std::uint32_t a_tick = 1'000'000'000;  // at most so many leave in a millisecond
    flight_window window;

    explicit model(flight_window_options options = {}) : window(options) {}

    // Returns how many were answered.
    std::uint64_t run(duration lasts) {
        const auto answered = answered_;
        for (const auto end = now_ + lasts; now_ < end; now_ += milliseconds(1)) {
            while (!busy_.empty() && busy_.top().done <= now_) {
                const auto one = busy_.top();
                busy_.pop();
                window.on_ended(one.left, now_);
                ++answered_;
                if (!waiting_.empty()) {
                    begin(waiting_.front(), one.done);
                    waiting_.pop_front();
                }
            }
            auto room = std::min(window.room(), a_tick);
            for (; room > 0; --room) {
                window.on_left(now_);
                if (busy_.size() < at_once)
                    begin(now_, now_);
                else
                    waiting_.push_back(now_);
            }
        }
        return answered_ - answered;
    }

  private:
    struct work {
        instant done;
        instant left;
        bool operator>(const work& other) const { return done > other.done; }
    };
    void begin(instant left, instant at) {
        std::uniform_real_distribution<double> factor(1 - spread, 1 + spread);
        busy_.push({at + duration(static_cast<std::int64_t>(static_cast<double>(works_for.count()) *
                                                            factor(random_))),
                    left});
    }

    instant now_{seconds(1)};
    std::uint64_t answered_ = 0;
    std::priority_queue<work, std::vector<work>, std::greater<>> busy_;
    std::deque<instant> waiting_;
    std::mt19937_64 random_{7};
};

// It could answer 4,000 a second with 64 under way.
TEST(flight_window, is_not_much_wider_than_what_keeps_a_server_busy) {
    model one;
    one.run(seconds(60));
    EXPECT_LT(one.window.size(), 110U);
    EXPECT_GT(one.window.size(), 55U);
    EXPECT_GE(static_cast<double>(one.run(seconds(60))), 0.98 * 4'000 * 60);
}

// Far away: 2,000 have to be under way, more than it began with.
TEST(flight_window, widens_as_far_as_that_brings_more_answers) {
    model one;
    one.at_once = 2'000;
    one.works_for = milliseconds(200);
    one.run(seconds(60));
    EXPECT_GT(one.window.size(), 1'900U);
    EXPECT_LT(one.window.size(), 3'500U);
    EXPECT_GE(static_cast<double>(one.run(seconds(60))), 0.98 * 10'000 * 60);
}

TEST(flight_window, follows_a_server_that_changes) {
    model one;
    one.run(seconds(60));
    one.at_once = 512;
    one.run(seconds(90));
    EXPECT_GT(one.window.size(), 480U);
    EXPECT_GE(static_cast<double>(one.run(seconds(30))), 0.97 * 32'000 * 30);
    one.at_once = 64;
    one.run(seconds(300));
    EXPECT_LT(one.window.size(), 130U);
}

// A pace of 1,000 a second holds back, and nothing is learned from that.
TEST(flight_window, does_not_matter_where_something_else_holds_back) {
    model one;
    one.at_once = 1'000'000;
    one.works_for = milliseconds(100);
    one.a_tick = 1;
    EXPECT_GE(one.run(seconds(60)), 59'000U);
    EXPECT_EQ(one.window.size(), flight_window_options{}.first);
}

TEST(flight_window, keeps_its_bounds) {
    model narrow({.first = 8, .least = 8, .most = 20});
    narrow.at_once = 1'000;
    narrow.run(seconds(30));
    EXPECT_EQ(narrow.window.size(), 20U);
    model wide({.first = 64, .least = 32, .most = 64});
    wide.at_once = 1;
    wide.works_for = milliseconds(2);
    wide.run(seconds(300));
    EXPECT_EQ(wide.window.size(), 32U);
}

TEST(flight_window, gives_room_until_it_is_full) {
    flight_window window({.first = 2});
    const instant now{seconds(1)};
    EXPECT_EQ(window.room(), 2U);
    window.on_left(now);
    window.on_left(now);
    EXPECT_EQ(window.room(), 0U);
    window.on_ended(now, now + milliseconds(1));
    EXPECT_EQ(window.room(), 1U);
}

}  // namespace
}  // namespace tidings::core
