#include "core/verdict.hpp"

#include <set>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

struct row {
    std::uint16_t status;
    answer_text text;
    verdict expected;
};

// contract.md section 5, one row per case of sections 1 to 4.
constexpr row table[] = {
    {200, answer_text::triggered, verdict::accepted},
    {202, answer_text::triggered, verdict::accepted},
    {200, answer_text::other_json, verdict::accepted_odd},
    {200, answer_text::cut, verdict::accepted_odd},
    {200, answer_text::html, verdict::not_platform},
    {200, answer_text::failure, verdict::in_doubt},
    {204, answer_text::none, verdict::in_doubt},
    {200, answer_text::unreadable, verdict::in_doubt},
    {301, answer_text::html, verdict::misdirected},
    {307, answer_text::none, verdict::misdirected},
    {429, answer_text::none, verdict::limited},
    {429, answer_text::html, verdict::limited},
    {403, answer_text::limit_minute, verdict::limited},
    {400, answer_text::limit_hour, verdict::limited},
    {412, answer_text::limit_other, verdict::limited},
    {408, answer_text::limit_other, verdict::limited},
    {408, answer_text::html, verdict::not_processed},
    {408, answer_text::none, verdict::not_processed},
    {408, answer_text::refusal, verdict::not_processed},
    {421, answer_text::none, verdict::not_processed},
    {425, answer_text::html, verdict::not_processed},
    {401, answer_text::replay, verdict::replayed},
    {401, answer_text::bad_credentials, verdict::refused_token},
    {401, answer_text::wrong_scope, verdict::refused_token},
    {401, answer_text::jti_lifetime, verdict::refused_token},
    {401, answer_text::refusal, verdict::refused_token},
    {404, answer_text::refusal, verdict::refused_token},
    {405, answer_text::wrong_method, verdict::refused_token},
    {400, answer_text::unknown_bot, verdict::refused_token},
    {400, answer_text::refusal, verdict::rejected},
    {412, answer_text::validation, verdict::rejected},
    {403, answer_text::bad_credentials, verdict::rejected},
    {401, answer_text::html, verdict::not_platform},
    {401, answer_text::other_json, verdict::not_platform},
    {404, answer_text::html, verdict::not_platform},
    {405, answer_text::none, verdict::not_platform},
    {403, answer_text::html, verdict::not_platform},
    {403, answer_text::other_json, verdict::not_platform},
    {413, answer_text::none, verdict::not_platform},
    {400, answer_text::unreadable, verdict::not_platform},
    {407, answer_text::cut, verdict::not_platform},
    {503, answer_text::html, verdict::in_doubt},
    {500, answer_text::other_json, verdict::in_doubt},
    {502, answer_text::html, verdict::in_doubt},
    {504, answer_text::none, verdict::in_doubt},
    {599, answer_text::refusal, verdict::in_doubt},
    {100, answer_text::none, verdict::in_doubt},
    {999, answer_text::none, verdict::in_doubt},
};

attempt_report answered(const row& one) {
    attempt_report report;
    report.furthest = attempt_step::answered;
    report.reply.emplace();
    report.reply->status = one.status;
    report.reply->text = one.text;
    report.reply->complete = true;
    return report;
}

TEST(verdict, follows_the_table_for_answers) {
    for (const auto& one : table)
        EXPECT_EQ(name_of(judge(answered(one))), name_of(one.expected))
            << one.status << " text " << static_cast<int>(one.text);
}

// Varnish says it after the origin has executed the request.
TEST(verdict, a_503_is_in_doubt_whether_or_not_it_says_when_to_come_back) {
    auto report = answered({503, answer_text::html, verdict::in_doubt});
    report.reply->retry_after = std::chrono::seconds(5);
    EXPECT_EQ(judge(report), verdict::in_doubt);
}

const answer_rule* first_match(const row& one) {
    for (const auto& rule : answer_rules()) {
        const bool text = rule.text == any_text ||
                          (rule.text == any_refusal && is_refusal(one.text)) ||
                          rule.text == static_cast<std::int16_t>(one.text);
        if (one.status >= rule.status_from && one.status <= rule.status_to && text) return &rule;
    }
    return nullptr;
}

TEST(verdict, every_rule_of_the_table_is_reached_by_a_row) {
    std::set<const answer_rule*> reached;
    for (const auto& one : table)
        reached.insert(first_match(one));
    for (const auto& rule : answer_rules())
        EXPECT_TRUE(reached.contains(&rule)) << rule.source;
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

// A GOAWAY names what was not looked at; haproxy refuses streams that its server has executed.
TEST(verdict, a_stream_above_goaway_was_not_processed_and_a_refused_one_may_have_been) {
    attempt_report report;
    report.furthest = attempt_step::written;
    report.stream = stream_end::above_goaway;
    EXPECT_EQ(judge(report), verdict::not_processed);
    report.stream = stream_end::refused;
    EXPECT_EQ(judge(report), verdict::in_doubt);
}

TEST(verdict, says_what_it_means_for_the_endpoint) {
    const std::set<verdict> well = {verdict::accepted, verdict::accepted_odd, verdict::rejected,
                                    verdict::replayed, verdict::refused_token};
    const std::set<verdict> trouble = {verdict::in_doubt, verdict::not_platform,
                                       verdict::misdirected};
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const auto what = static_cast<verdict>(i);
        names.insert(name_of(what));
        const auto expected = well.contains(what)      ? endpoint_sign::well
                              : trouble.contains(what) ? endpoint_sign::trouble
                                                       : endpoint_sign::none;
        EXPECT_EQ(sign_of(what), expected) << name_of(what);
    }
    EXPECT_EQ(names.size(), verdict_count) << "the table is in the order of the enumerators";
}

}  // namespace
}  // namespace tidings::core
