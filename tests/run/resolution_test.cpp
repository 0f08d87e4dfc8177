#include "run/resolution.hpp"

#include "run/session_rig.hpp"
#include "store/outcome_log.hpp"
#include "store/verify.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::run {
namespace {

using core::outcome;

constexpr core::row_number rows = 12;
const store::journal_options small{.segment_bytes = 4096, .window_longest = seconds(20)};

// Twelve rows: four of them unknown, a run that has ended with all of its lines.
session_rig run_with_doubts() {
    session_rig rig;
    rig.begin("a");
    rig.send_rows(1, 8);
    rig.release(9, 12);
    store::batch lost;
    for (core::row_number row = 9; row <= 12; ++row)
        lost.settle(row, outcome::unknown);
    auto settled = lost.done();
    rig.commit(settled);
    rig.end(true);
    return rig;
}

core::result<void> give_word(simulated_machine& machine, ruling as) {
    auto folder = store::run_folder::open(machine.disk, "/runs/a");
    if (!folder) return folder.error();
    const auto doubts =
        rows_in_doubt(machine.disk, folder->paths(), [](core::row_number row) { return row > 9; });
    if (!doubts) return doubts.error();
    settled_doubts given{.rows = *doubts, .as = as};
    if (as == ruling::found)
        for (const auto row : *doubts)
            given.words.push_back("found: session \"" + std::to_string(row) + "\"");
    return settle(machine.around(), *folder, given, small);
}

// Every line of the outcome log.
std::string log_of(simulated_machine& machine) {
    std::string text;
    EXPECT_TRUE(store::visit_lines(machine.disk, "/runs/a", [&](const store::logged_line& line) {
        text.append(line.text).append("\n");
        return true;
    }));
    return text;
}

store::verify_report proof(simulated_machine& machine) {
    return store::verify(machine.disk, "/runs/a", "/runs/a/journal", rows).value();
}

TEST(resolution, settles_the_rows_that_are_named) {
    auto rig = run_with_doubts();
    ASSERT_TRUE(give_word(rig.machine, ruling::sent));
    rig.machine.disk.kill_process();
    const auto settled = proof(rig.machine);
    EXPECT_TRUE(settled.complete()) << settled.sentence();
    EXPECT_EQ(settled.log[outcome::accepted], 11U);
    EXPECT_EQ(settled.log[outcome::unknown], 1U) << "row 9 was not named";
}

TEST(resolution, keeps_what_the_platform_has_on_record) {
    auto rig = run_with_doubts();
    ASSERT_TRUE(give_word(rig.machine, ruling::found));
    rig.machine.disk.kill_process();
    EXPECT_TRUE(proof(rig.machine).complete());
    EXPECT_THAT(log_of(rig.machine), testing::HasSubstr(R"("detail":"found: session \"11\""})"));
}

TEST(resolution, opens_rows_that_are_to_be_sent_again) {
    auto rig = run_with_doubts();
    ASSERT_TRUE(give_word(rig.machine, ruling::resend));
    rig.machine.disk.kill_process();
    const auto opened = proof(rig.machine);
    EXPECT_TRUE(opened.holds()) << opened.sentence();
    EXPECT_EQ(opened.unsent, 3U);
    rig.go_on("a");
    rig.send_rows(10, 12);
    rig.end(true);
    EXPECT_TRUE(proof(rig.machine).complete());
}

TEST(resolution, a_run_that_was_interrupted_records_its_doubts_first) {
    session_rig rig;
    rig.begin("a");
    rig.release(1, 2);
    rig.die();
    const auto refused = give_word(rig.machine, ruling::sent);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, core::trouble::usage);
}

// Whoever gives it dies before any call of the disk, by a kill or with the power; the next resume
// leaves one line a row, with the outcome that the journal has.
TEST(resolution, dies_at_any_call_and_leaves_one_line_a_row) {
    const auto whole = run_with_doubts();
    std::mt19937_64 random(11);
    for (const auto as : {ruling::sent, ruling::resend}) {
        std::uint64_t calls = 0;
        std::uint64_t settled = 0;
        for (std::uint64_t at = 1;; ++at) {
            session_rig rig;
            rig.machine = whole.machine;
            auto& disk = rig.machine.disk;
            disk.set_plan({.power_off_before = at});
            try {
                ASSERT_TRUE(give_word(rig.machine, as));
                calls = at;
                break;
            } catch (const store::power_failure&) {
            }
            SCOPED_TRACE((as == ruling::sent ? "sent, call " : "resend, call ") +
                         std::to_string(at));
            if (random() % 2 == 0)
                disk.kill_process();
            else
                disk.crash([&](std::size_t) { return random() % 2 == 0; });
            rig.go_on("a");
            std::uint64_t open = 0;
            for (core::row_number row = 10; row <= 12; ++row)
                open += rig.held->recorder().state().rows[row] == core::row_state::parked ? 1U : 0U;
            ASSERT_TRUE(open == 0 || (as == ruling::resend && open == 3));
            if (open != 0) rig.send_rows(10, 12);
            rig.end(true);
            const auto made = proof(rig.machine);
            ASSERT_TRUE(made.complete())
                << made.sentence() << (made.findings.empty() ? "" : "\n" + made.findings[0]);
            settled += made.log[outcome::accepted] == 11 ? 1U : 0U;
        }
        std::cout << calls << " calls, " << settled << " times it was settled already\n";
        EXPECT_GT(settled, 10U);
        EXPECT_LT(settled, calls);
    }
}

// The same, and the next thing is no resume but the same command.
TEST(resolution, what_was_interrupted_is_finished_by_the_same_command) {
    const auto whole = run_with_doubts();
    std::mt19937_64 random(12);
    for (const auto as : {ruling::sent, ruling::resend, ruling::found}) {
        for (std::uint64_t at = 1;; ++at) {
            auto machine = whole.machine;
            machine.disk.set_plan({.power_off_before = at});
            try {
                ASSERT_TRUE(give_word(machine, as));
                break;
            } catch (const store::power_failure&) {
            }
            SCOPED_TRACE("ruling " + std::to_string(static_cast<int>(as)) + ", call " +
                         std::to_string(at));
            if (random() % 2 == 0)
                machine.disk.kill_process();
            else
                machine.disk.crash([&](std::size_t) { return random() % 2 == 0; });
            {
                auto folder = store::run_folder::open(machine.disk, "/runs/a");
                ASSERT_TRUE(folder);
                ASSERT_TRUE(finish_interrupted(machine.around(), *folder, small));
            }
            ASSERT_TRUE(give_word(machine, as));
            machine.disk.kill_process();
            const auto made = proof(machine);
            ASSERT_TRUE(made.holds()) << made.sentence();
            ASSERT_EQ(made.log[outcome::unknown], 1U);
            ASSERT_EQ(made.log[outcome::accepted], as == ruling::resend ? 8U : 11U);
        }
    }
}

}  // namespace
}  // namespace tidings::run
