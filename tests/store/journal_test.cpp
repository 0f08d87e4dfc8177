#include "store/journal.hpp"

#include "codec/records/byte_cursor.hpp"
#include "codec/records/crc32c.hpp"
#include "codec/records/journal_record.hpp"
#include "store/segment.hpp"
#include "support/journal_fixture.hpp"

#include <array>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::outcome;
using core::row_state;
using core::trouble;

TEST_F(journal_test, a_new_journal_is_empty_and_can_be_recovered) {
    { made(); }
    const auto found = recovered();
    EXPECT_EQ(found.state.sequence, 0U);
    EXPECT_EQ(found.journal_id, small_options().id);
    EXPECT_EQ(found.state.counts.total(), 0U);
    EXPECT_FALSE(found.state.finished);
}

TEST_F(journal_test, create_refuses_a_folder_that_holds_a_journal) {
    { made(); }
    const auto again = journal::create(disk_, folder, small_options(), at_second(0));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, trouble::exists);
}

TEST_F(journal_test, create_clears_away_what_died_before_its_first_frame) {
    ASSERT_EQ(disk_.make_folder(folder), 0);
    disk_.put("run/journal/000001.segment", std::vector<std::byte>(4096));
    auto log = made();
    EXPECT_TRUE(log.commit(batch().release(1, 1).done(), at_second(1)));
}

// A head that was wiped out must not make a journal look as if it had never begun: create would
// remove it, and everybody would be texted again.
TEST_F(journal_test, a_journal_without_its_first_head_is_damaged_and_is_kept) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().release(1, 9).done(), at_second(1)));
    }
    const std::string path = "run/journal/000001.segment";
    auto bytes = disk_.bytes_of(path);
    std::fill_n(bytes.begin(), segment_head_bytes, std::byte{0});
    disk_.put(path, bytes);
    EXPECT_EQ(recover(disk_, folder).error().kind, trouble::journal);
    EXPECT_FALSE(journal::create(disk_, folder, small_options(), at_second(2)));
    EXPECT_EQ(disk_.bytes_of(path), bytes);
}

TEST_F(journal_test, recovery_says_what_was_committed) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().release(1, 10).done(), at_second(1)));
        ASSERT_TRUE(log.commit(
            batch().settle(1, outcome::accepted).settle(3, outcome::rejected).park(4).done(),
            at_second(2)));
        ASSERT_TRUE(log.commit(batch().settle(40, outcome::invalid).spend(1).done(), at_second(3)));
    }
    const auto found = recovered();
    EXPECT_EQ(found.state.sequence, 3U);
    EXPECT_EQ(found.state.counts[outcome::accepted], 1U);
    EXPECT_EQ(found.state.counts[outcome::rejected], 1U);
    EXPECT_EQ(found.state.counts[outcome::invalid], 1U);
    EXPECT_EQ(found.state.rows[1], row_state::settled);
    EXPECT_EQ(found.state.rows[2], row_state::released);
    EXPECT_EQ(found.state.rows[4], row_state::parked);
    EXPECT_EQ(found.state.rows[11], row_state::untouched);
    EXPECT_EQ(found.in_doubt(), 7U);
    EXPECT_EQ(found.released_at(2), at_second(1).wall);
    EXPECT_EQ(found.released_at(1), std::nullopt);
    EXPECT_EQ(found.state.requests, 3U);
    EXPECT_EQ(found.bytes_cut, 0U);
}

TEST_F(journal_test, a_row_that_is_released_again_is_dated_by_the_last_release) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().release(1, 3).done(), at_second(1)));
        ASSERT_TRUE(log.commit(batch().park(2).done(), at_second(2)));
        ASSERT_TRUE(log.commit(batch().release(2, 1).done(), at_second(3)));
    }
    const auto released_at = recovered().release_dates();
    EXPECT_EQ(released_at(1), at_second(1).wall);
    EXPECT_EQ(released_at(2), at_second(3).wall);
    EXPECT_EQ(released_at(3), at_second(1).wall);
    EXPECT_EQ(released_at(4), std::nullopt);
}

TEST_F(journal_test, batches_against_the_rules_are_refused_and_change_nothing) {
    auto log = made();
    ASSERT_TRUE(
        log.commit(batch().release(1, 4).settle(9, outcome::duplicate).done(), at_second(1)));
    ASSERT_TRUE(log.commit(batch().settle(1, outcome::unknown).done(), at_second(2)));
    const std::vector<core::journal_batch> wrong = {
        batch().release(2, 1).done(),                 // released twice
        batch().release(1, 1).done(),                 // has its outcome
        batch().release(5, 2).release(6, 1).done(),   // twice in one batch
        batch().settle(1, outcome::accepted).done(),  // settled twice
        batch().settle(2, outcome::accepted).settle(2, outcome::failed).done(),
        batch().settle(7, outcome::accepted).done(),  // never released
        batch().park(7).done(),                       // never released
        batch().settle(3, outcome::accepted).park(3).park(4).park(4).done(),
    };
    const auto before = log.state().counts;
    for (const auto& one : wrong) {
        const auto done = log.commit(one, at_second(3));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, trouble::internal);
        EXPECT_EQ(log.state().sequence, 2U);
        EXPECT_EQ(log.state().counts, before);
        EXPECT_EQ(log.state().released, 3U);
        EXPECT_EQ(log.state().rows[2], row_state::released);
        EXPECT_EQ(log.state().rows[5], row_state::untouched);
    }
    EXPECT_FALSE(log.failed());
    EXPECT_TRUE(log.commit(batch().settle(2, outcome::accepted).done(), at_second(4)));
}

TEST_F(journal_test, an_unknown_row_can_be_settled_anew_or_opened_again) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().release(1, 3).done(), at_second(1)));
        ASSERT_TRUE(log.commit(batch()
                                   .settle(1, outcome::unknown)
                                   .settle(2, outcome::unknown)
                                   .settle(3, outcome::unknown)
                                   .done(),
                               at_second(2)));
        auto word = batch().settle(1, outcome::accepted).done();
        word.settled[0].by = static_cast<std::uint8_t>(core::settled_by::operator_word);
        ASSERT_TRUE(log.commit(word, at_second(3)));
        ASSERT_TRUE(log.commit(batch().park(2).done(), at_second(4)));
    }
    const auto found = recovered();
    EXPECT_EQ(found.state.counts[outcome::accepted], 1U);
    EXPECT_EQ(found.state.counts[outcome::unknown], 1U);
    EXPECT_EQ(found.state.rows[2], row_state::parked);
}

TEST_F(journal_test, it_goes_on_over_many_segments_and_processes) {
    core::row_number row = 1;
    for (int process = 0; process < 4; ++process) {
        auto log = process == 0 ? made() : [&] {
            auto opened = journal::open(disk_, folder, small_options(), recovered(), at_second(10));
            EXPECT_TRUE(opened) << opened.error().text;
            return std::move(*opened);
        }();
        for (int i = 0; i < 100; ++i, ++row) {
            ASSERT_TRUE(log.commit(batch().release(row, 1).done(), at_second(1)));
            ASSERT_TRUE(log.commit(batch().settle(row, outcome::accepted).done(), at_second(2)));
        }
        while (*log.tend())
            continue;
    }
    const auto found = recovered();
    EXPECT_EQ(found.state.counts[outcome::accepted], 400U);
    EXPECT_EQ(found.state.sequence, 800U);
    EXPECT_GT(found.last_segment, 8U);
    EXPECT_EQ(found.in_doubt(), 0U);
}

TEST_F(journal_test, a_checkpoint_gives_the_same_state_as_the_whole_journal) {
    recovery_options options;
    options.window_longest = std::chrono::hours(1);
    {
        auto wanted = small_options();
        wanted.window_longest = options.window_longest;
        auto opened = journal::create(disk_, folder, wanted, at_second(0));
        auto& log = *opened;
        ASSERT_TRUE(log.commit(batch().release(1, 50).done(), at_second(1)));
        for (core::row_number row = 1; row <= 20; ++row)
            ASSERT_TRUE(log.commit(batch().settle(row, outcome::accepted, 2).done(), at_second(2)));
        ASSERT_TRUE(log.checkpoint_now({21, 1, 4000}));
        ASSERT_TRUE(log.commit(batch().settle(21, outcome::failed).park(22).done(), at_second(3)));
    }
    auto whole_options = options;
    whole_options.use_checkpoint = false;
    const auto whole = recovered(whole_options);
    const auto quick = recovered(options);
    EXPECT_TRUE(quick.from_checkpoint);
    EXPECT_FALSE(whole.from_checkpoint);
    EXPECT_LT(quick.bytes_replayed, whole.bytes_replayed);
    EXPECT_EQ(quick.log, (log_position{21, 1, 4000}));
    expect_same_state(quick, whole);
    const auto now = at_second(4);
    EXPECT_EQ(quick.slots_taken({now, boot}), whole.slots_taken({now, boot}));
    EXPECT_FALSE(whole.slots_taken({now, boot}).empty());

    // A longer window than the checkpoint remembers needs the whole journal.
    options.window_longest = std::chrono::hours(2);
    EXPECT_FALSE(recovered(options).from_checkpoint);
}

// What was not read for the state is still what the run is proven by.
TEST_F(journal_test, damage_before_a_checkpoint_is_found_at_the_next_start) {
    recovery_options options;
    {
        auto opened = journal::create(disk_, folder, small_options(), at_second(0));
        auto& log = *opened;
        for (core::row_number row = 1; row <= 400; ++row) {
            ASSERT_TRUE(log.commit(batch().release(row, 1).done(), at_second(1)));
            ASSERT_TRUE(log.commit(batch().settle(row, outcome::accepted).done(), at_second(2)));
        }
        ASSERT_TRUE(log.checkpoint_now({800, 1, 4000}));
        ASSERT_TRUE(log.commit(batch().release(401, 1).done(), at_second(3)));
    }
    const auto sound = recovered(options);
    ASSERT_TRUE(sound.from_checkpoint);
    ASSERT_GT(sound.begun_at.segment, 2U);
    const auto last = sound.begun_at;
    for (const journal_place at : {journal_place{1, 200}, journal_place{2, 100},
                                   journal_place{last.segment, segment_head_bytes + 4},
                                   journal_place{last.segment, last.offset - 1}}) {
        auto file = disk_file::open(disk_, segment_path(folder, at.segment), open_mode::write);
        ASSERT_TRUE(file);
        std::array<std::byte, 1> byte{};
        ASSERT_TRUE(file->read(byte, at.offset));
        const auto good = byte;
        byte[0] ^= std::byte{0x10};
        ASSERT_TRUE(file->write(byte, at.offset));
        const auto found = recover(disk_, folder, options);
        ASSERT_FALSE(found) << at.segment << ":" << at.offset;
        EXPECT_EQ(found.error().kind, trouble::journal);
        EXPECT_NE(found.error().text.find("is damaged at byte"), std::string::npos)
            << found.error().text;
        options.live = true;
        EXPECT_TRUE(recover(disk_, folder, options));  // whoever only looks is not kept waiting
        options.live = false;
        ASSERT_TRUE(file->write(good, at.offset));
    }
    EXPECT_TRUE(recover(disk_, folder, options));
}

TEST_F(journal_test, another_runs_and_another_versions_journals_are_told_as_such) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().release(1, 1).done(), at_second(1)));
    }
    recovery_options options;
    options.journal_id = recovered().journal_id;
    EXPECT_TRUE(recover(disk_, folder, options));
    ++options.journal_id;
    const auto other = recover(disk_, folder, options);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().text.find("is another run's"), std::string::npos);

    auto file = disk_file::open(disk_, segment_path(folder, 1), open_mode::write);
    ASSERT_TRUE(file);
    std::array<std::byte, segment_head_bytes> head{};
    ASSERT_TRUE(file->read(head, 0));
    head[8] = std::byte{2};  // its form
    codec::byte_writer(head.data() + segment_head_bytes - 4)
        .fixed(codec::crc32c(std::span<const std::byte>(head).first(segment_head_bytes - 4)));
    ASSERT_TRUE(file->write(head, 0));
    const auto later = recover(disk_, folder);
    ASSERT_FALSE(later);
    EXPECT_NE(later.error().text.find("written by another version of tidings"), std::string::npos);
}

TEST_F(journal_test, a_full_disk_refuses_releases_and_still_takes_what_is_in_flight) {
    auto log = made();
    disk_.set_capacity(disk_.used() + 3 * small_options().segment_bytes);
    core::row_number row = 1;
    core::result<void> done;
    while ((done = log.commit(batch().release(row, 2).done(), at_second(1)))) {
        ASSERT_LT(row, 100'000U);
        row += 2;
    }
    EXPECT_EQ(done.error().kind, trouble::disk_full);
    EXPECT_FALSE(log.failed());
    EXPECT_EQ(log.state().released, row - 1);
    const std::string text(codec::detail_bytes_max, 'd');
    for (core::row_number one = 1; one < row; ++one)
        ASSERT_TRUE(
            log.commit(batch().settle(one, outcome::rejected, 0, text).done(), at_second(2)))
            << "row " << one << " of " << row;
    disk_.set_capacity(disk_.used() + 100 * small_options().segment_bytes);
    EXPECT_TRUE(log.commit(batch().release(row, 1).done(), at_second(3)));
    EXPECT_EQ(recovered().state.counts[outcome::rejected], row - 1);
}

TEST_F(journal_test, a_batch_that_is_too_large_is_refused) {
    auto log = made();
    auto large = batch();
    for (core::row_number row = 1; row <= 2000; ++row)
        large.settle(row, outcome::expired);
    const auto done = log.commit(large.done(), at_second(1));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, trouble::internal);
    EXPECT_EQ(log.state().counts.total(), 0U);
}

TEST_F(journal_test, after_a_failed_sync_it_takes_nothing_any_more) {
    auto log = made(1 << 16);
    ASSERT_TRUE(log.commit(batch().release(1, 5).done(), at_second(1)));
    disk_.set_plan({.fail_at = 2, .fail_with = EIO});  // write, then sync
    auto done = log.commit(batch().settle(1, outcome::accepted).release(6, 5).done(), at_second(2));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, trouble::journal);
    EXPECT_TRUE(log.failed());
    const auto calls = disk_.calls();
    EXPECT_FALSE(log.commit(batch().settle(2, outcome::accepted).done(), at_second(3)));
    EXPECT_FALSE(log.tend());
    EXPECT_EQ(disk_.calls(), calls) << "the file is not touched again";
}

TEST_F(journal_test, the_emergency_log_is_honoured_by_the_next_process) {
    {
        auto log = made(1 << 16);
        ASSERT_TRUE(log.commit(batch().release(1, 5).done(), at_second(1)));
        disk_.set_plan({.fail_at = 2, .fail_with = EIO});
        ASSERT_FALSE(
            log.commit(batch().settle(1, outcome::accepted).release(6, 5).done(), at_second(2)));
        disk_.set_plan({});
        auto rescue = batch().settle(1, outcome::accepted).settle(2, outcome::rejected);
        for (core::row_number row = 6; row <= 10; ++row)
            rescue.park(row);
        ASSERT_TRUE(log.write_emergency(rescue.done(), at_second(3)));
        ASSERT_TRUE(log.write_emergency(batch().settle(3, outcome::accepted).done(), at_second(4)));
    }
    for (int process = 0; process < 3; ++process) {
        auto found = recovered();
        EXPECT_EQ(found.state.counts[outcome::accepted], 2U);
        EXPECT_EQ(found.state.counts[outcome::rejected], 1U);
        EXPECT_EQ(found.in_doubt(), 2U);
        EXPECT_NE(found.state.rows[6], row_state::released);
        EXPECT_EQ(found.emergency.empty(), process != 0);
        auto opened = journal::open(disk_, folder, small_options(), std::move(found), at_second(9));
        ASSERT_TRUE(opened) << opened.error().text;
        EXPECT_TRUE(recovered().emergency.empty());
    }
}

// A device that fails while the disk is full: the room was kept beforehand.
TEST_F(journal_test, the_emergency_log_needs_no_room_when_it_is_needed) {
    constexpr core::row_number rows = 60;
    {
        auto log = made(1 << 16);
        ASSERT_TRUE(log.commit(batch().release(1, rows).done(), at_second(1)));
        disk_.set_capacity(disk_.used());
        disk_.set_plan({.fail_at = 2, .fail_with = EIO});
        batch first, rest;
        // Screened rows are found again by the next process; they must not crowd out the others.
        for (core::row_number row = 1000; row < 1200; ++row)
            first.settle(row, outcome::invalid, 0, std::string(200, 'i'));
        for (core::row_number row = 1; row <= rows; ++row)
            (row % 2 == 0 ? first : rest)
                .settle(row, outcome::rejected, 0, std::string(200, 'r'))
                .spend(0);
        ASSERT_FALSE(log.commit(first.done(), at_second(2)));
        ASSERT_TRUE(log.write_emergency(first.done(), at_second(3)));
        ASSERT_TRUE(log.write_emergency(rest.done(), at_second(4)));
    }
    disk_.set_plan({});
    const auto found = recovered();
    EXPECT_EQ(found.in_doubt(), 0U);
    EXPECT_EQ(found.state.counts[outcome::rejected], rows);
}

// The file comes back after it was honoured (a copy put back, a removal that was lost), and its
// parked row has been released again since: it must not be taken for unsent.
TEST_F(journal_test, an_emergency_log_that_was_honoured_already_is_left_out) {
    {
        auto log = made(1 << 16);
        ASSERT_TRUE(log.commit(batch().release(1, 2).done(), at_second(1)));
        ASSERT_TRUE(log.write_emergency(batch().park(1).done(), at_second(2)));
    }
    const std::string path = "run/journal/emergency-000000";
    const auto bytes = disk_.bytes_of(path);
    {
        auto log = journal::open(disk_, folder, small_options(), recovered(), at_second(3));
        ASSERT_TRUE(log);
        ASSERT_TRUE(log->commit(batch().release(1, 1).done(), at_second(4)));
    }
    disk_.put(path, bytes);
    EXPECT_EQ(recovered().state.rows[1], row_state::released);
}

TEST_F(journal_test, a_segment_that_cannot_be_prepared_ends_the_journal_too) {
    auto log = made();
    disk_.set_plan({.fail_at = 2, .fail_with = EIO});  // unlink, then create
    const auto done = log.commit(batch().release(1, 10).done(), at_second(1));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, trouble::journal);
    EXPECT_TRUE(log.failed());
    EXPECT_FALSE(log.commit(batch().release(1, 1).done(), at_second(2)));
}

TEST_F(journal_test, finished_is_remembered_until_something_else_happens) {
    {
        auto log = made();
        ASSERT_TRUE(log.commit(batch().settle(1, outcome::invalid).done(), at_second(1)));
        ASSERT_TRUE(log.finish(at_second(2)));
    }
    auto found = recovered();
    EXPECT_TRUE(found.state.finished);
    auto log = *journal::open(disk_, folder, small_options(), std::move(found), at_second(3));
    ASSERT_TRUE(log.commit(batch().settle(2, outcome::invalid).done(), at_second(4)));
    EXPECT_FALSE(recovered().state.finished);
}

TEST_F(journal_test, a_live_journal_can_be_read_without_disturbing_it) {
    auto log = made();
    ASSERT_TRUE(log.commit(batch().release(1, 5).done(), at_second(1)));
    EXPECT_EQ(recovered({.live = true}).in_doubt(), 5U);
    ASSERT_TRUE(log.commit(batch().settle(1, outcome::accepted).done(), at_second(2)));
    EXPECT_EQ(recovered({.live = true}).in_doubt(), 4U);
}

TEST_F(journal_test, no_journal_is_missing) {
    EXPECT_EQ(recover(disk_, "run/nothing").error().kind, trouble::missing);
}

}  // namespace
}  // namespace tidings::store
