#include "core/verdict.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

struct row {
    std::uint16_t status;
    answer_text text;
    bool retry_after;
    verdict expected;
};

// contract.md section 5, one row per case of sections 1 to 4.
constexpr row table[] = {
    {200, answer_text::triggered, false, verdict::accepted},
    {202, answer_text::triggered, false, verdict::accepted},
    {200, answer_text::other_json, false, verdict::accepted_odd},
    {200, answer_text::html, false, verdict::accepted_odd},
    {204, answer_text::none, false, verdict::accepted_odd},
    {301, answer_text::html, false, verdict::misdirected},
    {307, answer_text::none, true, verdict::misdirected},
    {429, answer_text::none, false, verdict::limited},
    {429, answer_text::html, true, verdict::limited},
    {403, answer_text::limit_minute, false, verdict::limited},
    {400, answer_text::limit_hour, false, verdict::limited},
    {412, answer_text::limit_other, false, verdict::limited},
    {401, answer_text::replay, false, verdict::replayed},
    {401, answer_text::bad_credentials, false, verdict::refused_token},
    {401, answer_text::wrong_scope, false, verdict::refused_token},
    {401, answer_text::jti_lifetime, false, verdict::refused_token},
    {404, answer_text::html, false, verdict::refused_token},
    {405, answer_text::wrong_method, false, verdict::refused_token},
    {400, answer_text::unknown_bot, false, verdict::refused_token},
    {400, answer_text::other_json, false, verdict::rejected},
    {412, answer_text::validation, false, verdict::rejected},
    {403, answer_text::html, false, verdict::rejected},
    {503, answer_text::html, true, verdict::not_processed},
    {503, answer_text::html, false, verdict::in_doubt},
    {500, answer_text::other_json, true, verdict::in_doubt},
    {502, answer_text::html, false, verdict::in_doubt},
    {504, answer_text::none, false, verdict::in_doubt},
    {100, answer_text::none, false, verdict::in_doubt},
    {999, answer_text::none, false, verdict::in_doubt},
};

TEST(verdict, follows_the_table_for_answers) {
    for (const auto& one : table) {
        attempt_report report;
        report.furthest = attempt_step::answered;
        report.reply.emplace();
        report.reply->status = one.status;
        report.reply->text = one.text;
        report.reply->complete = true;
        if (one.retry_after) report.reply->retry_after = std::chrono::seconds(3);
        EXPECT_EQ(name_of(judge(report)), name_of(one.expected))
            << one.status << " text " << static_cast<int>(one.text);
    }
}

TEST(verdict, every_rule_of_the_table_is_reached_by_a_row) {
    for (const auto& rule : answer_rules()) {
        bool reached = false;
        for (const auto& one : table)
            reached = reached || (one.status >= rule.status_from && one.status <= rule.status_to &&
                                  one.expected == rule.means);
        EXPECT_TRUE(reached) << rule.source;
    }
}

TEST(verdict, without_an_answer_the_furthest_step_decides) {
    attempt_report report;
    for (const auto step : {attempt_step::not_started, attempt_step::idle_check}) {
        report.furthest = step;
        EXPECT_EQ(judge(report), verdict::untouched);
    }
    for (const auto step : {attempt_step::writing, attempt_step::written, attempt_step::status_line,
                            attempt_step::answered}) {
        report.furthest = step;
        EXPECT_EQ(judge(report), verdict::in_doubt);
    }
}

TEST(verdict, a_protocol_refusal_overrules_the_step) {
    attempt_report report;
    report.furthest = attempt_step::written;
    report.refused_unprocessed = true;
    EXPECT_EQ(judge(report), verdict::not_processed);
}

}  // namespace
}  // namespace tidings::core
