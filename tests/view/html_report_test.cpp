#include "view/html_report.hpp"

#include "view/html_text.hpp"
#include "view/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::view {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

report_content some_content() {
    report_content content;
    content.summary = a_summary();
    for (int i = 0; i < 100; ++i) {
        content.over_time.add(content.summary.last.started + 1s * i,
                              i % 10 == 0 ? core::outcome::rejected : core::outcome::accepted,
                              static_cast<std::uint32_t>(1'000 + i));
        content.latency.record(1ms + 10us * i);
    }
    content.facts = {{"list", "recipients.csv"}};
    content.reasons = {{"412 \"Validation errors\"", 12}};
    return content;
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST(html_report, tells_what_happened) {
    const auto html = html_report(some_content(), utc);
    for (const char* part :
         {"november-reminder", "Stopped by tidings control stop.", "410,113", "600/60s",
          "recipients.csv", "412 &quot;Validation errors&quot;", "2026-11-23 08:00:00"})
        EXPECT_THAT(html, HasSubstr(part));
    EXPECT_EQ(times(html, "<svg "), 3U);
}

TEST(html_report, claims_no_exit_status_where_no_process_told_its_end) {
    auto content = some_content();
    EXPECT_THAT(html_report(content, utc), HasSubstr("exit status"));
    content.summary.reason.clear();
    EXPECT_THAT(html_report(content, utc), Not(HasSubstr("exit status")));
}

TEST(html_report, asks_nothing_of_anybody) {
    const auto html = html_report(some_content(), utc);
    for (const char* part : {"<script", "http://", "https://", "src=", "href=", "url(", "@import"})
        EXPECT_THAT(html, Not(HasSubstr(part)));
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(html_report, escapes_everything_that_came_from_outside) {
    const std::string evil = "<img src=x onerror='alert(\"1\")'>&\x01\xFF";
    auto content = some_content();
    content.summary.reason = evil;
    content.summary.last.run = evil;
    content.summary.last.protocol = evil;
    content.summary.last.notes = {evil};
    content.summary.last.limits[0].scope_name = evil;
    content.facts = {{evil, evil}};
    content.reasons = {{evil, 1}};
    const auto html = html_report(content, utc);
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_GE(
        times(html, "&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp; \xEF\xBF\xBD"),
        8U);
}

// Every element that is opened is closed, in order.
TEST(html_report, its_elements_match) {
    for (const bool full : {false, true}) {
        const auto html = html_report(full ? some_content() : report_content{}, utc);
        std::vector<std::string> open;
        for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
            const auto end = html.find('>', at);
            ASSERT_NE(end, std::string::npos);
            const auto tag = html.substr(at + 1, end - at - 1);
            if (tag[0] == '!' || tag.ends_with('/') || tag.starts_with("meta")) continue;
            if (tag[0] == '/') {
                ASSERT_FALSE(open.empty()) << tag;
                EXPECT_EQ(open.back(), tag.substr(1));
                open.pop_back();
            } else {
                open.push_back(tag.substr(0, tag.find(' ')));
            }
        }
        EXPECT_TRUE(open.empty());
    }
}

TEST(html_report, an_empty_run_has_no_charts) {
    const auto html = html_report(report_content{}, utc);
    EXPECT_EQ(times(html, "<svg "), 0U);
    EXPECT_THAT(html, Not(HasSubstr("nan")));
    EXPECT_THAT(html, Not(HasSubstr("inf")));
}

TEST(html_report, the_page_stays_small) {
    auto content = some_content();
    for (int i = 0; i < 10'000; ++i) {
        content.reasons.emplace_back("reason " + std::to_string(i), 1);
        content.over_time.add(content.summary.last.started + 1min * i, core::outcome::accepted, 9);
    }
    const auto html = html_report(content, utc);
    EXPECT_THAT(html, HasSubstr("and 9981 more"));
    EXPECT_LT(html.size(), 300'000U);
}

TEST(html_text, escapes) {
    EXPECT_EQ(html_escaped("a<b>&\"'\n\x80Zoë"), "a&lt;b&gt;&amp;&quot;&#39; \xEF\xBF\xBDZoë");
}

}  // namespace
}  // namespace tidings::view
