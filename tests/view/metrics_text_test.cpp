#include "view/metrics_text.hpp"

#include "view/snapshots.hpp"

#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::view {
namespace {

using testing::HasSubstr;

// Every line is a comment of a family or a sample of the family announced before it.
TEST(metrics_text, is_well_formed) {
    const std::regex sample(R"re((\w+)\{run="[^"]*"(,\w+="([^"\\]|\\.)*")*\} [0-9.]+)re");
    std::istringstream lines(metrics_text(a_snapshot()));
    std::string family;
    std::set<std::string> seen;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) {
            family = line.substr(7, line.find(' ', 7) - 7);
            EXPECT_TRUE(seen.insert(family).second) << family;
        } else if (line.starts_with("# TYPE ")) {
            EXPECT_THAT(line, HasSubstr(family + " "));
        } else {
            std::smatch found;
            ASSERT_TRUE(std::regex_match(line, found, sample)) << line;
            EXPECT_EQ(found[1], family);
        }
    }
    EXPECT_GT(seen.size(), 15U);
}

TEST(metrics_text, tells_the_figures) {
    const auto text = metrics_text(a_snapshot());
    EXPECT_THAT(text, HasSubstr("tidings_rows{run=\"november-reminder\",outcome=\"accepted\"} "
                                "410113\n"));
    EXPECT_THAT(text, HasSubstr("tidings_in_doubt_max{run=\"november-reminder\"} 25\n"));
    EXPECT_THAT(text, HasSubstr("quantile=\"0.99\"} 0.21\n"));
    EXPECT_THAT(text, HasSubstr("limit=\"600/60s\"} 600\n"));
}

// As Prometheus wants it: the same families, whose counters are announced without their end.
TEST(metrics_text, is_open_metrics_where_that_is_asked_for) {
    const auto text = metrics_text(a_snapshot(), metrics_format::open_metrics);
    EXPECT_TRUE(text.ends_with("# EOF\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE tidings_requests counter\n"
                                "tidings_requests_total{run=\"november-reminder\"} 410169\n"));
    EXPECT_THAT(metrics_text(a_snapshot()), HasSubstr("# TYPE tidings_requests_total counter\n"));
}

TEST(metrics_text, a_histogram_counts_every_answer_up_to_each_edge) {
    core::latency_histogram latencies;
    for (const auto us : {900ULL, 43'000ULL, 43'000ULL, 1'500'000ULL, 500'000'000ULL})
        latencies.record_us(us);
    const auto text = metrics_text(a_snapshot(), metrics_format::prometheus, &latencies);
    EXPECT_THAT(text, HasSubstr("# TYPE tidings_answer_seconds histogram\n"));
    const std::pair<const char*, int> rows[] = {{"0.001", 1}, {"0.02", 1}, {"0.05", 3}, {"1", 3},
                                                {"2", 4},     {"120", 4},  {"+Inf", 5}};
    for (const auto& [edge, count] : rows)
        EXPECT_THAT(text, HasSubstr("_bucket{run=\"november-reminder\",le=\"" + std::string(edge) +
                                    "\"} " + std::to_string(count) + "\n"));
    EXPECT_THAT(text, HasSubstr("tidings_answer_seconds_count{run=\"november-reminder\"} 5\n"));
    const auto sum = text.find("_sum{run=\"november-reminder\"} ");
    EXPECT_NEAR(std::stod(text.substr(sum + 30)), 501.6, 501.6 / 64);
}

TEST(metrics_text, escapes_labels) {
    auto now = a_snapshot();
    now.limits[0].scope_name = "a\"b\\c\nd";
    EXPECT_THAT(metrics_text(now), HasSubstr(R"(name="a\"b\\c\nd")"));
}

}  // namespace
}  // namespace tidings::view
