#include "store/recent_numbers.hpp"

#include "support/simulated_disk.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const std::string state = "state/tidings";
const core::wall_time noon{seconds(1'790'000'000)};

class recent_numbers_test : public ::testing::Test {
  protected:
    void add(std::uint64_t run, std::vector<std::uint64_t> hashes, core::wall_time at) {
        auto log = recent_log::open(disk_, state, run);
        ASSERT_TRUE(log) << log.error().text;
        ASSERT_TRUE(log->add(hashes, at));
    }
    recent_numbers loaded(std::uint64_t besides = 0, core::wall_time since = {}) {
        auto made = recent_numbers::load(disk_, state, besides, since);
        EXPECT_TRUE(made) << made.error().text;
        return std::move(made).value();
    }

    simulated_disk disk_;
};

TEST_F(recent_numbers_test, nothing_is_remembered_where_nobody_asked) {
    EXPECT_FALSE(remembers_recent(disk_, state));
    EXPECT_EQ(loaded().size(), 0U);
    add(1, {5}, noon);
    EXPECT_TRUE(remembers_recent(disk_, state));
}

TEST_F(recent_numbers_test, counts_over_runs_and_within_a_time) {
    add(1, {5, 7, 0, 9}, noon - hours(30));
    add(2, {7, 9}, noon - hours(2));
    add(2, {9}, noon - hours(1));
    const auto all = loaded();
    EXPECT_EQ(all.size(), 6U);
    EXPECT_EQ(all.runs(), 2U);
    EXPECT_EQ(all.find(5, noon - hours(24)).times, 0U);
    EXPECT_EQ(all.find(5, noon - hours(31)).times, 1U);
    EXPECT_EQ(all.find(7, noon - hours(24)).times, 1U);
    EXPECT_EQ(all.find(9, noon - hours(24)).times, 2U);
    EXPECT_EQ(all.find(9, noon - hours(24)).last, noon - hours(1));
    EXPECT_EQ(all.find(6, {}).times, 0U);
}

TEST_F(recent_numbers_test, a_run_s_own_messages_and_old_ones_are_left_out) {
    add(1, {5}, noon - hours(30));
    add(2, {5}, noon);
    EXPECT_EQ(loaded(2).find(5, {}).times, 1U);
    EXPECT_EQ(loaded(0, noon - hours(24)).size(), 1U);
}

TEST_F(recent_numbers_test, what_others_add_is_taken_in) {
    add(1, {5}, noon);
    auto all = loaded();
    add(1, {5, 6}, noon);
    add(2, {5}, noon);
    ASSERT_TRUE(all.refresh());
    EXPECT_EQ(all.find(5, {}).times, 3U);
    EXPECT_EQ(all.find(6, {}).times, 1U);
    ASSERT_TRUE(all.refresh());
    EXPECT_EQ(all.size(), 4U);
}

TEST_F(recent_numbers_test, survives_the_process_and_the_power) {
    add(1, {5}, noon);
    disk_.crash([](std::size_t) { return false; });
    add(1, {6}, noon);
    EXPECT_EQ(loaded().size(), 2U);
}

TEST_F(recent_numbers_test, forgets_a_number_in_all_runs_and_nobody_else) {
    add(1, {5, 6, 5}, noon);
    add(2, {5}, noon);
    EXPECT_EQ(*forget_recent(disk_, state, 5), 3U);
    const auto left = loaded();
    EXPECT_EQ(left.find(5, {}).times, 0U);
    EXPECT_EQ(left.find(6, {}).times, 1U);
    EXPECT_EQ(*forget_recent(disk_, state, 5), 0U);
    add(1, {5}, noon);
    EXPECT_EQ(loaded().find(5, {}).times, 1U);
}

TEST_F(recent_numbers_test, parts_that_nobody_asks_for_are_dropped) {
    add(1, {5}, noon - hours(24 * 400));
    add(2, {6}, noon - hours(24 * 300));
    ASSERT_TRUE(drop_old_recent(disk_, state, noon));
    EXPECT_EQ(loaded().runs(), 1U);
    EXPECT_EQ(loaded().find(6, {}).times, 1U);
}

}  // namespace
}  // namespace tidings::store
