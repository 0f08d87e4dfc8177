#include "core/share_ring.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

std::uint64_t hashed(std::uint64_t value) {
    value = (value + 77) * 0x9e37'79b9'7f4a'7c15;
    return value ^ (value >> 29);
}

// Weights from 1/10 to 100, or all alike.
std::vector<share_ring::holder> holders(std::size_t count, bool alike) {
    std::vector<share_ring::holder> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back({hashed(i), alike ? 1 : std::pow(10.0, static_cast<double>(i % 4) - 1)});
    return made;
}

std::vector<double> counted(const share_ring& ring, std::size_t count, std::uint64_t keys) {
    std::vector<double> share(count);
    for (std::uint64_t key = 0; key < keys; ++key)
        share[ring.of(key * 7919)] += 1.0 / static_cast<double>(keys);
    return share;
}

TEST(share_ring, tells_the_shares_that_it_gives) {
    for (const bool alike : {true, false}) {
        for (const bool exact : {true, false}) {
            const auto all = holders(20, alike);
            const share_ring ring(all, exact);
            const auto told = ring.shares();
            EXPECT_NEAR(std::accumulate(told.begin(), told.end(), 0.0), 1, 1e-9);
            const auto given = counted(ring, 20, 200'000);
            for (std::size_t h = 0; h < 20; ++h)
                EXPECT_NEAR(given[h], told[h], 5 * std::sqrt(told[h] / 200'000));
        }
    }
}

TEST(share_ring, keeps_to_the_weights) {
    for (const std::size_t count : {1U, 2U, 7U, 129U, 1'000U}) {
        for (const bool alike : {true, false}) {
            const auto all = holders(count, alike);
            double sum = 0;
            for (const auto& one : all)
                sum += one.weight;
            const auto exact = share_ring(all, true).shares();
            const auto rough = share_ring(all, false).shares();
            double off = 0;
            for (std::size_t h = 0; h < count; ++h) {
                const double fair = all[h].weight / sum;
                EXPECT_NEAR(exact[h] / fair, 1, 0.002);
                off += std::abs(rough[h] - fair) / 2;
            }
            EXPECT_LT(off, 0.03) << "moved from where it belongs, of " << count;
        }
    }
}

TEST(share_ring, one_more_takes_its_share_and_moves_nothing_else) {
    for (const std::size_t count : {2U, 10U, 300U}) {
        const auto before = holders(count, true);
        auto after = before;
        after.push_back({hashed(12'345), 1});
        const share_ring small(before, false);
        const share_ring large(after, false);
        std::uint64_t taken = 0;
        for (std::uint64_t key = 0; key < 50'000; ++key) {
            const auto now = large.of(key);
            if (now == count)
                ++taken;
            else
                ASSERT_EQ(now, small.of(key));
        }
        const double fair = 50'000.0 / static_cast<double>(count + 1);
        EXPECT_NEAR(static_cast<double>(taken), fair, fair * 0.3);
    }
}

TEST(share_ring, knows_holders_by_their_seeds_and_not_by_their_place) {
    auto all = holders(50, false);
    const share_ring one(all, true);
    std::vector<share_ring::holder> turned(all.rbegin(), all.rend());
    const share_ring other(turned, true);
    for (std::uint64_t key = 0; key < 5'000; ++key)
        ASSERT_EQ(one.of(key), 49 - other.of(key));
}

TEST(share_ring, passes_over_who_is_out) {
    const share_ring ring(holders(5, true), false);
    std::vector<std::uint8_t> out(5);
    out[1] = out[2] = out[4] = 1;
    for (std::uint64_t key = 0; key < 5'000; ++key) {
        const auto with_all = ring.of(key);
        const auto now = ring.of(key, out);
        ASSERT_EQ(out[now], 0);
        ASSERT_TRUE(now == with_all || out[with_all] != 0);
    }
    out[0] = 1;
    EXPECT_EQ(ring.of(3, out), 3U);
}

TEST(share_ring, of_ten_thousand_is_small) {
    EXPECT_LT(share_ring(holders(10'000, true), false).memory_bytes(), 8U << 20);
}

}  // namespace
}  // namespace tidings::core
