#include "store/recorder.hpp"

#include "store/verify.hpp"
#include "support/journal_story.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::outcome;
using kind = commit_news::kind;

class recorder_test : public ::testing::Test {
  protected:
    static constexpr const char* folder = "run";
    static constexpr const char* journal_folder = "run/journal";
    static constexpr std::uint64_t plenty = 1 << 30;

    static outcome_log_options log_options() {
        outcome_log_options options;
        options.run = "r";
        options.lanes = {{"+1669", "st-1"}};
        return options;
    }
    recorder made(journal_options options = small_options()) {
        auto truth = journal::create(disk_, journal_folder, options, at_second(0));
        auto lines = outcome_log::create(disk_, folder, log_options());
        return {std::move(truth).value(), std::move(lines).value()};
    }
    // Rows first .. last, released in one batch and accepted in the next.
    kind record(recorder& on, core::row_number first, core::row_number last) {
        auto released = batch().release(first, static_cast<std::uint32_t>(last - first + 1)).done();
        auto news = on.commit(released, at_second(1));
        if (news.what == kind::durable) {
            batch answers;
            for (auto row = first; row <= last; ++row)
                answers.settle(row, outcome::accepted);
            auto settled = answers.done();
            news = on.commit(settled, at_second(2));
            on.write_lines(settled);
        }
        while (on.tend()) {
        }
        return news.what;
    }
    void expect_proof(std::uint64_t rows) {
        const auto proof = verify(disk_, folder, journal_folder, rows);
        ASSERT_TRUE(proof) << proof.error().text;
        EXPECT_TRUE(proof->complete()) << proof->sentence();
    }

    simulated_disk disk_ = disk_with_run();
};

TEST_F(recorder_test, a_batch_and_its_lines_are_on_record_after_a_clean_end) {
    auto on = made();
    EXPECT_EQ(record(on, 1, 5), kind::durable);
    EXPECT_TRUE(on.close(true, at_second(3)));
    EXPECT_FALSE(on.log_is_behind());
    EXPECT_TRUE(on.state().finished);
    expect_proof(5);
    EXPECT_TRUE(recover(disk_, journal_folder)->from_checkpoint);
}

// The disk is full where a line is written, and then it is not: nothing of that is left.
TEST_F(recorder_test, a_full_disk_that_clears_ends_with_every_line_written) {
    auto on = made();
    ASSERT_EQ(record(on, 1, 3), kind::durable);
    disk_.set_capacity(disk_.used());
    // Room for answers was kept in the journal; the log has none.
    auto settled = batch().settle(4, outcome::invalid).settle(5, outcome::suppressed).done();
    EXPECT_EQ(on.commit(settled, at_second(2)).what, kind::durable);
    on.write_lines(settled);
    EXPECT_FALSE(on.tend()) << "it is not asked again and again";
    const auto full = on.close(true, at_second(3));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind, core::trouble::disk_full);
    EXPECT_FALSE(on.log_is_behind()) << "the lines wait";
    disk_.set_capacity(plenty);
    EXPECT_TRUE(on.close(true, at_second(4)));
    EXPECT_FALSE(on.log_is_behind());
    expect_proof(5);
    EXPECT_EQ(recover(disk_, journal_folder)->state.sequence, 4U) << "it finishes once";
}

TEST_F(recorder_test, lines_that_waited_for_room_are_written_with_the_next_ones) {
    auto on = made();
    ASSERT_EQ(record(on, 1, 3), kind::durable);
    disk_.set_capacity(disk_.used());
    auto settled = batch().settle(4, outcome::invalid).done();
    ASSERT_EQ(on.commit(settled, at_second(2)).what, kind::durable);
    on.write_lines(settled);
    disk_.set_capacity(plenty);
    EXPECT_EQ(record(on, 5, 6), kind::durable);
    EXPECT_TRUE(on.close(true, at_second(3)));
    expect_proof(6);
}

TEST_F(recorder_test, a_full_disk_refuses_releases_and_takes_the_answers) {
    auto on = made();
    auto released = batch().release(1, 2).done();
    ASSERT_EQ(on.commit(released, at_second(1)).what, kind::durable);
    disk_.set_capacity(disk_.used());
    auto both = batch().settle(1, outcome::accepted).release(3, 4000).done();
    EXPECT_EQ(on.commit(both, at_second(2)).what, kind::releases_refused);
    EXPECT_TRUE(both.released.empty()) << "what is left of it is on record";
    EXPECT_EQ(on.state().rows[1], core::row_state::settled);
    EXPECT_EQ(on.state().rows[3], core::row_state::untouched);
}

// What a failed sync has lost a second one would call a success, also when it failed for want of
// room: the next process completes the log from the journal.
TEST_F(recorder_test, a_failed_sync_of_the_log_is_never_forgiven) {
    for (const int error : {EIO, ENOSPC}) {
        disk_ = disk_with_run();
        auto on = made();
        ASSERT_EQ(record(on, 1, 3), kind::durable);
        ASSERT_TRUE(on.close(false, at_second(3)));
        const auto before = disk_;
        std::uint64_t behind = 0;
        for (std::uint64_t call = 1; call < 20; ++call) {
            disk_ = before;
            auto known = recover(disk_, journal_folder);
            auto lines = outcome_log::open(disk_, folder, journal_folder, log_options(), *known);
            auto truth = journal::open(disk_, journal_folder, small_options(), std::move(*known),
                                       at_second(4));
            recorder again(std::move(truth).value(), std::move(lines).value());
            ASSERT_EQ(record(again, 4, 6), kind::durable);
            disk_.set_plan({.fail_at = call, .fail_with = error});
            auto closed = again.close(true, at_second(5));
            disk_.set_plan({});
            if (!closed && closed.error().kind == core::trouble::disk_full)
                closed = again.close(true, at_second(6));
            if (again.broken() || !closed || again.log_is_behind()) {
                ++behind;
                continue;
            }
            disk_.crash([](std::size_t) { return false; });
            SCOPED_TRACE(std::to_string(error) + " at call " + std::to_string(call));
            expect_proof(6);
        }
        EXPECT_GT(behind, 0U);
    }
}

TEST_F(recorder_test, answers_go_to_the_emergency_log_once_the_journal_has_failed) {
    auto on = made();
    auto released = batch().release(1, 4).done();
    ASSERT_EQ(on.commit(released, at_second(1)).what, kind::durable);
    disk_.set_plan({.fail_at = 1, .fail_with = EIO});
    auto answers = batch().settle(1, outcome::accepted).release(5, 2).done();
    const auto failed = on.commit(answers, at_second(2));
    EXPECT_EQ(failed.what, kind::failed);
    EXPECT_FALSE(failed.against_the_rules);
    auto later = batch().settle(2, outcome::rejected).done();
    EXPECT_EQ(on.commit(later, at_second(3)).what, kind::failed);
    EXPECT_TRUE(on.broken());
    EXPECT_FALSE(on.tend());
    EXPECT_TRUE(on.close(true, at_second(4)));
    const auto known = recover(disk_, journal_folder);
    ASSERT_TRUE(known) << known.error().text;
    EXPECT_EQ(known->state.counts[outcome::accepted], 1U);
    EXPECT_EQ(known->state.counts[outcome::rejected], 1U);
    EXPECT_EQ(known->in_doubt(), 2U) << "rows 3 and 4; 5 and 6 were never released";
    EXPECT_FALSE(known->state.finished);
}

TEST_F(recorder_test, a_batch_against_the_rules_is_told_as_what_it_is) {
    auto on = made();
    auto wrong = batch().settle(1, outcome::accepted).done();
    const auto news = on.commit(wrong, at_second(1));
    EXPECT_EQ(news.what, kind::failed);
    EXPECT_TRUE(news.against_the_rules) << news.why;
}

TEST_F(recorder_test, a_checkpoint_is_written_when_it_is_due) {
    auto options = small_options();
    options.checkpoint_bytes = 200;
    auto on = made(options);
    for (core::row_number row = 1; row <= 40; row += 4)
        ASSERT_EQ(record(on, row, row + 3), kind::durable);
    disk_.kill_process();
    const auto known = recover(disk_, journal_folder);
    EXPECT_TRUE(known->from_checkpoint);
    EXPECT_NE(known->log.piece, 0U) << "with its place in the outcome log";
}

}  // namespace
}  // namespace tidings::store
