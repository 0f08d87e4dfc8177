#include "gateway/rules/message_body.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

TEST(message_body_reader, reads_both_numbers_in_any_order_and_spelling) {
    message_body_reader reader;
    for (const auto* body :
         {R"({"fromNo":"a","toNo":"b"})", "\n{ \"toNo\" : \"b\" , \"fromNo\":\"a\" }\n",
          R"({"x":[1,{"fromNo":"z"}],"fromNo":"a","y":null,"toNo":"\u0062"})"}) {
        const auto found = reader.read(body);
        ASSERT_TRUE(found) << body;
        EXPECT_EQ(found->from, "a");
        EXPECT_EQ(found->to, "b");
    }
}

TEST(message_body_reader, refuses_everything_else) {
    message_body_reader reader;
    for (const auto* body :
         {"", " ", "{", "}", "\"\"", "{}", R"({"fromNo":"a"})", R"({"fromNo":"a","toNo":"b",})",
          R"({"fromNo":"a","toNo":"b"}{})", R"({"fromNo":"a","toNo":"b","toNo":"b"})",
          R"({"fromNo":"a","toNo":["b"]})", "{\"fromNo\":\"a\",\"toNo\":\"\xFF\"}",
          R"({'fromNo':'a','toNo':'b'})", R"({"FromNo":"a","toNo":"b"})"})
        EXPECT_FALSE(reader.read(body)) << body;
}

TEST(message_body_reader, has_a_limit) {
    message_body_reader reader;
    const std::string start = R"({"fromNo":"a","toNo":"b","x":")";
    const auto room = message_body_reader::bytes_max - start.size() - 2;
    EXPECT_TRUE(reader.read(start + std::string(room, 'x') + "\"}"));
    EXPECT_FALSE(reader.read(start + std::string(room + 1, 'x') + "\"}"));
}

}  // namespace

}  // namespace tidings::gateway
