#include "core/load_tally.hpp"

#include <gtest/gtest.h>

namespace tidings::core {

// For the tests' messages and comparisons.
static bool operator==(const forecast_load& a, const forecast_load& b) {
    return a.lane == b.lane && a.zone == b.zone && a.rows == b.rows;
}

namespace {

using loads = std::vector<forecast_load>;

constexpr std::uint64_t any = 1'000'000;

TEST(load_tally, counts_by_lane_and_zone) {
    load_tally tally(3);
    tally.add(2, 0);
    tally.add(0, 5, 10);
    tally.add(2, 0);
    EXPECT_EQ(tally.of(2, 0), 2U);
    EXPECT_EQ(tally.of(0, 5), 10U);
    EXPECT_EQ(tally.of(1, 5), 0U);
    EXPECT_EQ(tally.of(1, 60'000), 0U) << "a zone that was never met";
    EXPECT_EQ(tally.loads(), (loads{{2, 0, 2}, {0, 5, 10}}));
}

TEST(load_tally, what_is_done_is_not_left) {
    load_tally done(2);
    done.add(0, 1, 30);
    done.add(1, 2, 500);  // more than the list was thought to hold
    EXPECT_EQ(what_is_left({{0, 1, 100}, {1, 1, 50}, {1, 2, 10}}, done, {false, false}, any),
              (loads{{0, 1, 70}, {1, 1, 50}}));
    EXPECT_TRUE(what_is_left({}, done, {false, false}, any).empty());
}

// Rows that ended another way, suppressed meanwhile, are found nowhere but in the sum.
TEST(load_tally, no_more_is_left_than_the_list_has) {
    const load_tally done(2);
    EXPECT_EQ(what_is_left({{0, 0, 300}, {1, 0, 100}}, done, {false, false}, 200),
              (loads{{0, 0, 150}, {1, 0, 50}}));
    EXPECT_TRUE(what_is_left({{0, 0, 300}}, done, {false, false}, 0).empty());
}

TEST(load_tally, the_rest_of_a_lane_that_is_out_goes_to_the_others) {
    load_tally done(3);
    done.add(0, 4, 60);
    done.add(1, 4, 10);
    EXPECT_EQ(what_is_left({{0, 4, 101}, {1, 4, 50}}, done, {true, false, false}, any),
              (loads{{1, 4, 61}, {2, 4, 20}}));
    // What they did of it since is theirs.
    done.add(2, 4, 5);
    EXPECT_EQ(what_is_left({{0, 4, 101}, {1, 4, 50}}, done, {true, false, false}, any),
              (loads{{1, 4, 61}, {2, 4, 15}}));
    EXPECT_EQ(what_is_left({{0, 4, 101}}, done, {true, true, true}, any), (loads{{0, 4, 41}}));
}

}  // namespace
}  // namespace tidings::core
