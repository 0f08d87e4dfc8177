#include "codec/text/utf8.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

std::string written(char32_t code_point) {
    std::string made;
    append_utf8(made, code_point);
    return made;
}

TEST(utf8, writes_what_it_reads) {
    for (const char32_t c :
         {U'a', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFD', U'\x10000', U'\x10FFFF'}) {
        const auto text = written(c);
        const auto step = decode_utf8(text);
        EXPECT_EQ(step.code_point, c);
        EXPECT_EQ(step.size, text.size());
        EXPECT_TRUE(is_utf8(text));
    }
}

TEST(utf8, what_is_no_character_is_replaced) {
    EXPECT_EQ(written(0xD800), "\xEF\xBF\xBD");
    EXPECT_EQ(written(0x110000), "\xEF\xBF\xBD");
}

TEST(utf8, whole_texts_are_judged) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("J\xC3\xB6rg"));
    EXPECT_FALSE(is_utf8("J\xF6rg"));
    EXPECT_FALSE(is_utf8("cut \xE2\x82"));
}

}  // namespace
}  // namespace tidings::codec
