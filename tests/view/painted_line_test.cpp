#include "view/painted_line.hpp"

#include <gtest/gtest.h>

namespace tidings::view {
namespace {

const page narrow{20, false, true, utc};

TEST(painted_line, cuts_at_the_edge) {
    painted_line line(narrow);
    line.add("123456789012345").add("abcdefghij").add("more");
    EXPECT_EQ(line.width(), 20);
    EXPECT_EQ(line.ended(), "123456789012345abcd…\n");
}

TEST(painted_line, counts_code_points) {
    EXPECT_EQ(width_of("Zoë ≤"), 5);
    EXPECT_EQ(cut_to("Zoë Møller", 6, true), "Zoë M…");
    EXPECT_EQ(cut_to("Zoë Møller", 6, false), "Zoë M.");
    EXPECT_EQ(cut_to("short", 6, true), "short");
    EXPECT_EQ(cut_to("anything", 0, true), "");
}

TEST(painted_line, pads_and_aligns) {
    EXPECT_EQ(painted_line(narrow).add("a").to_column(5).add("b").ended(), "a    b\n");
    EXPECT_EQ(painted_line(narrow).add("long label").to_column(5).add("b").ended(),
              "long label b\n");
    EXPECT_EQ(painted_line(narrow).add("a").add_right("right").ended(), "a              right\n");
    EXPECT_EQ(painted_line(narrow).add("123456789012345").add_right("right").ended(),
              "123456789012345\n");
    EXPECT_EQ(painted_line(narrow).add("a").to_column(500).ended(), "a\n");
}

TEST(painted_line, colours_only_when_asked) {
    EXPECT_EQ(painted_line(narrow).add("a", tint::bad).ended(), "a\n");
    const page coloured{20, true, true, utc};
    EXPECT_EQ(painted_line(coloured).add("a", tint::bad).ended(), "\x1b[31ma\x1b[0m\n");
    EXPECT_EQ(painted_line(coloured).add("a").ended(), "a\n");
}

TEST(painted_line, lets_no_control_character_through) {
    EXPECT_EQ(painted_line(narrow)
                  .add("a\x1b[2J\nb\x7F"
                       "c")
                  .ended(),
              "a [2J b c\n");
}

}  // namespace
}  // namespace tidings::view
