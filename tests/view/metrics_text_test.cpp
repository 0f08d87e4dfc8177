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

TEST(metrics_text, escapes_labels) {
    auto now = a_snapshot();
    now.limits[0].scope_name = "a\"b\\c\nd";
    EXPECT_THAT(metrics_text(now), HasSubstr(R"(name="a\"b\\c\nd")"));
}

}  // namespace
}  // namespace tidings::view
