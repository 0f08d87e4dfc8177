#include "app/sample_list.hpp"

#include "core/phone_number.hpp"

#include <filesystem>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace tidings::app {
namespace {

struct sample {
    sample_list_counts counts;
    std::string list, suppressed;
};

sample made(std::uint64_t rows, std::uint64_t seed) {
    std::ostringstream list, suppressed;
    sample_list_options options;
    options.rows = rows;
    options.seed = seed;
    const auto counts = write_sample_list(options, list, suppressed);
    return {counts, list.str(), suppressed.str()};
}

// A spelling as the reader understands it: blanks, dashes and parentheses out, 00 for +.
std::string plain(const std::string& spelled) {
    std::string text;
    for (const char c : spelled)
        if (std::string_view(" -()").find(c) == std::string_view::npos) text += c;
    return text.starts_with("00") ? "+" + text.substr(2) : text;
}

bool is_fictional(const std::string& number) {
    if (number.starts_with("+999")) return number.size() == 14;
    return number.starts_with("+1") && number.size() == 12 && number.substr(5, 5) == "55501";
}

TEST(sample_list, is_the_same_for_the_same_seed) {
    EXPECT_EQ(made(500, 1).list, made(500, 1).list);
    EXPECT_NE(made(500, 1).list, made(500, 2).list);
}

// Counted here by other means: what it says of its rows is so.
TEST(sample_list, holds_what_it_says) {
    for (const std::uint64_t rows : {1U, 1'000U, 100'000U}) {
        const auto made_now = made(rows, 7);
        std::set<std::string> never, seen;
        std::istringstream never_lines(made_now.suppressed);
        for (std::string line; std::getline(never_lines, line);) {
            EXPECT_TRUE(is_fictional(line)) << line;
            never.insert(line);
        }
        sample_list_counts found;
        std::istringstream lines(made_now.list);
        std::string line;
        std::getline(lines, line);
        EXPECT_EQ(line, "name,toNo");
        while (std::getline(lines, line)) {
            ++found.rows;
            const auto number = plain(line.substr(line.rfind(',') + 1));
            if (!core::phone_number::from_e164(number)) {
                ++found.invalid;
            } else if (!seen.insert(number).second) {
                ++found.duplicate;
            } else if (never.count(number) > 0) {
                ++found.suppressed;
            } else {
                EXPECT_TRUE(is_fictional(number)) << number;
                ++found.sendable;
            }
        }
        const auto& told = made_now.counts;
        EXPECT_EQ(told.rows, rows);
        EXPECT_EQ(found.rows, rows);
        EXPECT_EQ(found.invalid, told.invalid);
        EXPECT_EQ(found.duplicate, told.duplicate);
        EXPECT_EQ(found.suppressed, told.suppressed);
        EXPECT_EQ(found.sendable, told.sendable);
        if (rows > 500) {
            EXPECT_GT(told.invalid, 0U);
            EXPECT_GT(told.duplicate, 0U);
            EXPECT_GT(told.suppressed, 0U);
        }
    }
}

TEST(sample_list, a_folder_that_is_not_there_is_a_failure) {
    const auto written = write_sample_files({}, "/no/such/list.csv", "/no/such/dnc.txt");
    ASSERT_TRUE(written.has_error());
    EXPECT_EQ(written.error().kind, core::trouble::usage);
}

}  // namespace
}  // namespace tidings::app
