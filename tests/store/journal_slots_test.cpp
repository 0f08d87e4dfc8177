#include "support/journal_fixture.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::journal_batch;
using core::outcome;

class journal_slots : public journal_test {};

// Nobody knows when they left, so they count as sent now, in every window they may belong to.
TEST_F(journal_slots, rows_in_doubt_take_their_slots_when_the_next_process_begins) {
    auto options = small_options();
    options.window_longest = std::chrono::seconds(60);
    {
        auto log = journal::create(disk_, folder, options, at_second(0));
        ASSERT_TRUE(log);
        ASSERT_TRUE(log->commit(batch().release(1, 3).done(), at_second(1)));
        ASSERT_TRUE(log->commit(batch().settle(2, outcome::accepted, 4).done(), at_second(2)));
    }
    disk_.kill_process();
    const auto now = at_second(30);
    const auto slots =
        recovered({.window_longest = options.window_longest}).slots_taken({now, boot});
    ASSERT_EQ(slots.size(), 2U);
    EXPECT_EQ(slots[0].lane, 4U);
    EXPECT_EQ(moment_of(slots[0], {now, boot}), at_second(2).steady);
    EXPECT_EQ(slots[1].lane, core::lane_none) << "of any lane";
    EXPECT_EQ(slots[1].count, 2U);
    EXPECT_EQ(moment_of(slots[1], {now, boot}), now.steady);
}

// A server that stood still may read in the time of the next process what was given up in this one.
TEST_F(journal_slots, what_was_given_up_is_owed_until_something_later_is_answered) {
    auto options = small_options();
    options.window_longest = std::chrono::seconds(60);
    options.checkpoint_bytes = 256;
    auto log = journal::create(disk_, folder, options, at_second(0));
    ASSERT_TRUE(log);
    const auto unread = [&](std::int64_t second, bool use_checkpoint) {
        std::uint32_t count = 0;
        const recovery_options wanted{.window_longest = options.window_longest,
                                      .live = true,
                                      .use_checkpoint = use_checkpoint};
        const clock_reading now{at_second(second), boot};
        for (const auto& one : recovered(wanted).slots_taken(now)) {
            if (!one.unread || one.lane == core::lane_none) continue;
            EXPECT_EQ(one.lane, 4U);
            EXPECT_EQ(moment_of(one, now), now.at.steady) << "as if it were taken now";
            count += one.count;
        }
        return count;
    };
    const auto answered = [](core::row_number row, std::int64_t second, std::int64_t took_s) {
        auto made = batch().settle(row, outcome::accepted, 4).done();
        made.settled[0].at = at_second(second).wall;
        made.settled[0].latency_us = static_cast<std::uint32_t>(took_s * 1'000'000);
        return made;
    };
    ASSERT_TRUE(log->commit(batch().release(1, 9).done(), at_second(1)));
    ASSERT_TRUE(
        log->commit(batch().settle(1, outcome::unknown, 4).settle(2, outcome::unknown, 4).done(),
                    at_second(10)));
    for (const bool checkpoint : {false, true})
        EXPECT_EQ(unread(500, checkpoint), 2U);
    ASSERT_TRUE(log->commit(answered(3, 20, 11), at_second(20)));
    for (const bool checkpoint : {false, true})
        EXPECT_EQ(unread(500, checkpoint), 2U) << "it had left before they were given up";
    ASSERT_TRUE(log->commit(answered(4, 21, 5), at_second(21)));
    for (const bool checkpoint : {false, true})
        EXPECT_EQ(unread(30, checkpoint), 0U);
    std::uint32_t taken = 0;
    for (const auto& one : recovered({.window_longest = options.window_longest, .live = true})
                               .slots_taken({at_second(80), boot}))
        taken += one.lane == 4 && moment_of(one, {at_second(80), boot}) == at_second(21).steady
                     ? one.count
                     : 0;
    EXPECT_EQ(taken, 3U) << "they count from that answer on";
}

// A question's slot stands in the journal when it is asked and when that has ended, and is one.
TEST_F(journal_slots, questions_take_one_slot_each_and_are_no_requests) {
    auto options = small_options();
    options.window_longest = std::chrono::seconds(60);
    auto log = journal::create(disk_, folder, options, at_second(0));
    ASSERT_TRUE(log);
    const auto asked = [](bool unread) {
        journal_batch made;
        made.spent.push_back({2, at_second(1).wall, unread, true});
        return made;
    };
    const auto slots = [&] {
        return recovered({.window_longest = options.window_longest, .live = true})
            .slots_taken({at_second(20), boot});
    };
    ASSERT_TRUE(log->commit(asked(true), at_second(1)));
    ASSERT_EQ(slots().size(), 1U);
    EXPECT_TRUE(slots()[0].unread);
    ASSERT_TRUE(log->commit(asked(false), at_second(3)));
    ASSERT_EQ(slots().size(), 1U);
    EXPECT_FALSE(slots()[0].unread);
    EXPECT_EQ(slots()[0].count, 1U);
    EXPECT_EQ(log->state().requests, 0U);
}

// A calendar that is set between a resume in another boot and that process's first frame must not
// move what the boot before had taken of its windows.
TEST_F(journal_slots, another_boot_is_known_from_the_moment_its_process_began) {
    auto options = small_options();
    options.window_longest = std::chrono::seconds(60);
    const recovery_options wanted{.window_longest = options.window_longest};
    {
        auto log = journal::create(disk_, folder, options, at_second(0));
        ASSERT_TRUE(log);
        ASSERT_TRUE(log->commit(batch().release(1, 1).done(), at_second(9)));
        ASSERT_TRUE(log->commit(batch().settle(1, outcome::accepted).done(), at_second(10)));
    }
    disk_.crash([](std::size_t) { return true; });
    const core::time_stamp begun{core::instant(std::chrono::seconds(5)), at_second(20).wall};
    const auto later = [&](std::int64_t by, std::int64_t calendar_set_by = 0) {
        return core::time_stamp{begun.steady + std::chrono::seconds(by),
                                begun.wall + std::chrono::seconds(by + calendar_set_by)};
    };
    options.boot = boot + 1;
    {
        auto log = journal::open(disk_, folder, options, recovered(wanted), begun);
        ASSERT_TRUE(log);
        ASSERT_TRUE(log->commit(batch().settle(2, outcome::invalid).done(), later(1, 3600)));
    }
    disk_.kill_process();
    const auto slots = recovered(wanted).slots_taken({later(2, 3600), options.boot});
    ASSERT_EQ(slots.size(), 1U) << "the slot of ten seconds before is in the window still";
    EXPECT_EQ(slots[0].count, 1U);
    EXPECT_EQ(moment_of(slots[0], {later(2, 3600), options.boot}),
              begun.steady - std::chrono::seconds(10));
}

}  // namespace
}  // namespace tidings::store
