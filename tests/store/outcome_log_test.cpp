#include "store/outcome_log.hpp"

#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <algorithm>
#include <map>
#include <span>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::outcome;

class outcome_log_test : public ::testing::Test {
  protected:
    outcome_log_test() {
        options_.run = "november";
        options_.lanes = {{"+16693422058", "st-1"}};
        options_.piece_bytes = 4096;
    }

    // Commits to the journal and then writes the lines, as the runner does.
    void record(journal& truth, outcome_log& log, const core::journal_batch& what) {
        ASSERT_TRUE(truth.commit(what, at_second(2)));
        ASSERT_TRUE(log.append(what));
    }
    journal new_journal() {
        auto made = journal::create(disk_, journal_folder, small_options(), at_second(0));
        EXPECT_TRUE(made) << made.error().text;
        return std::move(*made);
    }
    outcome_log new_log() {
        auto made = outcome_log::create(disk_, folder, options_);
        EXPECT_TRUE(made) << made.error().text;
        return std::move(*made);
    }
    outcome_log reopened() {
        auto from = recover(disk_, journal_folder);
        EXPECT_TRUE(from) << from.error().text;
        auto log = outcome_log::open(disk_, folder, journal_folder, options_, *from);
        EXPECT_TRUE(log) << log.error().text;
        return std::move(*log);
    }
    // Rows by the lines they have; unreadable lines count for row 0.
    std::map<core::row_number, std::vector<outcome>> lines() {
        std::map<core::row_number, std::vector<outcome>> found;
        const auto done = visit_lines(disk_, folder, [&](const logged_line& line) {
            found[line.whole ? line.seen.row : 0].push_back(line.seen.what);
            return true;
        });
        EXPECT_TRUE(done) << done.error().text;
        return found;
    }
    void complete(outcome_log& log, std::size_t at_a_time = 7) {
        core::row_number from = 1;
        while (log.missing() != 0) {
            auto some = log.missing_after(from, at_a_time);
            ASSERT_TRUE(some) << some.error().text;
            ASSERT_FALSE(some->settled.empty());
            for (auto& one : some->settled)
                one.to = core::phone_number::from_digits(917'760'000'000 + one.row);
            from = some->settled.back().row + 1;
            ASSERT_TRUE(log.append(*some));
        }
    }
    void expect_one_line_for_each(core::row_number last) {
        const auto found = lines();
        EXPECT_EQ(found.size(), last);
        for (const auto& [row, what] : found)
            EXPECT_EQ(what.size(), 1U) << "row " << row;
    }
    std::string text_of(const std::string& path) {
        const auto& bytes = disk_.bytes_of(path);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    static constexpr const char* folder = "run";
    static constexpr const char* journal_folder = "run/journal";
    static constexpr const char* current = "run/outcomes.ndjson";
    simulated_disk disk_ = disk_with_run();
    outcome_log_options options_;
};

TEST_F(outcome_log_test, it_rotates_and_compresses_and_reads_back) {
    auto truth = new_journal();
    auto log = new_log();
    for (core::row_number row = 1; row <= 200; ++row) {
        record(truth, log, batch().settle(row, outcome::invalid, 0, "no digits").done());
        while (*log.tend())
            continue;
    }
    EXPECT_TRUE(disk_.exists("run/outcomes-000001.ndjson.zst"));
    EXPECT_TRUE(disk_.exists("run/outcomes-000005.ndjson.zst"));
    EXPECT_FALSE(disk_.exists("run/outcomes-000001.ndjson"));
    expect_one_line_for_each(200);
    EXPECT_EQ(log.lines_written(), 200U);
}

// Every place where the log can end: what is cut is found missing and is written again, the same.
TEST_F(outcome_log_test, cut_anywhere_it_is_completed_to_the_same_text) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 12; ++row)
            record(truth, log,
                   batch()
                       .settle(row, row % 3 == 0 ? outcome::invalid : outcome::duplicate, 0, "why")
                       .done());
    }
    const auto whole = text_of(current);
    for (std::size_t size = 0; size <= whole.size(); size += 5) {
        auto bytes = std::as_bytes(std::span(whole)).first(size);
        disk_.put(current, {bytes.begin(), bytes.end()});
        auto log = reopened();
        complete(log);
        ASSERT_EQ(text_of(current), whole) << "cut at " << size;
    }
}

TEST_F(outcome_log_test, a_lost_block_in_the_middle_is_cut_and_completed) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 15; ++row)
            record(truth, log, batch().settle(row, outcome::invalid).done());
    }
    auto bytes = disk_.bytes_of(current);
    std::fill(bytes.begin() + 1024, bytes.begin() + 1536, std::byte{0});
    disk_.put(current, bytes);
    auto log = reopened();
    EXPECT_GT(log.missing(), 0U);
    complete(log);
    expect_one_line_for_each(15);
}

// The kernel calls the pages of a failed sync clean and goes on showing them, and the next sync is
// a success: what the device has lost must be found by the next process, not by a power failure.
TEST_F(outcome_log_test, what_a_failed_sync_has_lost_is_found_missing) {
    const auto whole = disk_;
    std::uint64_t found_missing = 0;
    bool failed = true;
    for (std::uint64_t call = 1; failed; ++call) {
        disk_ = whole;
        {
            auto truth = new_journal();
            auto log = new_log();
            for (core::row_number row = 1; row <= 15; ++row)
                record(truth, log, batch().settle(row, outcome::invalid).done());
            disk_.set_plan({.fail_at = call, .fail_with = EIO});
            failed = !log.sync_all(truth.state().sequence);
        }
        disk_.kill_process();
        {
            auto log = reopened();
            found_missing += log.missing();
            complete(log);
            ASSERT_TRUE(log.sync_all(15));
        }
        disk_.crash([](std::size_t) { return false; });
        expect_one_line_for_each(15);
    }
    EXPECT_GT(found_missing, 0U);
}

TEST_F(outcome_log_test, only_what_came_after_the_checkpoint_is_compared) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 60; ++row) {
            record(truth, log, batch().settle(row, outcome::invalid).done());
            if (row == 50) {
                ASSERT_TRUE(truth.checkpoint_now(*log.sync_all(truth.state().sequence)));
            }
        }
    }
    // A piece from before the checkpoint is not even opened.
    disk_.put("run/outcomes-000001.ndjson", std::vector<std::byte>(100, std::byte{'?'}));
    auto log = reopened();
    EXPECT_EQ(log.missing(), 0U);
    EXPECT_TRUE(log.append(batch().settle(61, outcome::invalid).done()));
    EXPECT_EQ(lines().rbegin()->first, 61U);
}

TEST_F(outcome_log_test, while_lines_are_missing_the_position_is_not_known) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 10; ++row)
            record(truth, log, batch().settle(row, outcome::invalid).done());
    }
    disk_.put(current, {});
    auto log = reopened();
    EXPECT_EQ(log.missing(), 10U);
    EXPECT_EQ(*log.sync_all(10), log_position{});
    complete(log);
    EXPECT_EQ(log.sync_all(10)->sequence, 10U);
    expect_one_line_for_each(10);
}

TEST_F(outcome_log_test, a_lost_log_is_written_anew_from_the_journal) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 100; ++row)
            record(truth, log, batch().settle(row, outcome::invalid).done());
        ASSERT_TRUE(truth.checkpoint_now(*log.sync_all(truth.state().sequence)));
        while (*log.tend())
            continue;
    }
    ASSERT_TRUE(disk_.exists("run/outcomes-000002.ndjson.zst"));
    disk_.unlink("run/outcomes-000002.ndjson.zst");
    auto log = reopened();
    EXPECT_GT(log.missing(), 0U);
    complete(log);
    expect_one_line_for_each(100);
}

TEST_F(outcome_log_test, a_damaged_compressed_piece_says_what_to_do) {
    auto truth = new_journal();
    {
        auto log = new_log();
        for (core::row_number row = 1; row <= 60; ++row)
            record(truth, log, batch().settle(row, outcome::invalid).done());
        while (*log.tend())
            continue;
    }
    disk_.damage("run/outcomes-000001.ndjson.zst", 60, std::byte{0x10});
    const auto from = recover(disk_, journal_folder);
    const auto log = outcome_log::open(disk_, folder, journal_folder, options_, *from);
    ASSERT_FALSE(log);
    EXPECT_NE(log.error().text.find("remove it"), std::string::npos);
}

TEST_F(outcome_log_test, lines_against_the_journal_are_taken_out) {
    auto truth = new_journal();
    {
        auto log = new_log();
        record(truth, log, batch().release(1, 4).done());
        record(truth, log, batch().settle(1, outcome::unknown).settle(2, outcome::unknown).done());
        record(truth, log, batch().settle(3, outcome::accepted).done());
        // Interrupted `resolve`: the journal has it, the log not yet.
        ASSERT_TRUE(truth.checkpoint_now({}));
        auto word = batch().settle(1, outcome::accepted).done();
        word.settled[0].by = static_cast<std::uint8_t>(core::settled_by::operator_word);
        word.parked.push_back(2);
        ASSERT_TRUE(truth.commit(word, at_second(3)));
        // And a line too many.
        ASSERT_TRUE(log.append(batch().settle(3, outcome::accepted).done()));
    }
    auto log = reopened();
    EXPECT_EQ(log.missing(), 1U);
    complete(log);
    const auto found = lines();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found.at(1), std::vector{outcome::accepted});
    EXPECT_EQ(found.at(3), std::vector{outcome::accepted});
}

// It died before its checkpoint, whose position says that all lines before it are right: they are
// compared all the same.
TEST_F(outcome_log_test, a_resolve_without_its_checkpoint_leaves_no_second_line) {
    auto truth = new_journal();
    {
        auto log = new_log();
        record(truth, log, batch().release(1, 4).done());
        record(truth, log, batch().settle(1, outcome::unknown).settle(2, outcome::unknown).done());
        record(truth, log, batch().settle(3, outcome::accepted).done());
        const auto position = log.sync_all(truth.state().sequence);
        ASSERT_NE(position->piece, 0U);
        ASSERT_TRUE(truth.checkpoint_now(*position));
    }
    auto word = batch().settle(1, outcome::accepted).done();
    word.settled[0].by = static_cast<std::uint8_t>(core::settled_by::operator_word);
    word.parked.push_back(2);
    ASSERT_TRUE(truth.commit(word, at_second(3)));
    auto log = reopened();
    EXPECT_EQ(log.missing(), 1U);
    complete(log);
    const auto found = lines();
    ASSERT_EQ(found.size(), 2U) << "row 2 has none until it is sent again";
    EXPECT_EQ(found.at(1), std::vector{outcome::accepted});
}

// A copy of the journal is put back, and the log is of today: whoever goes on sends again.
TEST_F(outcome_log_test, a_journal_older_than_the_log_is_refused) {
    for (const auto what : {outcome::accepted, outcome::rejected, outcome::unknown}) {
        for (const bool with_position : {false, true}) {
            disk_ = disk_with_run();
            auto truth = new_journal();
            auto log = new_log();
            record(truth, log, batch().release(1, 4).done());
            record(truth, log, batch().settle(1, outcome::accepted).done());
            const auto position = *log.sync_all(truth.state().sequence);
            ASSERT_TRUE(truth.checkpoint_now(with_position ? position : log_position{}));
            const auto copy = disk_;
            record(truth, log, batch().settle(2, what).done());
            disk_.kill_process();
            disk_.put_back(journal_folder, copy);
            const auto before = text_of(current);
            const auto from = recover(disk_, journal_folder);
            ASSERT_TRUE(from) << from.error().text;
            const auto refused = outcome_log::open(disk_, folder, journal_folder, options_, *from);
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().kind, core::trouble::journal);
            EXPECT_NE(refused.error().text.find("older than the log"), std::string::npos);
            EXPECT_NE(refused.error().text.find("row 2"), std::string::npos)
                << refused.error().text;
            EXPECT_EQ(text_of(current), before) << "no line is taken out";
        }
    }
}

// A power failure has left a hole in the log, from which on it is cut and completed from the
// journal: with an older one the lines behind the hole are the only ones that tell.
TEST_F(outcome_log_test, lines_behind_a_hole_tell_of_an_older_journal_too) {
    auto truth = new_journal();
    auto log = new_log();
    for (core::row_number row = 1; row <= 3; ++row)
        record(truth, log, batch().settle(row, outcome::invalid).done());
    const auto copy = disk_;
    record(truth, log, batch().settle(4, outcome::invalid).done());
    auto text = text_of(current);
    const auto second = text.find('\n') + 1;
    std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(second), 20, '\0');
    const auto bytes = std::as_bytes(std::span(text));
    disk_.put(current, {bytes.begin(), bytes.end()});
    disk_.kill_process();
    auto with_hole = disk_;
    disk_.put_back(journal_folder, copy);
    const auto older = recover(disk_, journal_folder);
    const auto refused = outcome_log::open(disk_, folder, journal_folder, options_, *older);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("row 4"), std::string::npos) << refused.error().text;
    EXPECT_EQ(text_of(current), text) << "nothing is cut";
    disk_ = std::move(with_hole);
    auto again = reopened();
    EXPECT_EQ(again.missing(), 3U);
    complete(again);
    expect_one_line_for_each(4);
}

// What the operator had sent again, and how that ended, is no part of the older journal either.
TEST_F(outcome_log_test, a_journal_from_before_a_resolve_is_refused) {
    auto truth = new_journal();
    auto log = new_log();
    record(truth, log, batch().release(1, 2).done());
    record(truth, log, batch().settle(1, outcome::unknown).settle(2, outcome::accepted).done());
    const auto copy = disk_;
    auto word = batch().settle(1, outcome::accepted).done();
    word.settled[0].by = static_cast<std::uint8_t>(core::settled_by::operator_word);
    ASSERT_TRUE(truth.commit(word, at_second(3)));
    ASSERT_TRUE(rewrite_lines(disk_, folder, [](const logged_line& line) {
        std::optional<std::string> fresh;
        if (line.seen.row == 1) fresh = std::string(line.text) + "\n";
        if (fresh) fresh->replace(fresh->find("unknown"), 7, "accepted");
        return fresh;
    }));
    disk_.kill_process();
    disk_.put_back(journal_folder, copy);
    const auto from = recover(disk_, journal_folder);
    EXPECT_FALSE(outcome_log::open(disk_, folder, journal_folder, options_, *from));
}

TEST_F(outcome_log_test, rewriting_replaces_and_removes_in_every_piece) {
    auto truth = new_journal();
    auto log = new_log();
    for (core::row_number row = 1; row <= 100; ++row)
        record(truth, log, batch().settle(row, outcome::invalid).done());
    while (*log.tend())
        continue;
    const codec::outcome_line line("november", options_.lanes, codec::number_style::full);
    const auto changed = rewrite_lines(disk_, folder, [&](const logged_line& old) {
        std::optional<std::string> fresh;
        if (old.seen.row % 10 == 0) fresh.emplace();
        if (old.seen.row % 10 == 1) {
            core::settlement one;
            one.row = old.seen.row;
            one.what = outcome::accepted;
            line.append(fresh.emplace(), one, "", old.seen.number);
        }
        return fresh;
    });
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed, 20U);
    const auto found = lines();
    EXPECT_EQ(found.size(), 90U);
    EXPECT_EQ(found.at(41), std::vector{outcome::accepted});
    EXPECT_EQ(found.at(42), std::vector{outcome::invalid});
}

TEST_F(outcome_log_test, a_full_disk_keeps_the_lines_until_there_is_room) {
    auto truth = new_journal();
    auto log = new_log();
    disk_.set_capacity(disk_.used() + 500);
    core::result<void> done;
    for (core::row_number row = 1; row <= 10; ++row) {
        const auto what = batch().settle(row, outcome::invalid).done();
        ASSERT_TRUE(truth.commit(what, at_second(1)));
        done = log.append(what);
    }
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, core::trouble::disk_full);
    EXPECT_FALSE(log.tend());
    disk_.set_capacity(1 << 30);
    EXPECT_TRUE(log.tend());
    expect_one_line_for_each(10);
}

TEST_F(outcome_log_test, what_waits_for_room_is_limited) {
    auto log = new_log();
    disk_.set_capacity(disk_.used());
    auto large = batch();
    for (core::row_number row = 1; row <= 50'000; ++row)
        large.settle(row, outcome::invalid, 0, std::string(150, 'd'));
    const auto what = large.done();
    core::result<void> done;
    for (int i = 0; i < 100 && (!done || i == 0); ++i) {
        done = log.append(what);
        ASSERT_FALSE(done);
        if (done.error().kind == core::trouble::internal) break;
        EXPECT_EQ(done.error().kind, core::trouble::disk_full);
    }
    EXPECT_EQ(done.error().kind, core::trouble::internal);
}

}  // namespace
}  // namespace tidings::store
