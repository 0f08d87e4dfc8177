#include "codec/lists/list_format.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

struct format_case {
    std::string name;
    std::string head;
    list_format format;
};

TEST(list_format, is_told_by_name_and_first_bytes) {
    const format_case cases[] = {
        {"a.csv", "name,toNo\n", list_format::csv},
        {"a.CSV.gz", "name,toNo\n", list_format::csv},
        {"a.tsv.zst", "name\ttoNo\n", list_format::tsv},
        {"a.ndjson", "anything\n", list_format::ndjson},
        {"a.jsonl", "{\n", list_format::ndjson},
        {"a.txt", "+14155550100\n", list_format::lines},
        {"a.txt", "name,toNo\n", list_format::csv},
        {"-", "name\ttoNo\n", list_format::tsv},
        {"-", "  \n{\"toNo\":1}\n", list_format::ndjson},
        {"list", "toNo\n+14155550100\n", list_format::csv},
        {"a.csv", "toNo\n+14155550100\n", list_format::csv},
        {"a.csv", "+14155550100\n+14155550101\n", list_format::lines},
        {"a.csv", "(415) 555-0100\r\n", list_format::lines},
        {"a.csv", "0041 79 123 45 67", list_format::lines},
        {"a.csv", "{\"toNo\":\"+1\"}\n", list_format::ndjson},
        {"a.csv", "name;toNo\n", list_format::csv},
        {".csv", "x\n", list_format::csv},
    };
    for (const auto& one : cases) {
        const auto got = guess_format(one.name, one.head);
        ASSERT_TRUE(got) << one.head;
        EXPECT_EQ(name_of(*got), name_of(one.format)) << one.name << ": " << one.head;
    }
}

TEST(list_format, an_empty_list_fails) {
    for (const std::string text : {"", "\n\r\n  "}) {
        const auto got = guess_format("a.csv", text);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().kind, core::trouble::list);
        EXPECT_NE(got.error().text.find("empty"), std::string::npos);
    }
}

}  // namespace
}  // namespace tidings::codec
