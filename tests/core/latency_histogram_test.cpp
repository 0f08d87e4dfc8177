#include "core/latency_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;

TEST(latency_histogram, says_nothing_when_empty) {
    const latency_histogram empty;
    EXPECT_EQ(empty.percentiles(), latency_percentiles{});
    EXPECT_EQ(empty.mean(), 0ns);
}

// Every bucket's edges lie in it, and the next bucket begins where it ends.
TEST(latency_histogram, buckets_cover_everything_without_gap) {
    for (std::size_t i = 0; i < latency_histogram::bucket_count; ++i) {
        EXPECT_EQ(latency_histogram::bucket_of(latency_histogram::lowest_us(i)), i);
        EXPECT_EQ(latency_histogram::bucket_of(latency_histogram::highest_us(i)), i);
    }
    EXPECT_EQ(latency_histogram::highest_us(latency_histogram::bucket_count - 1),
              latency_histogram::us_max);
}

TEST(latency_histogram, saturates_at_both_ends) {
    latency_histogram some;
    some.record(-5s);
    some.record(1000h);
    EXPECT_EQ(some.count(), 2U);
    EXPECT_EQ(some.at_share(0), 0us);
    EXPECT_EQ(some.max(), std::chrono::microseconds(latency_histogram::us_max));
}

// Against the sorted values themselves, within a 64th, for latencies over nine decades.
TEST(latency_histogram, agrees_with_sorting) {
    std::mt19937_64 random(11);
    std::vector<std::uint64_t> values;
    latency_histogram one, two;
    for (int i = 0; i < 20'000; ++i) {
        const auto us =
            static_cast<std::uint64_t>(std::exp(static_cast<double>(random() % 2100) / 100));
        values.push_back(us);
        (i % 2 == 0 ? one : two).record_us(us);
    }
    one.merge(two);
    std::sort(values.begin(), values.end());
    for (const double share : {0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(
            std::max(1.0, std::ceil(share * static_cast<double>(values.size()))));
        const auto exact = static_cast<double>(values[rank - 1]);
        const auto told = static_cast<double>(one.at_share(share) / 1us);
        EXPECT_GE(told, exact) << share;
        EXPECT_LE(told, exact * (1 + 1.0 / 64) + 1) << share;
    }
    EXPECT_EQ(one.max(), std::chrono::microseconds(values.back()));
    EXPECT_EQ(one.percentiles().max, one.max());
}

TEST(latency_histogram, equally_likely_values_stand_for_all) {
    latency_histogram seen;
    EXPECT_TRUE(seen.equally_likely(4).empty());
    for (int ms = 1; ms <= 100; ++ms)
        seen.record(std::chrono::milliseconds(ms));
    const auto four = seen.equally_likely(4);
    ASSERT_EQ(four.size(), 4U);
    const double expected[] = {13, 38, 63, 88};
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(std::chrono::duration<double>(four[i]).count() * 1e3, expected[i],
                    expected[i] / 32);
    seen.clear();
    seen.record(duration{});
    EXPECT_GT(seen.equally_likely(1).at(0), duration{}) << "a forecast takes no answer of no time";
}

}  // namespace
}  // namespace tidings::core
