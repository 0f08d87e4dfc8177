#include "net/dial_pacing.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using namespace std::chrono_literals;

constexpr core::instant start{1h};

TEST(dial_pacing, begins_with_one_and_doubles_with_success) {
    dial_pacing pacing({.dials_max = 8}, 1);
    EXPECT_EQ(pacing.allowed(start, 0), 1U);
    EXPECT_EQ(pacing.allowed(start, 1), 0U);
    pacing.on_opened();
    EXPECT_EQ(pacing.allowed(start, 0), 2U);
    pacing.on_opened();
    EXPECT_EQ(pacing.allowed(start, 1), 3U);
    for (int i = 0; i < 10; ++i)
        pacing.on_opened();
    EXPECT_EQ(pacing.allowed(start, 0), 8U);
    EXPECT_EQ(pacing.allowed(start, 20), 0U);
}

TEST(dial_pacing, waits_twice_as_long_after_each_failure_up_to_the_most) {
    for (std::uint64_t seed = 1; seed < 100; ++seed) {
        dial_pacing pacing({.backoff_min = 1s, .backoff_max = 8s}, seed);
        core::instant now = start;
        for (const auto wanted : {1s, 2s, 4s, 8s, 8s, 8s}) {
            pacing.on_failed(now);
            const core::duration wait = pacing.not_before() - now;
            EXPECT_GE(wait, core::duration(wanted) * 3 / 4) << seed;
            EXPECT_LE(wait, core::duration(wanted) * 5 / 4) << seed;
            EXPECT_EQ(pacing.allowed(pacing.not_before() - 1ns, 0), 0U);
            EXPECT_EQ(pacing.allowed(pacing.not_before(), 0), 1U);
            now = pacing.not_before();
        }
    }
}

TEST(dial_pacing, forgets_failures_only_when_a_connection_was_of_use) {
    dial_pacing pacing({.backoff_min = 1s}, 1);
    pacing.on_failed(start);
    pacing.on_failed(start);
    pacing.on_opened();
    EXPECT_EQ(pacing.failures_in_a_row(), 2U);
    pacing.on_answered();
    EXPECT_EQ(pacing.failures_in_a_row(), 0U);
}

TEST(dial_pacing, never_overflows) {
    dial_pacing pacing({.backoff_min = 1s, .backoff_max = 30s}, 1);
    for (int i = 0; i < 1000; ++i)
        pacing.on_failed(start);
    EXPECT_LE(pacing.not_before() - start, core::duration(38s));
}

}  // namespace
}  // namespace tidings::net
