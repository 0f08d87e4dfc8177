#include "core/retry.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(retry, the_longest_wait_doubles_up_to_the_cap) {
    const retry_policy policy({.base = seconds(1), .cap = seconds(60)});
    const int expected[] = {1, 1, 2, 4, 8, 16, 32, 60, 60, 60};
    for (std::uint32_t attempts = 0; attempts < 10; ++attempts)
        EXPECT_EQ(policy.longest_wait(attempts), seconds(expected[attempts])) << attempts;
    for (const std::uint32_t many : {62U, 63U, 64U, 1000U, 0xFFFF'FFFFU})
        EXPECT_EQ(policy.longest_wait(many), seconds(60));
}

TEST(retry, jitter_keeps_to_its_share) {
    for (const auto how : {jitter::full, jitter::equal}) {
        const retry_policy policy({.base = milliseconds(100), .cap = seconds(10), .spread = how});
        std::mt19937_64 random(1);
        duration least = duration::max();
        duration most{};
        for (int i = 0; i < 10'000; ++i) {
            const duration wait = policy.wait(4, random);
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        EXPECT_LE(most, milliseconds(800));
        EXPECT_GT(most, milliseconds(790));
        if (how == jitter::equal) {
            EXPECT_GE(least, milliseconds(400));
            EXPECT_LT(least, milliseconds(410));
        } else {
            EXPECT_LT(least, milliseconds(10));
        }
    }
}

TEST(retry, the_same_generator_gives_the_same_waits) {
    const retry_policy policy;
    std::mt19937_64 one(9);
    std::mt19937_64 two(9);
    for (std::uint32_t i = 1; i < 20; ++i)
        EXPECT_EQ(policy.wait(i, one), policy.wait(i, two));
}

TEST(retry, is_exhausted_after_the_last_attempt) {
    const retry_policy policy({.attempts_max = 3});
    EXPECT_FALSE(policy.exhausted(0));
    EXPECT_FALSE(policy.exhausted(2));
    EXPECT_TRUE(policy.exhausted(3));
    EXPECT_TRUE(policy.exhausted(4));
}

}  // namespace
}  // namespace tidings::core
