#include "codec/lists/list_text.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using namespace std::string_literals;

// What a list becomes, its bytes coming in pieces of `piece`.
std::string rewritten(std::string_view text, std::size_t piece, bool whole = true) {
    const auto filter = filter_for(text, whole);
    if (!filter) return "left alone";
    std::string first;
    for (int pass = 0; pass < 2; ++pass) {
        std::string out;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            const bool last = at + piece >= text.size();
            const auto done = filter->append(out, text.substr(at, piece), last);
            if (!done) return "failed: " + done.error().text;
        }
        if (pass == 0) first = out;
        EXPECT_EQ(out, first) << "read again";
        filter->rewind();
    }
    return first;
}

std::string utf16(std::u16string_view text, byte_order order) {
    std::string out;
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
        out += order == byte_order::little ? low : high;
        out += order == byte_order::little ? high : low;
    }
    return out;
}

TEST(list_text, becomes_utf_8_with_a_line_a_row) {
    struct row {
        std::string list, becomes;
    };
    const std::vector<row> table = {
        {"toNo\n+1\n", "left alone"},
        {"toNo\r\n+1\r\n", "left alone"},
        {"toNo\r+1\r", "toNo\n+1\n"},
        {"toNo\r+1", "toNo\n+1"},
        {utf16(u"toNo\n\u00C4 \U0001F600", byte_order::little), "toNo\n\u00C4 \U0001F600"},
        {utf16(u"toNo\n\u00C4", byte_order::big), "toNo\n\u00C4"},
        {utf16(u"\uFEFFa\tb\n", byte_order::big), "\uFEFFa\tb\n"},
        {utf16(u"toNo\r+1\r", byte_order::little), "toNo\n+1\n"},
        {utf16(u"\uFEFFto\xD800No", byte_order::little) + "x", "\uFEFFto\uFFFDNo\uFFFD"},
        {"[{\"a\":1},{\"a\":\"]}\\\"\"}]", "{\"a\":1}\n{\"a\":\"]}\\\"\"}\n"},
        {"\xEF\xBB\xBF[\n {\n \"a\" : [1,\n2]}\n]\n", "{  \"a\" : [1, 2]}\n"},
        {"[\"+1\", 12.0 ,3]", "\"+1\"\n12.0\n3\n"},
        {"[]", ""},
        {"{\n\"a\": 1\n}{\"a\":2}\n{\"a\":3}", "{ \"a\": 1 }\n{\"a\":2}\n{\"a\":3}\n"},
        {"{\"a\":1}\n{\"a\":2}\n", "left alone"},
        {"[{\"a\":1},", "failed: the JSON breaks off: the list is not whole"},
        {"[\"+1", "failed: the JSON breaks off: the list is not whole"},
    };
    for (const auto& [list, becomes] : table)
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U})
            EXPECT_EQ(rewritten(list, piece), becomes) << list << " by " << piece;
}

TEST(list_text, a_lone_cr_at_the_end_of_the_first_bytes_says_nothing) {
    EXPECT_EQ(filter_for("toNo\r", false), nullptr) << "the LF may follow";
    EXPECT_NE(filter_for("toNo\r", true), nullptr);
}

TEST(list_text, is_utf_16_only_where_every_other_byte_is_zero) {
    EXPECT_EQ(utf16_order("toNo\n+1\n"), std::nullopt);
    EXPECT_EQ(utf16_order(""), std::nullopt);
    EXPECT_EQ(utf16_order("t\0"s), std::nullopt);
    EXPECT_EQ(utf16_order("t\0o\0"s), byte_order::little);
    EXPECT_EQ(utf16_order("\0t\0o"s), byte_order::big);
    EXPECT_EQ(utf16_order("+1\0\0\0\0\0\0"s), std::nullopt);
}

}  // namespace
}  // namespace tidings::codec
