#include "codec/text/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

std::string printable(std::string_view text, std::size_t bytes_max = 64) {
    std::string out = "kept ";
    append_printable(out, text, bytes_max);
    EXPECT_TRUE(out.starts_with("kept "));
    EXPECT_LE(out.size() - 5, bytes_max);
    return out.substr(5);
}

TEST(utf8, decodes_one_character_of_every_length) {
    const auto expect = [](std::string_view text, char32_t code_point, std::size_t size) {
        const auto step = decode_utf8(text);
        EXPECT_EQ(step.code_point, code_point);
        EXPECT_EQ(step.size, size);
    };
    expect("a", U'a', 1);
    expect(std::string_view("\0", 1), 0, 1);
    expect("\xC2\xA0x", 0xA0, 2);
    expect("\xE2\x82\xAC", 0x20AC, 3);
    expect("\xF0\x9F\x98\x80", 0x1F600, 4);
    expect("\xF4\x8F\xBF\xBF", 0x10FFFF, 4);
}

TEST(utf8, refuses_what_is_no_character) {
    for (const std::string text :
         {"", "\x80", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2x", "\xE0\x80\x80", "\xED\xA0\x80",
          "\xE2\x82", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        EXPECT_EQ(decode_utf8(text).size, 0U) << testing::PrintToString(text);
}

TEST(utf8, printable_escapes_what_could_harm_a_line_or_a_terminal) {
    EXPECT_EQ(printable("plain text"), "plain text");
    EXPECT_EQ(printable("a\r\n\x1B[2J"), "a\\x0d\\x0a\\x1b[2J");
    EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(printable("\xFFz"), "\\xffz");
    EXPECT_EQ(printable("back\\slash"), "back\\\\slash");
    EXPECT_EQ(printable("J\xC3\xB6rg"), "J\xC3\xB6rg");
    EXPECT_EQ(printable("\xE2\x80\xAE"
                        "evil"),
              "\\xe2\\x80\\xaeevil");
    EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b");
}

TEST(utf8, printable_cuts_between_characters_and_says_so) {
    EXPECT_EQ(printable("12345678", 8), "12345678");
    EXPECT_EQ(printable("123456789", 8), "12345...");
    EXPECT_EQ(printable("1234\xE2\x82\xAC\xE2\x82\xAC", 8), "1234...");
    EXPECT_EQ(printable("1234\x01\x01", 8), "1234...");
    EXPECT_EQ(printable("abc", 2), "ab");
    EXPECT_EQ(printable("", 8), "");
}

}  // namespace
}  // namespace tidings::codec
