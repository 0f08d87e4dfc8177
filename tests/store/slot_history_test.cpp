#include "store/slot_history.hpp"

#include "support/journal_story.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

core::time_stamp later(core::time_stamp at, core::duration by) {
    return {at.steady + by, at.wall + std::chrono::duration_cast<std::chrono::microseconds>(by)};
}

TEST(slot_history, without_a_window_nothing_is_remembered) {
    slot_history history;
    history.add(1, at_second(0), boot);
    EXPECT_TRUE(history.within({at_second(0), boot}).empty());
}

// Against a plain list: no slot is lost while it matters, none is remembered as earlier than it
// was, and as later by no more than a grain.
TEST(slot_history, agrees_with_a_plain_list_within_a_grain) {
    std::mt19937_64 random(21);
    const core::duration window = seconds(60);
    const core::duration grain = window / slot_history::grains;
    slot_history history(window);
    std::vector<core::time_stamp> all;
    auto now = at_second(0);
    for (int i = 0; i < 50'000; ++i) {
        now = later(now, milliseconds(random() % 5));
        history.add(3, now, boot);
        all.push_back(now);
        if (i % 1000 != 0) continue;
        std::uint64_t remembered = 0;
        for (const auto& run : history.within({now, boot}))
            remembered += run.count;
        std::uint64_t at_least = 0, at_most = 0;
        for (const auto& one : all) {
            if (one.steady + window > now.steady) ++at_least;
            if (one.steady + window + grain > now.steady) ++at_most;
        }
        EXPECT_GE(remembered, at_least);
        EXPECT_LE(remembered, at_most);
    }
}

TEST(slot_history, memory_does_not_grow_with_the_number_of_slots) {
    slot_history history(hours(1));
    auto now = at_second(0);
    for (int i = 0; i < 200'000; ++i) {
        now = later(now, milliseconds(50));
        history.add(0, now, boot);
    }
    EXPECT_LE(history.within({now, boot}).size(),
              static_cast<std::size_t>(slot_history::grains) + 1);
}

TEST(slot_history, a_slot_out_of_order_counts_as_late_not_as_early) {
    slot_history history(seconds(60));
    history.add(0, at_second(10), boot);
    history.add(0, at_second(9), boot);
    const auto runs = history.within({at_second(10), boot});
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].count, 2U);
    EXPECT_EQ(runs[0].at, at_second(10));
}

TEST(slot_history, what_a_process_adds_is_kept_apart_from_what_was_there) {
    slot_history history(hours(1));
    history.add(0, at_second(10), boot, 30);
    history.begin_process(at_second(10).steady + milliseconds(1));
    history.add(0, later(at_second(10), milliseconds(2)), boot, 5);
    history.add(0, later(at_second(10), milliseconds(3)), boot, 5);
    const auto runs = history.within({at_second(11), boot});
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].count, 30U);
    EXPECT_EQ(runs[0].at, at_second(10));
    EXPECT_EQ(runs[1].count, 10U);
}

TEST(slot_history, moments_are_carried_over_a_reboot_by_the_calendar) {
    const slot_run slots{0, boot, 1, at_second(0)};
    const auto now = later(at_second(0), seconds(30));
    EXPECT_EQ(moment_of(slots, {now, boot}), at_second(0).steady);
    // After a reboot the steady clock began again.
    const core::time_stamp rebooted{core::instant(seconds(5)), now.wall};
    EXPECT_EQ(moment_of(slots, {rebooted, boot + 1}), rebooted.steady - seconds(30));
    // A calendar that is behind says nothing: the slot counts as taken now.
    const core::time_stamp behind{core::instant(seconds(5)), at_second(-3600).wall};
    EXPECT_EQ(moment_of(slots, {behind, boot + 1}), behind.steady);
    // Within one boot a calendar that jumped does not matter.
    const core::time_stamp jumped{now.steady, now.wall + hours(5)};
    EXPECT_EQ(moment_of(slots, {jumped, boot}), at_second(0).steady);
}

// The calendar was an hour behind when they were told, and is set right while a process lives; what
// that process reads afterwards says how old they are in the next boot.
TEST(slot_history, a_calendar_that_was_set_right_since_makes_no_slot_older) {
    const slot_run told{0, boot, 3, {at_second(0).steady, at_second(0).wall - hours(1)}};
    const clock_reading now{{core::instant(seconds(5)), at_second(30).wall}, boot + 1};
    EXPECT_EQ(moment_of(told, now), now.at.steady - seconds(30) - hours(1)) << "as they say";
    for (const auto read_at : {at_second(10), at_second(-10)}) {
        const auto known = told_by(told, {read_at, boot});
        EXPECT_EQ(known, (slot_run{0, boot, 3, at_second(0)}));
        EXPECT_EQ(moment_of(known, now), now.at.steady - seconds(30));
    }
}

}  // namespace
}  // namespace tidings::store
