#include "codec/lists/foreign_formats.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(foreign_formats, each_is_told_by_its_first_bytes_and_has_words) {
    for (const auto& one : foreign_formats()) {
        EXPECT_FALSE(one.words.empty());
        const auto head = std::string(one.at, '\0') + std::string(one.begins) + "more";
        EXPECT_EQ(words_for_foreign(head), one.words) << one.words;
        if (one.at == 0 && one.begins.front() == '<') {
            EXPECT_EQ(words_for_foreign("\xEF\xBB\xBF \r\n" + head), one.words) << one.words;
        }
    }
    for (const std::string_view list :
         {"", "toNo\n", "+1\n", "<toNo>\n", "{\"toNo\":1}", "PK,toNo"})
        EXPECT_EQ(words_for_foreign(list), "") << list;
}

}  // namespace
}  // namespace tidings::codec
