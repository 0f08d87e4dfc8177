#include "view/timeline.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::view {
namespace {

using namespace std::chrono_literals;
using core::outcome;

const core::wall_time begin = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

std::uint64_t total_of(const timeline& from) {
    std::uint64_t sum = 0;
    for (const auto& one : from.buckets())
        sum += one.ended.total();
    return sum;
}

TEST(timeline, is_empty_at_first) {
    const timeline none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(timeline::bucket().latency_us(0.5), 0);
}

TEST(timeline, keeps_moments_in_their_buckets) {
    timeline some;
    some.add(begin + 10ms, outcome::accepted, 100);
    some.add(begin + 250ms, outcome::rejected, 100);
    some.add(begin + 299ms, outcome::accepted, 100);
    ASSERT_EQ(some.buckets().size(), 3U);
    EXPECT_EQ(some.start(), begin);
    EXPECT_EQ(some.buckets()[0].ended[outcome::accepted], 1U);
    EXPECT_EQ(some.buckets()[1].ended.total(), 0U);
    EXPECT_EQ(some.buckets()[2].ended.total(), 2U);
}

// Any order, from a second to years: nothing is lost, and the memory stays.
TEST(timeline, never_grows_and_never_loses) {
    std::mt19937_64 random(9);
    for (const auto span : {std::chrono::microseconds(1s), std::chrono::microseconds(1h),
                            std::chrono::microseconds(24h * 3650)}) {
        timeline some;
        core::wall_time first = core::wall_time::max(), last = core::wall_time::min();
        for (int i = 0; i < 5'000; ++i) {
            const auto at = begin - span / 2 +
                            std::chrono::microseconds(static_cast<std::int64_t>(
                                random() % static_cast<std::uint64_t>(span.count())));
            first = std::min(first, at);
            last = std::max(last, at);
            some.add(at, static_cast<outcome>(random() % core::outcome_count),
                     static_cast<std::uint32_t>(random()));
            ASSERT_LE(some.buckets().size(), timeline::buckets_max);
        }
        EXPECT_EQ(total_of(some), 5'000U);
        EXPECT_LE(some.start(), first);
        EXPECT_GT(some.start() + some.width() * static_cast<std::int64_t>(some.buckets().size()),
                  last);
    }
}

TEST(timeline, many_rows_at_once_are_as_many_one_by_one) {
    timeline together(1s);
    timeline apart(1s);
    together.add_rows(begin, outcome::accepted, 7);
    together.add_answers(begin, 40'000, 7);
    for (int i = 0; i < 7; ++i)
        apart.add(begin + 10ms, outcome::accepted, 40'000);
    EXPECT_EQ(total_of(together), total_of(apart));
    EXPECT_EQ(together.width(), 1s);
    EXPECT_EQ(together.buckets()[0].latency_us(0.99), apart.buckets()[0].latency_us(0.99));
    together.add_answers(begin, 1, ~std::uint64_t{0} / 2);
    EXPECT_LT(together.buckets()[0].latency_us(0.5), 2);
}

TEST(timeline, knows_latencies_within_a_tenth) {
    timeline some;
    for (int i = 0; i < 99; ++i)
        some.add(begin, outcome::accepted, 43'000);
    some.add(begin, outcome::accepted, 1'000'000);
    some.add(begin, outcome::invalid, 0);
    const auto& only = some.buckets().at(0);
    EXPECT_EQ(only.with_latency, 100U);
    EXPECT_NEAR(only.latency_us(0.5), 43'000, 4'300);
    EXPECT_NEAR(only.latency_us(1), 1'000'000, 100'000);
}

}  // namespace
}  // namespace tidings::view
