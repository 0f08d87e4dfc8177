#include "core/row_states.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

TEST(row_states, rows_never_set_are_untouched) {
    const row_states states;
    EXPECT_EQ(states[1], row_state::untouched);
    EXPECT_EQ(states[100'000'000], row_state::untouched);
    EXPECT_EQ(states.next(row_state::released, 1), 0U);
}

// Against a map, for random runs that start and end at every place in a word.
TEST(row_states, agrees_with_a_map) {
    std::mt19937_64 random(7);
    row_states states;
    std::map<row_number, row_state> expected;
    for (int step = 0; step < 2000; ++step) {
        const row_number first = 1 + random() % 500;
        const std::uint64_t count = random() % 100;
        const auto state = static_cast<row_state>(random() % 4);
        states.set_run(first, count, state);
        for (row_number row = first; row < first + count; ++row)
            expected[row] = state;
        const row_number single = 1 + random() % 600;
        const auto other = static_cast<row_state>(random() % 4);
        states.set(single, other);
        expected[single] = other;
    }
    std::uint64_t released = 0;
    row_number next_expected = 0;
    for (const auto& [row, state] : expected) {
        EXPECT_EQ(states[row], state) << row;
        if (state != row_state::released) continue;
        ++released;
        if (next_expected == 0 && row >= 40) next_expected = row;
    }
    EXPECT_EQ(states.count(row_state::released), released);
    EXPECT_EQ(states.next(row_state::released, 40), next_expected);
}

}  // namespace
}  // namespace tidings::core
