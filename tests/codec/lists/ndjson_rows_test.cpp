#include "codec/lists/ndjson_rows.hpp"

#include "support/split_windows.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using tests::kept_row;
using tests::rows_in_blocks;

const column_names wanted = {"toNo", "fromNo", "tz"};

std::vector<kept_row> parse(std::string_view text, std::size_t block = 1 << 16) {
    ndjson_rows rows(wanted);
    return rows_in_blocks(rows, text, block);
}

kept_row only_row(std::string_view text) {
    const auto rows = parse(text);
    EXPECT_EQ(rows.size(), 1U) << text;
    return rows.empty() ? kept_row{} : rows.front();
}

TEST(ndjson_rows, finds_fields_by_name_wherever_they_stand) {
    const auto row =
        only_row(R"({"a":[1,{"toNo":"no"}],"tz":"Europe/Rome","fromNo":"+9","toNo":"+1"})");
    EXPECT_EQ(row.fault, row_fault::none);
    EXPECT_EQ(row.to, "+1");
    EXPECT_EQ(row.from, "+9");
    EXPECT_EQ(row.time_zone, "Europe/Rome");
    EXPECT_EQ(only_row(R"({"toNo":"+1","x":null})").from, "");
    EXPECT_EQ(only_row(R"({"toNo":"+1","fromNo":null})").fault, row_fault::none);
}

TEST(ndjson_rows, every_field_of_the_table_is_found_and_one_may_be_two) {
    ndjson_rows rows({.to = "p",
                      .region = "s",
                      .consent = "c",
                      .send_at = "a",
                      .expires_at = "e",
                      .where = "s"});
    const std::string text = R"({"e":"5","s":"TX","c":"2","p":"+1","a":"4"})"
                             "\n"
                             R"({"p":"+1","s":null,"c":7})"
                             "\n"
                             R"({"p":"+1","s":"TX","s":"TX"})"
                             "\n";
    const auto room = text + std::string(ndjson_rows::padding, ' ');
    std::array<raw_row, 4> out;
    ASSERT_EQ(rows.read(std::string_view(room).substr(0, text.size()), true, out).rows, 3U);
    EXPECT_EQ(out[0].region, "TX");
    EXPECT_EQ(out[0].where, "TX");
    EXPECT_EQ(out[0].consent, "2");
    EXPECT_EQ(out[0].send_at, "4");
    EXPECT_EQ(out[0].expires_at, "5");
    EXPECT_EQ(out[1].where, "");
    EXPECT_EQ(out[1].consent, "7");
    EXPECT_EQ(out[2].fault, row_fault::field_twice);
}

TEST(ndjson_rows, undoes_escapes_in_names_and_values) {
    EXPECT_EQ(only_row(R"({"toNo":"\u002b1\t2"})").to, "+1\t2");
    EXPECT_EQ(only_row(R"({"to\u004eo":"+1"})").to, "+1");
}

TEST(ndjson_rows, takes_a_number_as_it_is_written) {
    EXPECT_EQ(only_row(R"({"toNo": 917760336484 , "a":1})").to, "917760336484");
    EXPECT_EQ(only_row(R"({"toNo":9.1776E+11})").to, "9.1776E+11");
    EXPECT_EQ(only_row(R"({"toNo":12})").to, "12");
    // A floating number is what it was before it was written, where that was whole.
    EXPECT_EQ(only_row(R"({"toNo":12015550100.999999999})").to, "12015550101");
    EXPECT_EQ(only_row(R"({"toNo":1.2015550101e10})").to, "12015550101");
    EXPECT_EQ(only_row(R"({"toNo":12015550101.0})").to, "12015550101");
    EXPECT_EQ(only_row(R"({"toNo":12015550101.5})").to, "12015550101.5");
    EXPECT_EQ(only_row(R"("+12015550101")").to, "+12015550101");
}

TEST(ndjson_rows, tells_what_is_wrong) {
    const std::pair<std::string, row_fault> cases[] = {
        {R"({"name":"Ada"})", row_fault::no_field},
        {R"({"toNo":null})", row_fault::no_field},
        {R"({})", row_fault::no_field},
        {R"({"toNo":true})", row_fault::not_text},
        {R"({"toNo":["+1"]})", row_fault::not_text},
        {R"({"toNo":{"n":"+1"}})", row_fault::not_text},
        {R"({"toNo":"+1","tz":[]})", row_fault::not_text},
        {R"({"toNo":"+1","toNo":"+2"})", row_fault::field_twice},
        {R"({"toNo":"+1"} {"toNo":"+2"})", row_fault::broken_json},
        {R"({"toNo":"+1"}x)", row_fault::broken_json},
        {R"({"toNo":"+1")", row_fault::broken_json},
        {R"({"toNo":"+1)", row_fault::broken_json},
        {R"({"toNo":"\x"})", row_fault::broken_json},
        {R"({"toNo" "+1"})", row_fault::broken_json},
        {R"({"toNo":})", row_fault::broken_json},
        {R"(["+1"])", row_fault::broken_json},
        {"+14155550100", row_fault::broken_json},
        {std::string("{\"toNo\":\"+1\0\"}", 14), row_fault::broken_json},
        {"{\"toNo\":\"+1\xFF\"}", row_fault::broken_json},
    };
    for (const auto& [text, fault] : cases)
        EXPECT_EQ(text_of(only_row(text).fault), text_of(fault)) << text;
}

TEST(ndjson_rows, a_broken_line_costs_one_row_only) {
    const auto rows = parse("{\"toNo\":\"+1\"}\n{\"toNo\":\"\n\n{\"toNo\":\"+3\"}\r\n  \r\n{");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1].fault, row_fault::broken_json);
    EXPECT_EQ(rows[1].line, 2U);
    EXPECT_EQ(rows[2].to, "+3");
    EXPECT_EQ(rows[2].line, 4U);
    EXPECT_EQ(rows[3].fault, row_fault::broken_json);
}

TEST(ndjson_rows, a_line_of_ten_megabytes_is_one_invalid_row) {
    const std::string giant = "{\"toNo\":\"+2\",\"x\":\"" + std::string(10'000'000, 'x') + "\"}\n";
    const auto rows = parse("{\"toNo\":\"+1\"}\n" + giant + "{\"toNo\":\"+3\"}");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1].fault, row_fault::too_long);
    EXPECT_EQ(rows[1].bytes, giant);
    EXPECT_EQ(rows[2].to, "+3");
    EXPECT_EQ(rows[2].line, 3U);
}

TEST(ndjson_rows, many_long_values_fit_their_room) {
    std::string text;
    const std::string line =
        "{\"toNo\":\"" + std::string(1000, '7') + "\",\"tz\":\"" + std::string(1000, 'z') + "\"}\n";
    for (int i = 0; i < 500; ++i)
        text += line;
    ndjson_rows rows(wanted);
    const auto got = rows_in_blocks(rows, text, 1 << 20, 1000);
    ASSERT_EQ(got.size(), 500U);
    for (const auto& row : got)
        ASSERT_EQ(row.to, std::string(field_bytes_max, '7'));
}

TEST(ndjson_rows, nesting_without_end_is_a_broken_row) {
    EXPECT_EQ(only_row("{\"a\":" + std::string(500'000, '[')).fault, row_fault::broken_json);
}

TEST(ndjson_rows, every_block_size_gives_the_same_rows) {
    const std::string text =
        "{\"toNo\":\"+1\"}\r\n\n{\"toNo\":\"\\u002b2\",\"tz\":\"a\"}\nbad\n"
        "{\"toNo\":3}\n{\"toNo\":\"+4\"}";
    const auto whole = parse(text);
    ASSERT_EQ(whole.size(), 5U);
    for (std::size_t block = 1; block <= text.size(); ++block)
        ASSERT_EQ(parse(text, block), whole) << block;
}

TEST(ndjson_rows, a_wrong_field_name_is_told_by_the_first_object) {
    const auto check = [](std::string text, bool last = true) {
        const auto size = text.size();
        text.resize(size + ndjson_rows::padding);
        return ndjson_rows(wanted).check_first(std::string_view(text).substr(0, size), last);
    };
    EXPECT_TRUE(check("{\"toNo\":\"+1\"}\n").value());
    EXPECT_TRUE(check("\n \r\n{\"a\":1,\"toNo\":\"+1\"}").value());
    EXPECT_FALSE(check("{\"toNo\":\"+1\"}", false).value());
    const auto why = check("{\"name\":\"A\",\"to_no\":\"+1\"}\n").error();
    EXPECT_EQ(why.kind, core::trouble::list);
    EXPECT_EQ(why.text,
              "the first object has no field \"toNo\": there are name, to_no; did you mean "
              "\"to_no\"? Set recipients.to");
    EXPECT_NE(check("[{\"toNo\":\"+1\"}]").error().text.find("array"), std::string::npos);
    EXPECT_NE(check("+14155550100\n").error().text.find("no JSON object"), std::string::npos);
    EXPECT_NE(check("\n\n").error().text.find("empty"), std::string::npos);
    EXPECT_FALSE(check(std::string(row_bytes_max + 1, 'x'), false));
}

TEST(ndjson_rows, rewind_starts_again) {
    ndjson_rows rows(wanted);
    const std::string text = "{\"toNo\":\"+1\"}\n";
    const auto first = rows_in_blocks(rows, text, 4);
    rows.rewind();
    EXPECT_EQ(rows_in_blocks(rows, text, 4), first);
}

}  // namespace
}  // namespace tidings::codec
