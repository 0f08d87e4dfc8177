#include "settings/tree.hpp"

#include "settings/bounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::settings {
namespace {

using testing::HasSubstr;

const tree_shape shape = {.lists = {"bot", "bot.sender"}, .rivals = {{"limits", "profile"}}};

core::result<tree> parsed(std::string_view text) {
    return tree::parse(text, "x.toml", shape);
}

std::string mistake_in(std::string_view text) {
    const auto read = parsed(text);
    return read ? "(it was read)" : read.error().text;
}

TEST(tree, finds_values_and_their_places) {
    const auto read = parsed("a = 1\n[s]\nb = \"x\"\n[[bot]]\n[[bot.sender]]\nc = 2\n").value();
    EXPECT_EQ(read.find("s.b")->value<std::string>(), "x");
    EXPECT_EQ(read.find("bot.0.sender.0.c")->value<int>(), 2);
    EXPECT_EQ(read.find("bot.1"), nullptr);
    EXPECT_EQ(read.find("a.b"), nullptr);
    EXPECT_EQ(read.entries("bot.0.sender"), 1U);
    EXPECT_EQ(read.entries("a"), 0U);
    EXPECT_EQ(read.where("bot.0.sender.0.c"), "x.toml:6:5");
    EXPECT_EQ(read.where("s.missing"), "x.toml:2:1");
    EXPECT_EQ(read.where("nowhere"), "x.toml");
    EXPECT_EQ(read.heading("bot.0.sender.17"), "[[bot.sender]]");
    EXPECT_EQ(read.heading("s"), "[s]");
    EXPECT_EQ(read.heading(""), "");
}

TEST(tree, one_of_two_rivals_that_is_laid_over_takes_the_others_place) {
    auto read = parsed("[[bot]]\nlimits = [\"1/1s\"]\n").value();
    mistake_list mistakes;
    read.lay_over({"bot.profile", "runtime", "--set"}, mistakes);
    EXPECT_FALSE(read.has("bot.0.limits"));
    EXPECT_TRUE(read.laid_over("bot.0.profile"));
    read.lay_over({"bot.limits", "5/1s", "--set"}, mistakes);
    EXPECT_TRUE(read.has("bot.0.limits"));
    EXPECT_FALSE(read.has("bot.0.profile"));
    EXPECT_FALSE(read.laid_over("bot.0.profile"));
    EXPECT_TRUE(mistakes.empty());
}

TEST(tree, a_path_of_endless_parts_is_no_key) {
    auto read = parsed("").value();
    mistake_list mistakes;
    std::string path = "a";
    for (int i = 0; i < 1'000; ++i)
        path += ".a";
    read.lay_over({path, "1", "--set"}, mistakes);
    EXPECT_THAT(mistakes.as_failure().text, HasSubstr("is not section.key"));
}

struct bounds_row {
    std::string text;
    std::string told;
};

std::string times(std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

// What the TOML library would follow by recursion, or take for ever over.
TEST(tree, what_is_beyond_the_bounds_has_its_line) {
    const bounds_row rows[] = {
        {"a = " + times(17, "["), "x.toml:1:21: is nested deeper than 16"},
        {"\n\na = " + times(17, "[\n"), "is nested deeper than 16"},
        {"a = " + times(17, "{a="), "is nested deeper than 16"},
        {"a = 1\n" + times(17, "a.") + "b = 1", "x.toml:2:32: is a key of more than 16 parts"},
        {"[" + times(17, "a.") + "b]", "is a key of more than 16 parts"},
        {"[" + times(17, "'a'.") + "b]", "is a key of more than 16 parts"},
        {"x = {" + times(17, "a . ") + "b=1}", "is a key of more than 16 parts"},
        {std::string(257, 'k') + " = 1", "is a word of more than 256 bytes"},
        {"a = " + std::string(257, '9'), "is a word of more than 256 bytes"},
        {"# " + std::string(65'536, '#') + "\n", "is a line of more than 65536 bytes"},
        {"a = \"" + std::string(65'536, 'x') + "\"\n", "is a line of more than 65536 bytes"},
        {std::string("a = 1\nb\0 = 2", 12), "x.toml:2:2: holds a control character"},
        {"a = 1 # \x1b[31m", "x.toml:1:9: holds a control character"},
        {"a = \"not closed\nb = 2\n\x7f = 3", "x.toml:3:1: holds a control character"},
        {"a = 1\rb = 2", "x.toml:1:6: holds a control character"},
        {std::string((1 << 20) + 1, '\n'), "x.toml: is larger than 1 MiB"},
    };
    for (const auto& row : rows)
        EXPECT_THAT(mistake_in(row.text), HasSubstr(row.told)) << row.text.substr(0, 60);
}

TEST(tree, what_is_within_the_bounds_is_read) {
    for (const auto& text : {
             "a = " + times(16, "[") + times(16, "]"),
             times(15, "a.") + "b = 1",
             "a = '" + std::string(4'096, 'x') + "'",
             "a = \"\\\"" + times(20, "[") + "\"",
             "a = \"\"\"\n\"" + times(20, "[") + "\"\"\"\"\"\nb = 1",
             "a = '''" + times(20, "{") + "'''''",
             "# " + times(20, "["),
             std::string(257, ' ') + "a = 1.5",
         })
        EXPECT_TRUE(parsed(text)) << mistake_in(text) << "\n" << text.substr(0, 80);
}

TEST(tree, a_text_that_is_not_closed_is_the_librarys_mistake) {
    EXPECT_THAT(mistake_in("a = \"x\n" + times(20, "[")), HasSubstr("x.toml:1:"));
    EXPECT_THAT(mistake_in("a = 'x\n" + times(20, "[")), HasSubstr("x.toml:1:"));
    EXPECT_THAT(mistake_in("a = \"\"\"x\n"), HasSubstr("x.toml:"));
}

TEST(tree, what_is_laid_over_as_toml_is_bounded_too) {
    auto read = parsed("").value();
    mistake_list mistakes;
    read.lay_over({"a.b", times(17, "[") + times(17, "]"), "--set"}, mistakes);
    EXPECT_THAT(mistakes.as_failure().text, HasSubstr("begins like TOML but is none"));
}

TEST(mistakes, beyond_a_hundred_are_counted) {
    mistake_list mistakes;
    for (int i = 0; i < 130; ++i)
        mistakes.add("here", std::to_string(i));
    EXPECT_THAT(mistakes.as_failure().text, HasSubstr("here: 99\nand 30 more mistakes"));
}

TEST(overrides, come_from_variables_with_a_section_or_a_known_name) {
    const auto found = overrides_from({{"TIDINGS_RETRY__ATTEMPTS_MAX", "3"},
                                       {"TIDINGS_BOT__0__URL", "u"},
                                       {"TIDINGS_NAME", "n"},
                                       {"TIDINGS_CLIENT_SECRET", "s"}},
                                      {"name"});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].path, "bot.0.url");
    EXPECT_EQ(found[1].path, "name");
    EXPECT_EQ(found[2].path, "retry.attempts_max");
    EXPECT_EQ(found[2].origin, "TIDINGS_RETRY__ATTEMPTS_MAX");
}

}  // namespace
}  // namespace tidings::settings
