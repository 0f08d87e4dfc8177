#include "store/bot_state.hpp"

#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::trouble;

const bot_key bot{"https://a.example", "st-1", false};
const state_folders state = {"state/tidings"};

sender_slots slots_of(std::string from, std::uint32_t count) {
    sender_slots one;
    one.from = std::move(from);
    one.slots.count = count;
    one.slots.boot = boot;
    one.slots.at = at_second(-5);
    return one;
}

TEST(bot_state, the_folder_follows_the_specification) {
    EXPECT_EQ(state_folder("/x/state", "/home/u"), "/x/state/tidings");
    EXPECT_EQ(state_folder(nullptr, "/home/u"), "/home/u/.local/state/tidings");
    EXPECT_EQ(state_folder("", "/home/u"), "/home/u/.local/state/tidings");
    EXPECT_EQ(state_folder("relative", "/home/u"), "/home/u/.local/state/tidings");
    EXPECT_EQ(state_folder(nullptr, nullptr), "");
    EXPECT_EQ(state_folder(nullptr, ""), "");
}

TEST(bot_state, different_bots_and_accounts_have_different_files) {
    EXPECT_NE(bot.file_stem(), (bot_key{"https://b.example", "st-1", false}.file_stem()));
    EXPECT_NE(bot.file_stem(), (bot_key{"https://a.example", "st-2", false}.file_stem()));
    EXPECT_NE((bot_key{"", "main", true}.file_stem()), (bot_key{"", "main", false}.file_stem()));
    EXPECT_EQ(bot.file_stem(), bot.file_stem());
}

TEST(bot_state, one_campaign_a_bot_at_a_time) {
    simulated_disk disk;
    auto first = bot_state::take(disk, state, bot, "runs/a");
    ASSERT_TRUE(first) << first.error().text;
    const auto second = bot_state::take(disk, state, bot, "runs/b");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, trouble::busy);
    EXPECT_NE(second.error().text.find("runs/a"), std::string::npos);
    EXPECT_TRUE(bot_state::take(disk, state, {"https://a.example", "st-2", false}, "runs/b"));
}

// Another HOME and the same runs, or another working folder and the same HOME.
TEST(bot_state, whoever_shares_one_folder_finds_the_other) {
    simulated_disk disk;
    const auto first = bot_state::take(disk, {"home-1", "runs/.tidings"}, bot, "runs/a");
    ASSERT_TRUE(first) << first.error().text;
    for (const state_folders& folders :
         {state_folders{"home-2", "runs/.tidings"}, state_folders{"home-1", "elsewhere"}}) {
        const auto second = bot_state::take(disk, folders, bot, "runs/b");
        ASSERT_FALSE(second) << folders[0];
        EXPECT_EQ(second.error().kind, trouble::busy);
    }
    EXPECT_TRUE(bot_state::take(disk, {"home-2", "elsewhere"}, bot, "elsewhere/b"));
}

TEST(bot_state, of_windows_in_several_folders_the_latest_counts) {
    simulated_disk disk;
    const auto end_with = [&](const state_folders& folders, std::uint32_t count) {
        auto held = bot_state::take(disk, folders, bot, "runs/a");
        ASSERT_TRUE(held) << held.error().text;
        ASSERT_TRUE(held->begin(held->window()));
        ASSERT_TRUE(
            held->end({.slots = {slots_of("+16693422058", count)}, .died_in = {}, .learned = {}}));
    };
    const auto count_in = [&](const state_folders& folders) {
        const auto window = bot_state::peek(disk, folders, bot);
        EXPECT_TRUE(window);
        return window->slots.empty() ? 0U : window->slots[0].slots.count;
    };
    end_with({"home-1", "runs/.tidings"}, 10);
    end_with({"home-2", "runs/.tidings"}, 20);
    EXPECT_EQ(count_in({"home-1", "runs/.tidings"}), 20U);
    EXPECT_EQ(count_in({"home-1"}), 10U);
    EXPECT_EQ(count_in({"home-2"}), 20U);
}

TEST(bot_state, the_window_is_kept_over_a_clean_end) {
    simulated_disk disk;
    std::vector<sender_slots> taken = {slots_of("+16693422058", 600), slots_of("", 2)};
    taken[0].run = 0xFEDC'BA98'7654'3210;
    const account_mark told{
        .read = {at_second(3), boot}, .run = 0xFEDC'BA98'7654'3210, .sequence = 17};
    {
        auto first = bot_state::take(disk, state, bot, "runs/a");
        EXPECT_EQ(first->window(), bot_window{});
        ASSERT_TRUE(first->begin({}));
        ASSERT_TRUE(first->end({.slots = taken, .died_in = {}, .told = told, .learned = {}}));
    }
    const auto second = bot_state::take(disk, state, bot, "runs/b");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->window().slots, taken);
    EXPECT_EQ(second->window().told, told);
    EXPECT_EQ(second->window().died_in, "");
}

TEST(bot_state, a_run_that_died_is_named_and_what_was_taken_before_it_is_kept) {
    simulated_disk disk;
    {
        auto first = bot_state::take(disk, state, bot, "runs/a");
        ASSERT_TRUE(
            first->begin({.slots = {slots_of("+16693422058", 7)}, .died_in = {}, .learned = {}}));
    }
    const auto second = bot_state::take(disk, state, bot, "runs/b");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->window().died_in, "runs/a");
    EXPECT_EQ(second->window().slots, (std::vector{slots_of("+16693422058", 7)}));
}

TEST(bot_state, a_damaged_window_is_told_not_guessed) {
    simulated_disk disk;
    {
        ASSERT_TRUE(bot_state::take(disk, state, bot, "runs/a")
                        ->end({.slots = {slots_of("+1669", 1)}, .died_in = {}, .learned = {}}));
    }
    const auto path = state[0] + "/bots/" + bot.file_stem() + ".json";
    disk.damage(path, 0, std::byte{0x40});
    const auto again = bot_state::take(disk, state, bot, "runs/b");
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().text.find(path), std::string::npos);
}

TEST(bot_state, what_was_learned_is_kept_over_a_crash_and_a_clean_end) {
    simulated_disk disk;
    learned_limit bots{.scope = core::scope_kind::bot,
                       .name = "st-1",
                       .asked = {600, std::chrono::seconds(60)},
                       .believed = 60,
                       .boot = boot,
                       .since = at_second(-7)};
    learned_limit senders = bots;
    senders.scope = core::scope_kind::sender;
    senders.name = "+16693422058";
    {
        auto first = bot_state::take(disk, state, bot, "runs/a");
        ASSERT_TRUE(first->begin({.slots = {}, .died_in = {}, .learned = {bots}}));
    }
    {
        auto second = bot_state::take(disk, state, bot, "runs/b");
        EXPECT_EQ(second->window().learned, std::vector{bots});
        ASSERT_TRUE(second->end(
            {.slots = {},
             .died_in = {},
             .learned = {bots, senders},
             .latency = std::chrono::milliseconds(70),
             .latencies = {std::chrono::milliseconds(50), std::chrono::milliseconds(90)}}));
    }
    const auto kept = bot_state::peek(disk, state, bot);
    EXPECT_EQ(kept->learned, (std::vector{bots, senders}));
    EXPECT_EQ(kept->latency, std::chrono::milliseconds(70));
    EXPECT_EQ(kept->latencies, (std::vector<core::duration>{std::chrono::milliseconds(50),
                                                            std::chrono::milliseconds(90)}));
    EXPECT_EQ(kept->died_in, "");
}

TEST(bot_state, an_endpoint_in_trouble_and_slots_that_may_be_read_late_are_kept) {
    simulated_disk disk;
    bot_window window;
    window.troubled = true;
    window.slots = {slots_of("+1669", 1), slots_of("+1670", 2)};
    window.slots[1].slots.unread = true;
    ASSERT_TRUE(bot_state::take(disk, state, bot, "runs/a")->end(window));
    EXPECT_EQ(bot_state::peek(disk, state, bot).value(), window);
}

TEST(bot_state, looking_takes_nothing_and_finds_nothing_where_there_is_nothing) {
    simulated_disk disk;
    EXPECT_EQ(bot_state::peek(disk, state, bot).value(), bot_window{});
    const auto held = bot_state::take(disk, state, bot, "runs/a");
    ASSERT_TRUE(held);
    EXPECT_TRUE(bot_state::peek(disk, state, bot));
}

TEST(bot_state, a_limit_that_nobody_can_have_learned_is_damage) {
    for (const std::uint32_t believed : {0U, 600U, 601U}) {
        simulated_disk disk;
        learned_limit one{
            .name = "st-1", .asked = {600, std::chrono::seconds(60)}, .believed = believed};
        {
            ASSERT_TRUE(bot_state::take(disk, state, bot, "runs/a")
                            ->end({.slots = {}, .died_in = {}, .learned = {one}}));
        }
        EXPECT_FALSE(bot_state::peek(disk, state, bot)) << believed;
    }
}

}  // namespace
}  // namespace tidings::store
