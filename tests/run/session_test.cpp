#include "run/session.hpp"

#include "run/session_rig.hpp"
#include "store/verify.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace tidings::run {
namespace {

using core::outcome;
using std::chrono::hours;

class session_test : public ::testing::Test {
  protected:
    store::verify_report proof(const std::string& name, std::uint64_t rows) {
        auto made =
            store::verify(rig_.machine.disk, "/runs/" + name, "/runs/" + name + "/journal", rows);
        EXPECT_TRUE(made) << made.error().text;
        return std::move(made).value();
    }
    void expect_proof(const std::string& name, std::uint64_t rows) {
        const auto made = proof(name, rows);
        EXPECT_TRUE(made.complete())
            << made.sentence() << (made.findings.empty() ? "" : "\n" + made.findings[0]);
    }

    session_rig rig_;
};

// --- what runs took of the bot's windows, each slot once ---

TEST_F(session_test, a_clean_stop_and_a_resume_count_each_slot_once) {
    rig_.begin("a");
    rig_.send_rows(1, 30);
    rig_.end();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 30U);
    EXPECT_EQ(rig_.bot().worst_used, 30U) << "what the summary calls the worst window";
    EXPECT_EQ(rig_.available(), 30U) << "nothing is waited for";
    // And over and over.
    rig_.send_rows(31, 40);
    rig_.end();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 40U);
}

TEST_F(session_test, a_kill_and_a_resume_count_each_slot_once) {
    rig_.begin("a");
    rig_.send_rows(1, 30);
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 30U);
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 30U);
}

TEST_F(session_test, another_run_on_the_bot_counts_what_this_one_took_and_the_other_way_round) {
    rig_.begin("a");
    rig_.send_rows(1, 30);
    rig_.end();
    rig_.begin("b");
    EXPECT_EQ(rig_.bot().used, 30U);
    rig_.send_rows(1, 10);
    rig_.end();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 40U);
    rig_.send_rows(31, 35);
    rig_.die();
    rig_.go_on("b");
    EXPECT_EQ(rig_.bot().used, 45U) << "of the run that died its journal tells";
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 45U);
}

TEST_F(session_test, rows_in_doubt_take_slots_and_no_window_is_said_to_hold_more_than_its_limit) {
    rig_.begin("a");
    rig_.send_rows(1, 50);
    rig_.release(51, 80);
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(rig_.held->past().in_doubt, 30U);
    EXPECT_EQ(rig_.available(), 0U);
    EXPECT_EQ(rig_.bot().used, 80U);
    EXPECT_EQ(rig_.bot().worst_used, 60U);
}

TEST_F(session_test, slots_come_back_a_window_after_their_answers) {
    rig_.begin("a");
    rig_.send_rows(1, 30);
    rig_.machine.pass(seconds(10));
    rig_.send_rows(31, 40);
    rig_.end();
    rig_.machine.pass(seconds(11));
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 10U);
}

TEST_F(session_test, the_folder_of_a_run_that_died_is_gone_its_windows_count_as_full) {
    rig_.begin("a");
    rig_.send_rows(1, 5);
    rig_.die();
    rig_.machine.disk.put_back("/runs/a", store::simulated_disk());
    rig_.machine.disk.put_back("/runs/a/journal", store::simulated_disk());
    rig_.begin("b");
    EXPECT_EQ(rig_.available(), 0U);
    rig_.machine.pass(seconds(21));
    EXPECT_EQ(rig_.available(), 60U);
}

// The calendar is an hour behind when a run takes over what another took of the windows, is set
// right while that run lives, and the power fails: the slots are as old as they are.
TEST_F(session_test, a_calendar_that_was_set_right_before_the_power_failed_frees_no_slot) {
    for (const bool same_run : {false, true}) {
        rig_ = session_rig();
        rig_.machine.set_calendar(-hours(1));
        rig_.begin("a");
        rig_.send_rows(1, 30);
        rig_.end();
        rig_.begin("b");
        rig_.send_rows(1, 2);
        rig_.machine.set_calendar(hours(1));
        rig_.send_rows(3, 4);
        rig_.lose_power();
        if (same_run)
            rig_.go_on("b");
        else
            rig_.go_on("a");
        EXPECT_EQ(rig_.bot().used, 34U) << (same_run ? "the run itself" : "another one");
        rig_.machine.pass(seconds(20));
        EXPECT_EQ(rig_.bot().used, 0U) << "and no older than that";
    }
}

// The same with a clean end in between: what is written down then is told by the clocks of then.
TEST_F(session_test, a_calendar_that_was_set_right_before_a_clean_end_frees_no_slot) {
    rig_.machine.set_calendar(-hours(1));
    rig_.begin("a");
    rig_.send_rows(1, 30);
    rig_.end();
    rig_.begin("b");
    rig_.machine.set_calendar(hours(1));
    rig_.end();
    rig_.lose_power();
    rig_.go_on("b");
    EXPECT_EQ(rig_.bot().used, 30U);
}

TEST_F(session_test, what_was_learned_of_a_limit_outlives_a_kill) {
    rig_.begin("a");
    const core::limit_progress taught{.scope = core::scope_kind::bot,
                                      .scope_name = "st-1",
                                      .limit = {60, seconds(20)},
                                      .given = core::rate_limit{7, seconds(20)}};
    core::progress_snapshot seen;
    seen.limits = {taught};
    ASSERT_TRUE(rig_.held->keep_learned(seen));
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().believed, 7U);
    EXPECT_EQ(rig_.available(), 7U);
}

TEST_F(session_test, an_endpoint_in_trouble_is_known_to_the_next_process_and_the_next_run) {
    rig_.begin("a");
    const auto& troubled = [this] { return rig_.held->past().rows.endpoints.troubled; };
    EXPECT_TRUE(troubled().empty());
    core::progress_snapshot seen;
    seen.answers.troubles = {
        {.bot = "st-1", .name = "sms.example", .words = "status 503", .ask_at = {}}};
    ASSERT_TRUE(rig_.held->keep_learned(seen));
    rig_.die();
    rig_.go_on("a");
    EXPECT_EQ(troubled(), std::vector<std::string>{"st-1"});
    // It ends in good order, and nobody says that it is well.
    ASSERT_TRUE(rig_.held->keep_learned(core::progress_snapshot{}));
    rig_.die();
    rig_.go_on("a");
    EXPECT_TRUE(troubled().empty());
}

// The journal, the outcome log and all: only the bot knows that the run had come further.
TEST_F(session_test, a_run_folder_from_before_its_last_end_is_refused) {
    rig_.begin("a");
    rig_.send_rows(1, 5);
    rig_.die();
    const auto copy = rig_.machine.disk;
    rig_.go_on("a");
    rig_.send_rows(6, 9);
    rig_.end();
    const auto today = rig_.machine.disk;
    for (const auto* folder : {"/runs/a", "/runs/a/journal"})
        rig_.machine.disk.put_back(folder, copy);
    const auto refused = rig_.try_to_go_on("a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, core::trouble::journal);
    EXPECT_NE(refused.error().text.find("older copy"), std::string::npos) << refused.error().text;
    rig_.machine.disk = today;
    rig_.machine.disk.kill_process();
    rig_.go_on("a");
    EXPECT_EQ(rig_.bot().used, 9U);
}

// --- its end ---

TEST_F(session_test, a_full_disk_at_the_end_is_waited_for) {
    rig_.begin("a");
    rig_.send_rows(1, 5);
    auto& disk = rig_.machine.disk;
    disk.set_capacity(disk.used());
    auto screened = store::batch().settle(6, outcome::invalid).done();
    rig_.commit(screened);
    rig_.machine.on_pause = [&] {
        if (rig_.machine.paused > seconds(10)) disk.set_capacity(1 << 30);
    };
    const auto closed = rig_.try_to_end(true);
    ASSERT_TRUE(closed) << closed.error().text;
    EXPECT_GT(rig_.machine.paused, seconds(10));
    expect_proof("a", 6);
}

TEST_F(session_test, a_disk_that_stays_full_ends_it_with_the_way_on_and_nothing_is_lost) {
    rig_.begin("a");
    rig_.send_rows(1, 5);
    auto& disk = rig_.machine.disk;
    disk.set_capacity(disk.used());
    auto screened = store::batch().settle(6, outcome::invalid).done();
    rig_.commit(screened);
    const auto closed = rig_.try_to_end(true);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().kind, core::trouble::disk_full);
    EXPECT_NE(closed.error().text.find("tidings resume /runs/a"), std::string::npos);
    disk.set_capacity(1 << 30);
    rig_.go_on("a");
    rig_.end(true);
    expect_proof("a", 6);
}

// The outcome log's device fails and is well again: the lines are written from the journal.
TEST_F(session_test, lines_that_a_failing_log_lost_are_completed_at_the_end) {
    std::uint64_t completed = 0;
    for (std::uint64_t call = 1; call < 40; ++call) {
        rig_ = session_rig();
        rig_.begin("a");
        rig_.send_rows(1, 5);
        rig_.machine.disk.set_plan({.fail_at = call, .fail_with = EIO});
        auto screened =
            store::batch().settle(6, outcome::invalid).settle(7, outcome::invalid).done();
        const auto news = rig_.held->recorder().commit(screened, rig_.machine.now());
        rig_.held->recorder().write_lines(screened);
        const bool broken = news.what != store::commit_news::kind::durable;
        const auto closed = rig_.try_to_end(true);
        if (broken || !closed) continue;
        ++completed;
        SCOPED_TRACE("call " + std::to_string(call));
        expect_proof("a", 7);
    }
    EXPECT_GT(completed, 3U);
}

// --- its beginning ---

TEST_F(session_test, a_list_goes_to_a_bot_once_unless_that_is_meant) {
    rig_.begin("a");
    rig_.end(true);
    auto same = session_rig::wanted("b");
    same.record.list_fingerprint = session_rig::wanted("a").record.list_fingerprint;
    const auto refused = rig_.try_to_begin(same);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, core::trouble::exists);
    same.again = true;
    EXPECT_TRUE(rig_.try_to_begin(same));
}

TEST_F(session_test, other_senders_are_no_resume) {
    rig_.begin("a");
    rig_.end();
    auto folder = store::run_folder::open(rig_.machine.disk, "/runs/a");
    auto options = rig_.options();
    options.lanes[0].identity.from = "+1";
    const auto refused = session::reopen(std::move(*folder), options, session_rig::opening(),
                                         rig_.machine.around(), *rig_.limits);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, core::trouble::configuration);
}

// A list on standard input: whoever dies while the run is made can resume it or begin again, and
// where there is a run there is its list.
TEST_F(session_test, it_dies_at_any_call_of_its_beginning_and_goes_on_with_its_list) {
    const std::vector<std::byte> numbers(300, std::byte{'1'});
    std::uint64_t resumed = 0;
    std::uint64_t begun_again = 0;
    for (std::uint64_t at = 1;; ++at) {
        for (const bool kill : {false, true}) {
            rig_ = session_rig();
            auto& disk = rig_.machine.disk;
            ASSERT_TRUE(store::make_folders(disk, "/runs", core::trouble::internal));
            disk.put("/runs/a.stdin", numbers);
            auto how = session_rig::wanted("a");
            how.kept.list = "/runs/a.stdin";
            disk.set_plan({.power_off_before = at});
            try {
                ASSERT_TRUE(rig_.try_to_begin(how));
                EXPECT_GT(resumed, 10U);
                EXPECT_GT(begun_again, 10U);
                return;
            } catch (const store::power_failure&) {
            }
            SCOPED_TRACE("call " + std::to_string(at) + (kill ? ", killed" : ", power"));
            if (kill)
                disk.kill_process();
            else
                rig_.machine.power_fails();
            if (disk.exists("/runs/a/run.json")) {
                rig_.go_on("a");
                ++resumed;
            } else {
                disk.put("/runs/a.stdin", numbers);
                const auto again = rig_.try_to_begin(how);
                ASSERT_TRUE(again) << again.error().text;
                ++begun_again;
            }
            EXPECT_EQ(disk.bytes_of("/runs/a/recipients"), numbers);
            ASSERT_FALSE(HasFailure());
        }
    }
}

}  // namespace
}  // namespace tidings::run
