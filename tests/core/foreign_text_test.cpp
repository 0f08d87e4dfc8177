#include "core/foreign_text.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

std::string printable(std::string_view text, std::size_t bytes_max = 64) {
    std::string out = "kept ";
    append_printable(out, text, bytes_max);
    EXPECT_TRUE(out.starts_with("kept "));
    EXPECT_LE(out.size() - 5, bytes_max);
    return out.substr(5);
}

TEST(foreign_text, decodes_one_character_of_every_length) {
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

TEST(foreign_text, refuses_what_is_no_character) {
    for (const std::string text :
         {"", "\x80", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2x", "\xE0\x80\x80", "\xED\xA0\x80",
          "\xE2\x82", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        EXPECT_EQ(decode_utf8(text).size, 0U) << testing::PrintToString(text);
}

TEST(foreign_text, printable_escapes_what_could_harm_a_line_or_a_terminal) {
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

TEST(foreign_text, printable_cuts_between_characters_and_says_so) {
    EXPECT_EQ(printable("12345678", 8), "12345678");
    EXPECT_EQ(printable("123456789", 8), "12345...");
    EXPECT_EQ(printable("1234\xE2\x82\xAC\xE2\x82\xAC", 8), "1234...");
    EXPECT_EQ(printable("1234\x01\x01", 8), "1234...");
    EXPECT_EQ(printable("abc", 2), "ab");
    EXPECT_EQ(printable("", 8), "");
}

// One row a kind of what could harm; one column a medium.
struct gate_row {
    std::string_view text;
    std::string_view line, json, html, label;
};

template <class Gate>
std::string through(Gate gate, std::string_view text) {
    std::string out = "<";
    gate(out, text);
    EXPECT_TRUE(out.starts_with("<"));
    return out.substr(1);
}

TEST(foreign_text, a_gate_for_each_medium) {
    const std::string_view no = "\xEF\xBF\xBD";
    const gate_row rows[] = {
        {"J\xC3\xB6rg \xF0\x9F\x98\x80", "J\xC3\xB6rg \xF0\x9F\x98\x80",
         "J\xC3\xB6rg \xF0\x9F\x98\x80", "J\xC3\xB6rg \xF0\x9F\x98\x80",
         "J\xC3\xB6rg \xF0\x9F\x98\x80"},
        {"\x1b[2J", " [2J", "\\u001b[2J", " [2J", " [2J"},      // C0
        {std::string_view("\0", 1), " ", "\\u0000", " ", " "},  // NUL
        {"\x7F", " ", "\\u007f", " ", " "},                     // DEL
        {"\xC2\x9B", " ", "\\u009b", " ", " "},                 // C1: CSI in one
        {"\xE2\x80\xAE", "?", "\\u202e", no, no},               // turns a line around
        {"\xD8\x9C", "?", "\\u061c", no, no},                   // so does this
        {"\xE2\x81\xA6", "?", "\\u2066", no, no},               // and this
        {"\xE2\x80\xA8", "?", "\\u2028", no, no},               // ends a line
        {"\xE2\x80\x8B", "?", "\\u200b", no, no},               // cannot be seen
        {"\xF3\xA0\x81\x81", "?", "\\udb40\\udc41", no, no},    // nor can a tag
        {"\xFF", "?", no, no, no},                              // no text at all
        {"\xED\xA0\x80", "???", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"a\nb", "a b", "a\\u000ab", "a b", "a\\nb"},
        {"\"\\", "\"\\", "\\\"\\\\", "&quot;\\", "\\\"\\\\"},
        {"<&'>", "<&'>", "<&'>", "&lt;&amp;&#39;&gt;", "<&'>"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(through(append_line, row.text), row.line);
        EXPECT_EQ(through(append_json, row.text), row.json);
        EXPECT_EQ(through(append_html, row.text), row.html);
        EXPECT_EQ(through(append_label, row.text), row.label);
    }
}

TEST(foreign_text, lines_keep_their_ends_and_nothing_else) {
    EXPECT_EQ(lines_of("a\x1b[2J\nb\r\n"), "a [2J\nb \n");
    EXPECT_EQ(lines_of(""), "");
}

TEST(foreign_text, numbers_of_people_are_masked_wherever_they_stand) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"+917760336484", "+9177******84"},
        {"no flow for 917760336484!", "no flow for 9177******84!"},
        {"+91 77603-36484 is off", "+91 77***-***84 is off"},
        {"(650) 253-0000", "(650) 2**-**00"},
        {"+6841234567", "+6841****67"},
        {"+2901234", "+2******"},
        // Two of them side by side are one to whoever looks at digits alone.
        {"917760336484 917760336485", "9177******** **********85"},
        {"status 412, 200 ms", "status 412, 200 ms"},
        {"", ""},
    };
    for (const auto& [text, masked] : rows)
        EXPECT_EQ(with_numbers_masked(text), masked) << text;
}

}  // namespace
}  // namespace tidings::core
