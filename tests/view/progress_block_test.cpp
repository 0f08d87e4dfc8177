#include "view/progress_block.hpp"

#include "view/clock_text.hpp"
#include "view/painted_line.hpp"
#include "view/snapshots.hpp"

#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::view {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

TEST(progress_block, at_eighty_columns) {
    EXPECT_EQ(progress_block(a_snapshot(), page{}),
              R"(november-reminder  running                                 HTTP/2, 8 connections
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────────────────────────────   41.2 %
412,000 of 1,000,000 rows                       finishes Tue 11:47, in 16 h 22 m
9.98/s now, 9.97/s on average         latency p50 43.1 ms  p99 210 ms  max 4.2 s

accepted     410,113          rejected          12          unknown            3
failed             0          expired            0          invalid        1,204
duplicate        533          suppressed       135          in flight         12
in doubt ≤        25          retries           41          postponed          0

limit      600/60s  bot st-26d52ba6-7a…  now 300, worst 600, held back 12 m 04 s
limit      10/1s    sender +16693422058                           now 3, worst 5
now        sending as the limits allow
)");
}

TEST(progress_block, says_for_what_and_until_when_it_waits) {
    auto now = a_snapshot();
    now.phase = core::run_phase::waiting;
    now.waiting_for = "18,000/1h of bot st-26d5";
    now.waiting_until = now.now + 12min + 4s;
    EXPECT_THAT(progress_block(now, page{}),
                HasSubstr("now        waiting for 18,000/1h of bot st-26d5, until 19:37:04 "
                          "(12 m 04 s)\n"));
    now.phase = core::run_phase::paused;
    now.waiting_for = "the disk is full";
    now.waiting_until.reset();
    EXPECT_THAT(progress_block(now, page{}), HasSubstr("paused: the disk is full\n"));
    now.phase = core::run_phase::draining;
    EXPECT_THAT(progress_block(now, page{}), HasSubstr("draining: 12 in flight"));
    now.waiting_until = now.now + 30s;
    EXPECT_THAT(progress_block(now, page{}),
                HasSubstr("nothing more goes out, until 19:25:30\n           (30 s)"));
}

TEST(progress_block, says_what_is_in_trouble) {
    auto now = a_snapshot();
    core::endpoint_trouble one{.bot = "st-1",
                               .name = "platform.kore.ai",
                               .words = "status 503",
                               .since = now.now - 4min,
                               .questions = 4,
                               .ask_at = now.now + 8s};
    now.answers.troubles = {one};
    EXPECT_THAT(progress_block(now, page{}),
                HasSubstr("trouble    platform.kore.ai since 19:21 (status 503): asking again in "
                          "8"));
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("4 questions so far"));
    now.answers.troubles[0].ask_at.reset();
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("): asking; 4 questions so far"));
    now.answers.troubles[0].trying = true;
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("a few messages try it"));
    now.answers.troubles[0].given_up = true;
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("): given up"));
    now.answers.troubles.assign(5, one);
    EXPECT_THAT(progress_block(now, page{}), HasSubstr("and at 2 more endpoints"));
}

TEST(progress_block, an_unread_list_has_no_share) {
    auto now = a_snapshot();
    now.rows_total.reset();
    now.finish_expected.reset();
    const auto block = progress_block(now, page{});
    EXPECT_THAT(block, HasSubstr("412,000 rows so far, the list is still being read\n"));
    EXPECT_THAT(block, Not(HasSubstr("%")));
    EXPECT_THAT(block, Not(HasSubstr("finishes")));
}

TEST(progress_block, keeps_to_ascii_where_it_must) {
    page plain;
    plain.utf8 = false;
    for (const char c : progress_block(a_snapshot(), plain))
        EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(progress_block, the_clock_is_the_readers) {
    page there;
    there.offset = [](core::wall_time) { return std::chrono::minutes(60); };
    EXPECT_THAT(progress_block(a_snapshot(), there), HasSubstr("finishes Tue 12:47"));
}

// Nothing moves while only figures change, and no line is ever wider than the page.
TEST(progress_block, stands_still_at_every_width) {
    std::mt19937_64 random(5);
    for (int columns = 20; columns <= 200; columns += 3) {
        for (const bool colour : {false, true}) {
            const page on{columns, colour, true, utc};
            std::size_t height = 0;
            for (int i = 0; i < 20; ++i) {
                auto now = a_snapshot();
                for (auto& count : now.ended.by_outcome)
                    count = random() % 125'000;
                now.in_flight = random() % 5'000;
                now.retries = random() % 999'999;
                now.rate_now = static_cast<double>(random() % 100'000) / 7;
                now.notes = {"a note that is long enough to need more than one line at times"};
                const auto lines = lines_of(progress_block(now, on));
                if (i == 0) height = lines.size();
                EXPECT_EQ(lines.size(), height) << columns;
                if (colour) continue;
                for (const auto& line : lines)
                    EXPECT_LE(width_of(line), columns) << line;
            }
        }
    }
}

TEST(progress_block, many_limits_and_notes_are_cut_short) {
    auto now = a_snapshot();
    now.limits.assign(500, now.limits[0]);
    now.notes.assign(20, "again");
    now.answers.odd = 7;
    const auto block = progress_block(now, page{});
    EXPECT_LT(lines_of(block).size(), 30U);
    EXPECT_THAT(block, HasSubstr("and 494 more limits"));
    EXPECT_THAT(block, HasSubstr("7 accepted, but not with the documented answer"));
}

TEST(progress_block, a_line_where_there_is_no_terminal) {
    auto now = a_snapshot();
    EXPECT_EQ(progress_line(now, page{}),
              "november-reminder: 412,000 of 1,000,000 rows (41.2 %), accepted 410,113, rejected "
              "12, unknown 3, invalid 1,204, duplicate 533, suppressed 135, in doubt at most 25, "
              "9.98/s, finishes Tue 11:47, in 16 h 22 m");
    now.phase = core::run_phase::waiting;
    now.waiting_for = "a\nforged line";
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("; waiting for a forged line"));
}

TEST(progress_line, an_end_within_the_second_is_not_told) {
    auto now = a_snapshot();
    now.finish_expected = now.now + 999ms;
    EXPECT_THAT(progress_line(now, page{}), Not(HasSubstr("finishes")));
    now.finish_expected = now.now + 1s;
    EXPECT_THAT(progress_line(now, page{}), HasSubstr("finishes"));
}

TEST(clock_text, today_this_week_and_later) {
    const auto now = a_snapshot().now;
    EXPECT_EQ(clock_text(now, now, utc), "19:25");
    EXPECT_EQ(clock_text(now + 5s, now, utc, true), "19:25:05");
    EXPECT_EQ(clock_text(now + 5h, now, utc), "Tue 00:25");
    EXPECT_EQ(clock_text(now + 24h * 6, now, utc), "Sun 19:25");
    EXPECT_EQ(clock_text(now + 24h * 7, now, utc), "2026-11-30 19:25");
    EXPECT_EQ(clock_text(now - 24h * 5, now, utc), "Wed 19:25");
    EXPECT_EQ(clock_text(now - 24h * 6, now, utc), "2026-11-17 19:25");
    EXPECT_EQ(date_text(now, utc), "2026-11-23 19:25:00");
}

}  // namespace
}  // namespace tidings::view
