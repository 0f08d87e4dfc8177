#include "view/summary.hpp"

#include "view/json_text.hpp"
#include "view/painted_line.hpp"
#include "view/progress_json.hpp"
#include "view/snapshots.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::view {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(summary, as_a_table) {
    EXPECT_EQ(summary_table(a_summary(), page{}),
              R"(november-reminder  Stopped by tidings control stop.

  accepted     410,113   41.0 %  ━━━━━━━━━━━━━━━━
  rejected          12   <0.1 %  ━
  unknown            3   <0.1 %  ━
  failed             0      0 %
  expired            0      0 %
  invalid        1,204    0.1 %  ━
  duplicate        533    0.1 %  ━
  suppressed       135   <0.1 %  ━
  unsent       588,000   58.8 %  ━━━━━━━━━━━━━━━━━━━━━━━━
  rows       1,000,000

  requests   410,169, of them retries 41
  time       11 h 25 m, 08:00 to 19:25, 9.97/s
  latency    p50 43.1 ms   p90 61.0 ms   p99 210 ms   p99.9 1.2 s   max 4.2 s
  limit      600/60s of bot st-26d52ba6-…: worst window 600, held back 12 m 04 s
  limit      10/1s of sender +16693422058: worst window 5
)");
}

TEST(summary, the_table_fits_every_width) {
    for (int columns = 20; columns <= 200; ++columns) {
        std::istringstream lines(summary_table(a_summary(), page{columns, false, true, utc}));
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(width_of(line), columns);
    }
}

TEST(summary, as_json) {
    EXPECT_EQ(summary_json(a_summary()),
              R"({
  "run": "november-reminder",
  "rows": 1000000,
  "accepted": 410113,
  "rejected": 12,
  "unknown": 3,
  "failed": 0,
  "expired": 0,
  "invalid": 1204,
  "duplicate": 533,
  "suppressed": 135,
  "unsent": 588000,
  "suppressed_by": {},
  "requests": 410169,
  "retries": 41,
  "started_at": "2026-11-23T08:00:00.000000Z",
  "finished_at": "2026-11-23T19:25:00.000000Z",
  "duration_s": 41100,
  "rate_per_s": 9.971,
  "latency_ms": {"p50":43.1,"p90":61,"p99":210,"p999":1200,"max":4200},
  "limits": [)"
              R"({"scope":"bot st-26d52ba6-7a77-56b2-be4e-a8db1da7e440",)"
              R"("limit":"600/60s","worst_window":600,"waited_s":724},)"
              R"({"scope":"sender +16693422058","limit":"10/1s",)"
              R"("worst_window":5,"waited_s":0}],
  "in_doubt_max": 25,
  "trouble": {"times":0,"questions":0,"lasted_s":0},
  "answer_rules": [],
  "hours_rules": [],
  "exit_status": 7,
  "reason": "Stopped by tidings control stop."
}
)");
    EXPECT_THAT(summary_json_line(a_summary()),
                StartsWith(R"({"type":"summary","run":"november-reminder","rows":1000000,)"));
    EXPECT_EQ(summary_json_line(a_summary()).find('\n'), std::string::npos);
}

TEST(progress_json, is_one_line_with_its_type_first) {
    auto now = a_snapshot();
    now.waiting_for = "a \"quoted\" text\n";
    now.notes = {"one", "two"};
    const auto line = progress_json(now);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_THAT(line, StartsWith(R"({"type":"progress","version":1,)"
                                 R"("ts":"2026-11-23T19:25:00.000000Z",)"));
    EXPECT_THAT(line, HasSubstr(R"("waiting_for":"a \"quoted\" text\u000a","waiting_until":null)"));
    EXPECT_THAT(line, HasSubstr(R"("finish_expected":"2026-11-24T11:47:00.000000Z")"));
    EXPECT_THAT(line, HasSubstr(R"("notes":["one","two"]})"));
    now.rows_total.reset();
    EXPECT_THAT(progress_json(now), HasSubstr(R"("rows":null)"));
}

TEST(progress_json, tells_of_endpoints_in_trouble) {
    auto now = a_snapshot();
    EXPECT_THAT(progress_json(now), HasSubstr(R"("trouble":[])"));
    now.answers.troubles = {{.bot = "st-1",
                             .name = "sms.example",
                             .words = "status 503, \"busy\"",
                             .since = now.now,
                             .questions = 4,
                             .ask_at = now.now + std::chrono::seconds(8)}};
    EXPECT_THAT(progress_json(now),
                HasSubstr(R"("trouble":[{"bot":"st-1","name":"sms.example",)"
                          R"("words":"status 503, \"busy\"","since":"2026-11-23T19:25:00.000000Z",)"
                          R"("questions":4,"ask_at":"2026-11-23T19:25:08.000000Z",)"
                          R"("trying":false,"given_up":false}])"));
}

TEST(summary, says_why_rows_were_suppressed) {
    auto summary = a_summary();
    for (int i = 0; i < 3; ++i)
        summary.suppressed_by.add(core::exclusion::country);
    summary.suppressed_by.add(core::exclusion::opt_out);
    EXPECT_THAT(summary_table(summary, page{}), HasSubstr("1 opt-out, 3 country"));
    EXPECT_THAT(summary_json(summary), HasSubstr(R"("suppressed_by": {"opt-out":1,"country":3})"));
}

TEST(summary, names_the_rules_about_hours) {
    auto summary = a_summary();
    summary.hours = {"US-TX sun: 12:00-21:00 (a law)"};
    EXPECT_THAT(summary_table(summary, page{}), HasSubstr("US-TX sun: 12:00-21:00 (a law)"));
    EXPECT_THAT(summary_json(summary),
                HasSubstr("\"hours_rules\": [\"US-TX sun: 12:00-21:00 (a law)\"]"));
    summary.hours.resize(9, "US: 08:00-21:00");
    EXPECT_THAT(summary_table(summary, page{}), HasSubstr("and 3 rules more"));
}

TEST(summary_table, counts_troubles_and_the_operators_rules) {
    auto summary = a_summary();
    summary.last.answers.trouble = {.times = 2, .questions = 41, .lasted = std::chrono::minutes(5)};
    summary.last.answers.own_rules = {{"status 503 means not processed", 1'204}};
    const auto table = summary_table(summary, page{});
    EXPECT_THAT(table, HasSubstr("2 times, 5 m 00 s in all, 41 questions"));
    EXPECT_THAT(table, HasSubstr("status 503 means not processed: 1,204"));
}

TEST(json_text, escapes_what_must_be) {
    EXPECT_EQ(json_string("a\"b\\c\n\t\x01\x7F"), R"("a\"b\\c\u000a\u0009\u0001\u007f")");
    EXPECT_EQ(json_string("Zoë ≤ 😀"), "\"Zoë ≤ 😀\"");
    for (const char* broken : {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                               "\xE2\x89", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80"})
        EXPECT_THAT(json_string(broken), StartsWith("\"\xEF\xBF\xBD"));
}

TEST(json_text, figures) {
    EXPECT_EQ(json_number(43.1), "43.1");
    EXPECT_EQ(json_number(1000), "1000");
    EXPECT_EQ(json_number(0.0004), "0");
    EXPECT_EQ(json_number(-0.0), "0");
    EXPECT_EQ(json_number(1.0 / 0.0), "0");
}

}  // namespace
}  // namespace tidings::view
