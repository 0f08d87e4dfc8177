#include "core/number_set.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

constexpr std::uint64_t largest = 999'999'999'999'999;

phone_number number(std::uint64_t digits) {
    return phone_number::from_digits(digits);
}

TEST(number_set, tells_new_from_seen) {
    number_set set;
    EXPECT_FALSE(set.contains(number(14155550100)));
    EXPECT_TRUE(set.insert(number(14155550100)));
    EXPECT_FALSE(set.insert(number(14155550100)));
    EXPECT_TRUE(set.contains(number(14155550100)));
    EXPECT_FALSE(set.contains(number(14155550101)));
    EXPECT_EQ(set.size(), 1U);
}

TEST(number_set, holds_the_smallest_and_the_largest_number) {
    number_set set;
    EXPECT_TRUE(set.insert(number(10)));
    EXPECT_TRUE(set.insert(number(largest)));
    EXPECT_TRUE(set.insert(number(largest - 1)));
    EXPECT_FALSE(set.insert(number(10)));
    EXPECT_FALSE(set.insert(number(largest)));
    EXPECT_EQ(set.size(), 3U);
}

// Lists are rarely random: blocks of neighbours, round steps, one area code.
struct sequence {
    const char* name;
    std::uint64_t first;
    std::uint64_t step;
};

class number_set_sequences : public testing::TestWithParam<sequence> {};

TEST_P(number_set_sequences, is_exact_and_small) {
    constexpr std::uint64_t count = 200'000;
    number_set set;
    for (std::uint64_t i = 0; i < count; ++i)
        ASSERT_TRUE(set.insert(number(GetParam().first + i * GetParam().step))) << i;
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_FALSE(set.insert(number(GetParam().first + i * GetParam().step))) << i;
        ASSERT_FALSE(set.contains(number(GetParam().first + i * GetParam().step + 1 +
                                         (GetParam().step == 1 ? count : 0))))
            << i;
    }
    EXPECT_EQ(set.size(), count);
    constexpr std::size_t base = std::size_t{6} << 20;
    EXPECT_LT(set.memory_bytes(), base + count * 13);
}

INSTANTIATE_TEST_SUITE_P(kinds, number_set_sequences,
                         testing::Values(sequence{"neighbours", 14150000000, 1},
                                         sequence{"thousands", 14150000000, 1000},
                                         sequence{"powers", 1ULL << 40, 1ULL << 20},
                                         sequence{"short_ones", 10, 7},
                                         sequence{"long_ones", largest - 4'000'000'000, 9999}),
                         [](const auto& one) { return one.param.name; });

TEST(number_set, agrees_with_the_standard_set) {
    const unsigned seed = 20261123;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::unordered_set<std::uint64_t> model;
    number_set set;
    for (int i = 0; i < 200'000; ++i) {
        const auto digits = 10 + random() % (i % 2 == 0 ? 100'000 : largest - 10);
        ASSERT_EQ(set.insert(number(digits)), model.insert(digits).second) << digits;
    }
    EXPECT_EQ(set.size(), model.size());
    for (const auto digits : model)
        ASSERT_TRUE(set.contains(number(digits))) << digits;
}

TEST(number_set, a_batch_says_what_single_inserts_say) {
    const unsigned seed = 7;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    number_set single;
    number_set batched;
    for (const std::size_t size : {0UL, 1UL, 31UL, 32UL, 33UL, 256UL, 5000UL}) {
        std::vector<phone_number> numbers(size);
        for (auto& one : numbers)
            one = number(10 + random() % 3000);
        std::vector<std::uint8_t> fresh(size, 9);
        batched.insert(numbers, fresh);
        for (std::size_t i = 0; i < size; ++i)
            ASSERT_EQ(fresh[i], single.insert(numbers[i]) ? 1 : 0) << size << " " << i;
    }
    EXPECT_EQ(single.size(), batched.size());
}

TEST(number_set, passes_over_empty_numbers) {
    number_set set;
    const std::vector<phone_number> numbers = {phone_number(), number(12), phone_number()};
    std::vector<std::uint8_t> fresh(3, 9);
    set.insert(numbers, fresh);
    EXPECT_EQ(fresh, (std::vector<std::uint8_t>{0, 1, 0}));
    EXPECT_EQ(set.size(), 1U);
}

// From three numbers in the entry to lines to one bit for each, and the last neighbour, which marks
// empty places elsewhere.
TEST(number_set, knows_each_of_a_block_however_full_it_is) {
    constexpr std::uint64_t block = 14'155'550'100 / 65'536 * 65'536;
    std::mt19937_64 random(3);
    std::vector<std::uint64_t> all(65'536);
    std::iota(all.begin(), all.end(), block);
    std::shuffle(all.begin(), all.end(), random);
    std::swap(all[2], *std::find(all.begin(), all.end(), block + 65'535));
    number_set set;
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_FALSE(set.contains(number(all[i]))) << i;
        ASSERT_TRUE(set.insert(number(all[i]))) << i;
        ASSERT_FALSE(set.insert(number(all[i / 2]))) << i;
        ASSERT_TRUE(set.contains(number(all[i * 7 % (i + 1)]))) << i;
        ASSERT_FALSE(set.contains(number(all[i] + 65'536)));
    }
    EXPECT_EQ(set.size(), all.size());
    EXPECT_LT(set.memory_bytes(), 64U << 10);
}

// One of a hundred numbers, by chance: what long lists are like.
TEST(number_set, needs_three_bytes_a_number_where_they_lie_close) {
    std::mt19937_64 random(11);
    number_set set;
    for (int i = 0; i < 1'000'000; ++i)
        set.insert(number(14'150'000'000 + random() % 100'000'000));
    EXPECT_LT(set.memory_bytes(), set.size() * 3);
}

TEST(number_set, never_needs_more_than_fourteen_bytes_a_number_while_it_grows) {
    constexpr std::size_t base = std::size_t{6} << 20;
    number_set set;
    for (std::uint64_t i = 0; i < 1'500'000; ++i) {
        set.insert(number(910'000'000'000 + i * 31));
        if (i % 10'000 != 0) continue;
        ASSERT_LT(set.memory_bytes(), base + i * 14) << i;
    }
}

}  // namespace
}  // namespace tidings::core
