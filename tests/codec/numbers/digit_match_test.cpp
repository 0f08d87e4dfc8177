#include "codec/numbers/digit_match.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

digit_expression of(std::string_view pattern) {
    return digit_expression::read(pattern).value();
}

TEST(digit_match, matches_whole_texts) {
    struct match_case {
        const char* pattern;
        const char* digits;
        bool whole;
    };
    const match_case cases[] = {
        {"123", "123", true},
        {"123", "1234", false},
        {"123", "12", false},
        {"", "", true},
        {"", "1", false},
        {R"(\d{3})", "987", true},
        {R"(\d{3})", "9876", false},
        {R"(1\d{2,4})", "12345", true},
        {R"(1\d{2,4})", "123456", false},
        {R"([2-5]|71?)", "71", true},
        {R"([2-5]|71?)", "7", true},
        {R"([2-5]|71?)", "6", false},
        {"1?1?1", "11", true},      // however the first ones choose
        {"(?:12|1)2", "12", true},  // the first choice leads nowhere
        {"12$", "12", true},
        {"1$2", "12", false},
    };
    for (const auto& one : cases)
        EXPECT_EQ(matches_whole(of(one.pattern), one.digits), one.whole)
            << one.pattern << " on " << one.digits;
}

TEST(digit_match, matches_beginnings) {
    EXPECT_TRUE(matches_beginning(of("12|3"), "345"));
    EXPECT_TRUE(matches_beginning(of("12|3"), "12"));
    EXPECT_FALSE(matches_beginning(of("12|3"), "13"));
    EXPECT_FALSE(matches_beginning(of("12$"), "123"));
}

TEST(digit_match, takes_the_beginning_that_is_preferred) {
    struct taking_case {
        const char* pattern;
        const char* digits;
        int size;  // -1: none
        const char* first_group;
    };
    const taking_case cases[] = {
        {"0", "012", 1, ""},
        {"0", "12", -1, ""},
        {"0?", "12", 0, ""},
        {"0?(?:(11)15)?", "1115234", 4, "11"},
        {"0?(?:(11)15)?", "1123", 0, ""},
        {"1|(12)", "12", 1, ""},  // not the longest: the first
        {"(12)|1", "12", 2, "12"},
        {R"((\d{7})$|1)", "1234567", 7, "1234567"},
        {R"((\d{7})$|1)", "12345678", 1, ""},
    };
    for (const auto& one : cases) {
        const auto taken = take_beginning(of(one.pattern), one.digits);
        ASSERT_EQ(taken.has_value(), one.size >= 0) << one.pattern << " on " << one.digits;
        if (!taken) continue;
        EXPECT_EQ(taken->size, static_cast<std::size_t>(one.size)) << one.pattern;
        EXPECT_EQ(taken->groups[0], one.first_group) << one.pattern;
    }
}

TEST(digit_match, numbers_groups_from_the_left) {
    const auto taken =
        take_beginning(of(R"((?:0|90)(?:(1[245]|2[13])(\d{4}))?)"), "01512345").value();
    EXPECT_EQ(taken.group_count, 2U);
    EXPECT_EQ(taken.groups[0], "15");
    EXPECT_EQ(taken.last_group(), "1234");
    EXPECT_EQ(rewritten("$2", taken), "1234");
    EXPECT_EQ(rewritten("9$1-$2", taken), "915-1234");
    EXPECT_EQ(rewritten("$", taken), "$");
    const auto none = take_beginning(of(R"((?:0|90)(?:(1[245])(\d{4}))?)"), "03").value();
    EXPECT_EQ(none.last_group(), "");
    EXPECT_EQ(none.size, 1U);
}

TEST(digit_match, too_long_a_text_matches_nothing) {
    const std::string text(digit_expression::length_max + 1, '1');
    EXPECT_FALSE(matches_whole(of(R"(\d{1,})"), text));
    EXPECT_FALSE(matches_beginning(of("1"), text));
    EXPECT_FALSE(take_beginning(of("1"), text));
}

}  // namespace
}  // namespace tidings::codec
