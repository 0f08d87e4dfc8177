#include "core/own_rules.hpp"

#include "core/dispatcher_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

attempt_report answered(std::uint16_t status, answer_text text, std::string_view message) {
    attempt_report report;
    report.furthest = attempt_step::answered;
    report.reply = answer{.status = status,
                          .text = text,
                          .complete = true,
                          .retry_after = std::nullopt,
                          .message = message};
    return report;
}

own_rule of_status(std::uint16_t from, std::uint16_t to, verdict means) {
    own_rule made;
    made.status_from = from;
    made.status_to = to;
    made.means = means;
    return made;
}
own_rule of_refused(verdict means) {
    own_rule made;
    made.refused_stream = true;
    made.means = means;
    return made;
}

own_rule with_words(own_rule rule, std::string words) {
    rule.words = std::move(words);
    return rule;
}
own_rule of_header(std::string header, std::string words, verdict means) {
    own_rule made;
    made.header = std::move(header);
    made.header_words = std::move(words);
    made.means = means;
    return made;
}

const own_rule varnish =
    with_words(of_status(503, 503, verdict::not_processed), "Backend fetch failed");

TEST(own_rules, come_before_the_table_and_first_match_wins) {
    const own_rules rules(
        {varnish, of_status(500, 599, verdict::rejected), of_status(503, 503, verdict::accepted)});
    const auto first = rules.judge(answered(503, answer_text::html, "503 Backend fetch failed"));
    EXPECT_EQ(first.what, verdict::not_processed);
    EXPECT_EQ(first.rule, 0U);
    EXPECT_EQ(rules.judge(answered(503, answer_text::html, "busy")).what, verdict::rejected);
    const auto none = rules.judge(answered(200, answer_text::triggered, ""));
    EXPECT_EQ(none.what, verdict::accepted);
    EXPECT_EQ(none.rule, own_rules::none);
}

TEST(own_rules, of_a_refused_stream_are_about_nothing_else) {
    const own_rules rules({of_refused(verdict::not_processed)});
    attempt_report refused;
    refused.furthest = attempt_step::written;
    EXPECT_EQ(rules.judge(refused).what, verdict::in_doubt);
    refused.stream = stream_end::refused;
    EXPECT_EQ(rules.judge(refused).what, verdict::not_processed);
    EXPECT_EQ(rules.judge(answered(503, answer_text::html, "")).what, verdict::in_doubt);
}

// A front that says "not processed" of everything is as little well as one that says nothing.
TEST(own_rules, decide_about_rows_and_leave_trouble_to_the_table) {
    const own_rules rules({varnish, of_status(502, 502, verdict::rejected)});
    EXPECT_EQ(rules.judge(answered(503, answer_text::html, "Backend fetch failed")).sign,
              endpoint_sign::trouble);
    EXPECT_EQ(rules.judge(answered(502, answer_text::html, "")).sign, endpoint_sign::well);
}

TEST(own_rules, may_go_by_a_header) {
    const own_rules rules({of_header("via", "varnish", verdict::not_processed),
                           of_header("x-no", "", verdict::rejected)});
    auto report = answered(503, answer_text::html, "");
    const auto with = [&](std::string_view headers) {
        report.reply->headers = headers;
        return rules.judge(report).what;
    };
    EXPECT_EQ(with(""), verdict::in_doubt);
    EXPECT_EQ(with("via: 1.1 haproxy\n"), verdict::in_doubt);
    EXPECT_EQ(with("via: 1.1 haproxy\nvia: 1.1 varnish (7.1)\n"), verdict::not_processed);
    EXPECT_EQ(with("x-via: varnish\n"), verdict::in_doubt);
    EXPECT_EQ(with("x-no: \n"), verdict::rejected);
    EXPECT_EQ(headers_of(rules.all()), (std::vector<std::string>{"via", "x-no"}));
}

TEST(own_rules, are_told_in_words) {
    EXPECT_EQ(in_words(varnish), "status 503 with \"Backend fetch failed\" means not processed");
    EXPECT_EQ(in_words(of_status(500, 599, verdict::in_doubt)), "status 500-599 means unknown");
    EXPECT_EQ(in_words(of_refused(verdict::not_processed)), "a refused stream means not processed");
    EXPECT_EQ(in_words(of_header("via", "varnish", verdict::in_doubt)),
              "any answer with via: \"varnish\" means unknown");
    EXPECT_EQ(in_words(with_words(of_status(0, 0, verdict::not_platform), "gone")),
              "any answer with \"gone\" means not the platform");
}

TEST(own_rules, one_that_takes_all_for_not_processed_is_known) {
    const auto all = [](own_rule rule) { return says_nothing_is_processed(rule); };
    EXPECT_TRUE(all({}));
    EXPECT_TRUE(all(of_status(200, 599, verdict::not_processed)));
    EXPECT_FALSE(all(of_status(300, 599, verdict::not_processed)));
    EXPECT_FALSE(all(with_words({}, "no")));
    EXPECT_FALSE(all(of_refused(verdict::not_processed)));
    EXPECT_FALSE(all(of_status(0, 0, verdict::in_doubt)));
}

TEST(own_rules, a_row_that_was_not_processed_by_one_goes_again_and_is_counted) {
    rig_setup setup;
    setup.options.answers = {of_status(503, 503, verdict::not_processed)};
    dispatcher_rig rig(setup);
    rig.answer(rig.sent(), 503, answer_text::html);
    EXPECT_EQ(rig.made->counts().total(), 0U);
    EXPECT_EQ(rig.made->answers().count(0), 1U);
    rig.accept(rig.sent_after(std::chrono::seconds(120)));
    EXPECT_EQ(rig.made->counts()[outcome::accepted], 1U);
}

}  // namespace
}  // namespace tidings::core
