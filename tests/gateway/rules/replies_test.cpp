#include "gateway/rules/replies.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

TEST(replies, every_case_has_a_name_and_words) {
    const auto table = documented_replies();
    for (std::size_t i = 0; i < verdict_case_count; ++i) {
        const auto what = static_cast<verdict_case>(i);
        EXPECT_EQ(verdict_case_named(name_of(what)), what);
        EXPECT_GE(table[i].status, 200);
        EXPECT_FALSE(render_body(table[i]).empty());
        EXPECT_FALSE(table[i].ignore);
    }
    EXPECT_FALSE(verdict_case_named(""));
}

TEST(replies, come_in_every_documented_shape) {
    reply_words words;
    words.msg = "say \"hi\"\n";
    EXPECT_EQ(render_body(words), R"({"errors":[{"msg":"say \"hi\"\u000a"}]})");
    words.code = "4002";
    EXPECT_EQ(render_body(words), R"({"errors":[{"msg":"say \"hi\"\u000a","code":4002}]})");
    words.code_is_string = true;
    words.as_message = true;
    EXPECT_EQ(render_body(words), R"({"errors":[{"message":"say \"hi\"\u000a","code":"4002"}]})");
    words.body = "<html>";
    EXPECT_EQ(render_body(words), "<html>");
}

}  // namespace

}  // namespace tidings::gateway
