#include "codec/numbers/digit_automaton.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using point = digit_automaton::point;

// After how many of the digits nothing is told apart any more; -1: it was too much.
int told_apart(digit_automaton& patterns, std::string_view digits) {
    auto at = patterns.begin(digits.size());
    std::size_t read = 0;
    while (at && !patterns.indifferent(*at)) {
        at = patterns.follow(*at, static_cast<unsigned>(digits[read++] - '0'));
    }
    return at ? static_cast<int>(read) : -1;
}

int told_apart_by(std::string_view number_pattern, std::string_view digits) {
    digit_automaton patterns;
    EXPECT_TRUE(patterns.add_number_pattern(number_pattern));
    return told_apart(patterns, digits);
}

struct pattern_case {
    const char* pattern;
    const char* digits;
    int told_apart;
};

TEST(digit_automaton, knows_which_digits_a_pattern_looks_at) {
    const pattern_case cases[] = {
        {"[2-9]\\d{9}", "4155550100", 1},
        {"[2-9]\\d{9}", "0155550100", 1},  // nothing can match any more
        {"415[2-9]\\d{6}", "4155550100", 4},
        {"415[2-9]\\d{6}", "4165550100", 3},
        {"415|416", "415", 3},
        {"(?:41|42)\\d", "415", 2},
        {"\\d{3}", "415", 0},
        {"4\\d?5", "45", 2},  // the second 5 or any digit before it
        {"4\\d?5", "465", 3},
        {"4(?:1(?:2|[3-5]6)){2}7?\\d{2}", "412136600", 7},
        {"[\\d]4", "34", 2},
        {"1{2,3}", "111", 3},
        {"1{2,}", "1111", 4},
        {"(4)$", "4", 1},
        {"", "1", 0},
    };
    for (const auto& one : cases)
        EXPECT_EQ(told_apart_by(one.pattern, one.digits), one.told_apart)
            << one.pattern << " of " << one.digits;
}

// A whole number is matched: a text of another length is never looked at.
TEST(digit_automaton, looks_only_at_texts_of_the_patterns_lengths) {
    EXPECT_EQ(told_apart_by("41\\d{2}", "415"), 0);
    EXPECT_EQ(told_apart_by("41\\d{2}|7\\d{2}", "415"), 2) << "by the pattern, not by its parts";
    digit_automaton beginnings;
    ASSERT_TRUE(beginnings.add_number_beginning("41"));
    EXPECT_EQ(told_apart(beginnings, "415555"), 2);
}

TEST(digit_automaton, a_number_begins_behind_a_prefix_and_behind_none) {
    digit_automaton patterns;
    ASSERT_TRUE(patterns.add_number_pattern("7\\d{4}"));
    ASSERT_TRUE(patterns.add_prefix("0"));
    EXPECT_EQ(told_apart(patterns, "71234"), 1);
    EXPECT_EQ(told_apart(patterns, "071234"), 2);
    EXPECT_EQ(told_apart(patterns, "0071234"), 1) << "one prefix only";
}

TEST(digit_automaton, a_number_begins_where_a_prefix_captures_it) {
    digit_automaton patterns;
    ASSERT_TRUE(patterns.add_number_pattern("7\\d{4}"));
    ASSERT_TRUE(patterns.add_prefix("0[12](\\d{5})$"));
    EXPECT_GE(told_apart(patterns, "0171234"), 3);
}

TEST(digit_automaton, what_comes_first_may_be_followed_by_prefixes) {
    digit_automaton patterns;
    ASSERT_TRUE(patterns.add_number_pattern("7\\d{4}"));
    ASSERT_TRUE(patterns.add_prefix("0"));
    ASSERT_TRUE(patterns.add_first("44", point::prefixes_may_come));
    ASSERT_TRUE(patterns.add_first("90", point::nothing));
    EXPECT_EQ(told_apart(patterns, "4471234"), 3);
    EXPECT_EQ(told_apart(patterns, "44071234"), 4);
    EXPECT_EQ(told_apart(patterns, "440071234"), 5);
    EXPECT_EQ(told_apart(patterns, "4400071234"), 4);
    EXPECT_EQ(told_apart(patterns, "9071234"), 2);
}

TEST(digit_automaton, refuses_what_it_cannot_read) {
    for (const char* pattern : {"a",  "\\w",   "[",  "[]",   "[a]",    "[5-1]", "[5-]",  "(",
                                ")",  "(?=1)", "1{", "1{2",  "1{2,1}", "1{99}", "1{,2}", "1**",
                                "1+", ".",     "\\", "(?:1", "1)",     "*",     "?"}) {
        digit_automaton patterns;
        EXPECT_FALSE(patterns.add_number_pattern(pattern)) << pattern;
        EXPECT_FALSE(patterns.add_number_beginning(pattern)) << pattern;
        EXPECT_FALSE(patterns.add_prefix(pattern)) << pattern;
        EXPECT_FALSE(patterns.add_first(pattern, point::nothing)) << pattern;
    }
    std::string deep(100, '(');
    deep += "1" + std::string(100, ')');
    EXPECT_FALSE(digit_automaton().add_number_pattern(deep));
}

TEST(digit_automaton, bounds_what_it_works_out) {
    digit_automaton patterns;
    EXPECT_FALSE(patterns.begin(digit_automaton::digits_max + 1));
    EXPECT_FALSE(patterns.add_number_pattern("(?:(?:(?:(?:1{20}){20}){20}){20}){20}"));
    // Each of the first digits doubles what has to be told apart.
    digit_automaton many;
    for (int at = 0; at < 18; ++at)
        ASSERT_TRUE(many.add_number_pattern("\\d{" + std::to_string(at) + "}1\\d{" +
                                            std::to_string(19 - at) + "}"));
    const auto text = [](unsigned bits) {
        std::string digits;
        for (unsigned at = 0; at < 20; ++at)
            digits += (bits >> at & 1) != 0 ? '1' : '2';
        return digits;
    };
    EXPECT_EQ(told_apart(many, text(0)), 18);
    unsigned given_up = 0;
    for (unsigned bits = 0; bits < 2'000; ++bits)
        given_up += told_apart(many, text(bits * 0x9E37'79B1U)) < 0 ? 1U : 0U;
    EXPECT_GT(given_up, 0U);
    EXPECT_EQ(told_apart(many, text(0)), 18) << "what was worked out stays";
}

}  // namespace
}  // namespace tidings::codec
