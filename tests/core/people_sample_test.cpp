#include "core/people_sample.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

// Well spread, each another one (splitmix64).
std::uint64_t hash_of(std::uint64_t person) {
    auto mixed = (person + 1) * 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

people_sample people(std::uint64_t first, std::uint64_t last) {
    people_sample made;
    for (auto one = first; one <= last; ++one)
        made.add(hash_of(one));
    return made;
}

TEST(people_sample, order_and_repetition_make_no_difference) {
    auto list = people(1, 1000);
    people_sample other;
    for (int round = 0; round < 3; ++round)
        for (std::uint64_t one = 1000; one >= 1; --one)
            other.add(hash_of(one));
    EXPECT_EQ(overlap_of(list, other),
              (people_overlap{.common = 1000, .people = 1000, .exact = true, .same = true}));
}

TEST(people_sample, a_part_of_a_list_is_counted_and_is_not_the_same_list) {
    auto list = people(1, 1000);
    struct {
        std::uint64_t first, last, common;
    } const cases[] = {{1, 999, 999}, {1, 1001, 1000}, {501, 1500, 500}, {2000, 2009, 0}};
    for (const auto& one : cases) {
        auto other = people(one.first, one.last);
        const auto found = overlap_of(other, list);
        EXPECT_EQ(found.common, one.common) << one.first;
        EXPECT_EQ(found.people, one.last - one.first + 1) << one.first;
        EXPECT_FALSE(found.same) << one.first;
        EXPECT_TRUE(found.exact) << one.first;
    }
}

TEST(people_sample, nobody_is_no_list) {
    people_sample none;
    people_sample other;
    EXPECT_EQ(overlap_of(none, other), (people_overlap{.exact = true}));
}

TEST(people_sample, of_a_long_list_a_share_is_kept_and_tells_it) {
    constexpr std::uint64_t many = 5 * people_sample::kept_max;
    auto list = people(1, many);
    EXPECT_LE(list.hashes().size(), people_sample::kept_max);
    EXPECT_GT(list.hashes().size(), people_sample::kept_max / 4);
    EXPECT_EQ(list.shift(), 3U);
    auto again = people(1, many);
    EXPECT_TRUE(overlap_of(list, again).same);

    auto half = people(1, many / 2);
    const auto shared = overlap_of(half, list);
    EXPECT_FALSE(shared.same);
    EXPECT_FALSE(shared.exact);
    EXPECT_EQ(shared.common, shared.people);
    const auto other_way = overlap_of(list, half);
    EXPECT_NEAR(static_cast<double>(other_way.common) / static_cast<double>(other_way.people), 0.5,
                0.01);
}

}  // namespace
}  // namespace tidings::core
