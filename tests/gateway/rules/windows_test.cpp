// The windows against a counter that keeps everything and counts by looking at all of it.
#include "gateway/rules/windows.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;

// The same questions, answered the slow and obvious way.
class memory_everything {
  public:
    explicit memory_everything(core::rate_limit limit) : limit_(limit) {}

    std::size_t held(core::instant now) const {
        return static_cast<std::size_t>(
            std::count_if(calls_.begin(), calls_.end(),
                          [&](core::instant t) { return now - t < limit_.window; }));
    }
    void count(core::instant now) {
        calls_.push_back(now);
        worst_ = std::max(worst_, held(now));
    }
    core::instant free_at(core::instant now) const {
        std::vector<core::instant> moments = {now};
        for (const auto t : calls_)
            moments.push_back(t + limit_.window);
        std::sort(moments.begin(), moments.end());
        for (const auto t : moments)
            if (t >= now && held(t) < limit_.count) return t;
        return now;
    }
    std::size_t worst() const { return worst_; }

  private:
    core::rate_limit limit_;
    std::vector<core::instant> calls_;
    std::size_t worst_ = 0;
};

TEST(call_window, counts_like_one_that_keeps_everything) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        const core::rate_limit limit{static_cast<std::uint32_t>(1 + random() % 40),
                                     std::chrono::milliseconds(1 + random() % 500)};
        const bool count_refused = random() % 2 == 0;
        const auto step = 1 + random() % 30'000'000;
        call_window window(limit);
        memory_everything slow(limit);
        core::instant now(1h);
        for (int i = 0; i < 300; ++i) {
            now += core::duration(static_cast<std::int64_t>(random() % step));
            ASSERT_EQ(window.held(now), slow.held(now)) << "seed " << seed;
            if (i % 16 == 0) {
                ASSERT_EQ(window.free_at(now), slow.free_at(now)) << "seed " << seed;
            }
            if (window.full(now) && !count_refused) continue;
            window.count(now);
            slow.count(now);
        }
        EXPECT_EQ(window.worst(), slow.worst()) << "seed " << seed;
        EXPECT_FALSE(window.worst_is_floor());
        if (!count_refused) {
            EXPECT_LE(window.worst(), limit.count);
        }
    }
}

TEST(call_window, a_call_leaves_exactly_when_the_window_has_passed) {
    call_window window({1, 60s});
    const core::instant start(5s);
    window.count(start);
    EXPECT_TRUE(window.full(start + 60s - 1ns));
    EXPECT_FALSE(window.full(start + 60s));
    window.count(start + 60s);
    EXPECT_EQ(window.worst(), 1U);
}

TEST(call_window, remembers_a_bounded_number_and_says_so) {
    call_window window({1, 3600s});
    for (int i = 0; i < 65'536; ++i)
        window.count(core::instant(core::duration(i)));
    EXPECT_EQ(window.worst(), 65'536U);
    EXPECT_FALSE(window.worst_is_floor());
    window.count(core::instant(1s));
    EXPECT_EQ(window.worst(), 65'536U);
    EXPECT_TRUE(window.worst_is_floor());
    window.forget_worst();
    EXPECT_FALSE(window.worst_is_floor());
}

TEST(scope_windows, names_the_window_that_is_full_longest) {
    scope_windows scope({{2, 1s}, {2, 60s}, {100, 3600s}});
    const core::instant start(5s);
    EXPECT_EQ(scope.refusing(start), nullptr);
    scope.count(start);
    scope.count(start + 1ms);
    ASSERT_NE(scope.refusing(start + 2ms), nullptr);
    EXPECT_EQ(scope.refusing(start + 2ms)->limit().window, 60s);
    EXPECT_EQ(scope.refusing(start + 60s), nullptr);
}

TEST(scope_windows, a_limit_that_stays_keeps_its_memory) {
    scope_windows scope({{1, 60s}, {5, 3600s}});
    const core::instant start(5s);
    scope.count(start);
    scope.change({{1, 60s}, {2, 1s}});
    EXPECT_NE(scope.refusing(start + 1s), nullptr);
    scope.change({});
    EXPECT_EQ(scope.refusing(start + 1s), nullptr);
    EXPECT_TRUE(scope.all().empty());
}

}  // namespace

}  // namespace tidings::gateway
