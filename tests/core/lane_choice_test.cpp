#include "core/lane_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

constexpr std::uint64_t numbers = 20'000;

phone_number to(std::uint64_t i) {
    return phone_number::from_digits(919'000'000'000 + i * 7919);
}
phone_number sender(std::uint64_t i) {
    return phone_number::from_digits(16'693'422'000 + i);
}

std::vector<lane_option> lanes(std::initializer_list<double> weights) {
    std::vector<lane_option> made;
    for (const auto weight : weights)
        made.push_back({"st-1", sender(made.size()), weight});
    return made;
}

std::vector<double> shares(const lane_choice& choice, std::size_t count) {
    std::vector<double> share(count);
    for (std::uint64_t i = 0; i < numbers; ++i)
        share[*choice.choose(to(i))] += 1.0 / static_cast<double>(numbers);
    return share;
}

TEST(lane_choice, shares_follow_the_weights) {
    const auto even = shares(lane_choice(lanes({1, 1, 1, 1})), 4);
    for (const double share : even)
        EXPECT_NEAR(share, 0.25, 0.015);
    const auto weighted = shares(lane_choice(lanes({1, 2, 5})), 3);
    EXPECT_NEAR(weighted[0], 0.125, 0.015);
    EXPECT_NEAR(weighted[1], 0.25, 0.015);
    EXPECT_NEAR(weighted[2], 0.625, 0.015);
}

// A resume, and a second campaign, must choose alike; these were computed once and must stay.
TEST(lane_choice, never_changes_from_build_to_build) {
    const lane_choice even(lanes({1, 1, 1, 1, 1}));
    const lane_choice weighted(lanes({3, 1, 4, 1, 5}));
    std::vector<lane_id> of_even;
    std::vector<lane_id> of_weighted;
    for (std::uint64_t i = 0; i < 12; ++i) {
        of_even.push_back(*even.choose(to(i)));
        of_weighted.push_back(*weighted.choose(to(i)));
    }
    EXPECT_EQ(of_even, (std::vector<lane_id>{3, 2, 3, 1, 0, 3, 0, 1, 1, 4, 2, 1}));
    EXPECT_EQ(of_weighted, (std::vector<lane_id>{2, 2, 4, 0, 0, 2, 0, 0, 1, 4, 2, 4}));
}

TEST(lane_choice, does_not_depend_on_the_order_of_the_file) {
    auto some = lanes({1, 2, 3});
    auto turned = some;
    std::swap(turned[0], turned[2]);
    const lane_choice one(some);
    const lane_choice two(turned);
    for (std::uint64_t i = 0; i < 2'000; ++i)
        EXPECT_EQ(some[*one.choose(to(i))].from, turned[*two.choose(to(i))].from);
}

TEST(lane_choice, a_new_lane_takes_its_share_and_moves_nothing_else) {
    for (const bool weighted : {false, true}) {
        const auto four = weighted ? lanes({1, 2, 3, 4}) : lanes({1, 1, 1, 1});
        auto five = four;
        five.push_back({"st-2", sender(99), weighted ? 2.0 : 1.0});
        const lane_choice before(four);
        const lane_choice after(five);
        std::uint64_t moved = 0;
        for (std::uint64_t i = 0; i < numbers; ++i) {
            const auto old = *before.choose(to(i));
            const auto now = *after.choose(to(i));
            if (now == old) continue;
            ++moved;
            ASSERT_EQ(now, 4);
        }
        EXPECT_NEAR(static_cast<double>(moved) / numbers, weighted ? 2.0 / 12 : 0.2, 0.015);
    }
}

TEST(lane_choice, the_rows_own_sender_wins) {
    const lane_choice choice(lanes({1, 1, 1}));
    for (std::uint64_t i = 0; i < 100; ++i)
        EXPECT_EQ(*choice.choose(to(i), sender(2)), 2);
}

TEST(lane_choice, a_sender_of_two_bots_is_shared_between_them) {
    auto some = lanes({1, 1});
    some.push_back({"st-2", sender(1), 1});
    const lane_choice choice(some);
    std::array<int, 3> seen{};
    for (std::uint64_t i = 0; i < 1000; ++i)
        ++seen[*choice.choose(to(i), sender(1))];
    EXPECT_EQ(seen[0], 0);
    EXPECT_GT(seen[1], 400);
    EXPECT_GT(seen[2], 400);
}

TEST(lane_choice, an_unknown_sender_is_the_rows_failure) {
    for (const auto& options : {lanes({1}), lanes({1, 1})}) {
        const auto chosen =
            lane_choice(options).choose(to(1), phone_number::from_digits(4'412'345'678));
        ASSERT_FALSE(chosen);
        EXPECT_EQ(chosen.error().text,
                  "no sender of this campaign is +4412345678: add it as [[bot.sender]] or correct "
                  "the row");
    }
}

TEST(lane_choice, an_excluded_lane_gives_its_rows_away_only_where_that_is_allowed) {
    for (const bool move : {false, true}) {
        lane_choice choice(lanes({1, 1, 1}), {.move_rows = move});
        std::vector<lane_id> before;
        for (std::uint64_t i = 0; i < 1000; ++i)
            before.push_back(*choice.choose(to(i)));
        choice.exclude(1);
        EXPECT_TRUE(choice.excluded(1));
        for (std::uint64_t i = 0; i < 1000; ++i) {
            const auto now = *choice.choose(to(i));
            if (before[i] != 1 || !move)
                EXPECT_EQ(now, before[i]);
            else
                EXPECT_NE(now, 1);
        }
        EXPECT_EQ(*choice.choose(to(5), sender(1)), 1);  // named by the row: waits
        choice.exclude(1, false);
        for (std::uint64_t i = 0; i < 1000; ++i)
            EXPECT_EQ(*choice.choose(to(i)), before[i]);
    }
}

TEST(lane_choice, with_all_excluded_the_row_waits_where_it_belongs) {
    lane_choice choice(lanes({1, 1}), {.move_rows = true});
    const auto before = *choice.choose(to(3));
    choice.exclude(0);
    choice.exclude(1);
    EXPECT_EQ(*choice.choose(to(3)), before);
}

// Larger pools, where nobody is asked one by one.
std::vector<lane_option> pool(std::size_t count, double heavy = 1) {
    std::vector<lane_option> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back({"st-" + std::to_string(i % 3), sender(i), i % 2 == 0 ? 1 : heavy});
    return made;
}

TEST(lane_choice, of_a_large_pool_keeps_to_the_weights) {
    constexpr std::size_t count = 400;
    constexpr std::uint64_t rows = 400'000;
    const auto some = pool(count, 3);
    const lane_choice choice(some);
    std::vector<double> got(count);
    for (std::uint64_t i = 0; i < rows; ++i)
        ++got[*choice.choose(to(i))];
    double squares = 0;
    for (std::size_t l = 0; l < count; ++l) {
        const double fair = choice.share_of(static_cast<lane_id>(l)) * rows;
        squares += (got[l] - fair) * (got[l] - fair) / fair;
    }
    // As chance has it, and no more: chi squared of 399 degrees, six deviations.
    EXPECT_LT(squares, 399 + 6 * std::sqrt(2 * 399.0));
}

TEST(lane_choice, a_new_lane_of_a_large_pool_moves_nothing_else) {
    const auto before = pool(300, 3);
    auto after = before;
    after.insert(after.begin(), {"st-9", sender(999), 2});
    for (const bool by_limits : {true, false}) {
        const lane_choice old_choice(before, {.by_limits = by_limits});
        const lane_choice new_choice(after, {.by_limits = by_limits});
        std::uint64_t taken = 0;
        std::uint64_t others = 0;
        constexpr std::uint64_t rows = 300'000;
        for (std::uint64_t i = 0; i < rows; ++i) {
            const auto now = *new_choice.choose(to(i));
            if (now == 0)
                ++taken;
            else
                others += now == *old_choice.choose(to(i)) + 1 ? 0U : 1U;
        }
        EXPECT_NEAR(static_cast<double>(taken) / rows, 2.0 / 602, 0.0006);
        // Where weights are kept to exactly the others make room for each other a little.
        EXPECT_LE(others, by_limits ? 0U : taken);
    }
}

TEST(lane_choice, an_excluded_lane_of_a_large_pool_gives_its_rows_to_many) {
    lane_choice choice(pool(200), {.move_rows = true});
    std::vector<lane_id> before;
    for (std::uint64_t i = 0; i < numbers; ++i)
        before.push_back(*choice.choose(to(i)));
    choice.exclude(17);
    choice.exclude(17);
    std::vector<int> heirs(200);
    for (std::uint64_t i = 0; i < numbers; ++i) {
        const auto now = *choice.choose(to(i));
        if (before[i] != 17)
            ASSERT_EQ(now, before[i]);
        else
            ++heirs[now];
    }
    EXPECT_EQ(heirs[17], 0);
    EXPECT_GT(std::count_if(heirs.begin(), heirs.end(), [](int n) { return n > 0; }), 10);
    choice.exclude(17, false);
    for (std::uint64_t i = 0; i < numbers; ++i)
        ASSERT_EQ(*choice.choose(to(i)), before[i]);
    for (lane_id lane = 0; lane < 200; ++lane)
        choice.exclude(lane);
    EXPECT_EQ(*choice.choose(to(3)), before[3]);
    EXPECT_EQ(*choice.choose(to(3), sender(150)), 150);
}

TEST(lane_choice, of_a_large_pool_never_changes_from_build_to_build) {
    const lane_choice choice(pool(150, 3), {.by_limits = true});
    std::vector<lane_id> of;
    for (std::uint64_t i = 0; i < 8; ++i)
        of.push_back(*choice.choose(to(i)));
    EXPECT_EQ(of, (std::vector<lane_id>{42, 16, 109, 87, 138, 41, 66, 72}));
}

}  // namespace
}  // namespace tidings::core
