#include "store/known_runs.hpp"

#include "support/simulated_disk.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

const std::string state = "state/tidings";
const codec::number_key key = {1, 2, 3};

known_run run_of(std::string name, std::uint64_t id, std::vector<std::string> bots) {
    return {.name = name,
            .folder = "/runs/" + name,
            .list_fingerprint = "list of " + name,
            .bots = std::move(bots),
            .id = id,
            .began = core::wall_time(std::chrono::seconds(1'762'128'000))};
}

TEST(known_runs, all_that_share_a_bot_are_found_wherever_their_folders_are) {
    simulated_disk disk;
    const auto a = run_of("a", 0xFEDC'BA98'7654'3210, {"bot-x", "bot-y"});
    const auto b = run_of("b", 2, {"bot-x"});
    ASSERT_TRUE(remember_run(disk, state, a));
    ASSERT_TRUE(remember_run(disk, state, b));
    EXPECT_EQ(*runs_on(disk, state, {"bot-z", "bot-y"}), std::vector{a});
    EXPECT_EQ(runs_on(disk, state, {"bot-x"})->size(), 2U);
    EXPECT_TRUE(runs_on(disk, state, {"bot-z"})->empty());
    EXPECT_TRUE(runs_on(disk, "state/nothing", {"bot-x"})->empty());
}

// A folder's name may be used again when the run in it was removed.
TEST(known_runs, a_run_is_known_by_its_identity_not_by_its_folder) {
    simulated_disk disk;
    auto first = run_of("a", 1, {"bot-x"});
    auto second = run_of("a", 2, {"bot-x"});
    ASSERT_TRUE(remember_run(disk, state, first));
    ASSERT_TRUE(remember_run(disk, state, second));
    EXPECT_EQ(runs_on(disk, state, {"bot-x"})->size(), 2U);
    first.folder = "/elsewhere/a";
    ASSERT_TRUE(remember_run(disk, state, first));
    const auto found = *runs_on(disk, state, {"bot-x"});
    EXPECT_EQ(found.size(), 2U);
    EXPECT_EQ(std::count(found.begin(), found.end(), first), 1);
}

TEST(known_runs, what_an_earlier_version_wrote_is_read) {
    simulated_disk disk;
    ASSERT_TRUE(make_folders(disk, state + "/runs", core::trouble::internal));
    ASSERT_TRUE(write_whole_file(disk, state + "/runs/bot-0123.json",
                                 "{\"name\": \"a\", \"folder\": \"/runs/a\", "
                                 "\"list_fingerprint\": \"l\", \"bots\": [\"bot-x\"]}\n",
                                 core::trouble::internal));
    const auto found = runs_on(disk, state, {"bot-x"});
    ASSERT_TRUE(found);
    EXPECT_EQ(*found,
              (std::vector<known_run>{
                  {.name = "a", .folder = "/runs/a", .list_fingerprint = "l", .bots = {"bot-x"}}}));
}

TEST(known_runs, people_are_kept_and_read_with_their_key_only) {
    simulated_disk disk;
    const auto run = run_of("a", 1, {"bot-x"});
    EXPECT_FALSE(remembers_people(disk, state, run));
    EXPECT_EQ(people_of(disk, state, run, key)->has_value(), false);
    core::people_sample people({5, 7, 0xFFFF'FFFF'FFFF'FFFF}, 0);
    ASSERT_TRUE(remember_people(disk, state, run, key, people));
    EXPECT_TRUE(remembers_people(disk, state, run));
    auto kept = people_of(disk, state, run, key);
    ASSERT_TRUE(kept && *kept);
    EXPECT_TRUE(core::overlap_of(**kept, people).same);
    EXPECT_EQ(people_of(disk, state, run, {9})->has_value(), false);
}

TEST(known_runs, the_key_of_a_folder_is_made_once_and_damage_is_told) {
    simulated_disk disk;
    EXPECT_EQ(*read_key(disk, state), std::nullopt);
    codec::number_key made;
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = static_cast<std::uint8_t>(i * 17);
    ASSERT_TRUE(write_key(disk, state, made));
    EXPECT_EQ(*read_key(disk, state), made);
    disk.damage(state + "/key", 1, std::byte{0x40});
    EXPECT_FALSE(read_key(disk, state));
}

}  // namespace
}  // namespace tidings::store
