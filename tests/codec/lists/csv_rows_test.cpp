#include "codec/lists/csv_rows.hpp"

#include "support/split_windows.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using tests::kept_row;
using tests::rows_in_blocks;

struct parsed {
    std::vector<kept_row> rows;
    std::vector<std::string> header;
};

parsed parse(std::string_view text, column_names wanted = {"toNo", "", ""}, char separator = ',',
             std::size_t block = 1 << 16) {
    csv_rows rows({separator}, std::move(wanted));
    const auto header_size = rows.read_header(text, true).value();
    auto kept = rows_in_blocks(rows, text.substr(header_size), block);
    return {std::move(kept), rows.header()};
}

std::vector<std::string> numbers(std::string_view text) {
    std::vector<std::string> out;
    for (const auto& row : parse(text).rows) {
        EXPECT_EQ(row.fault, row_fault::none) << row.bytes;
        out.push_back(row.to);
    }
    return out;
}

using texts = std::vector<std::string>;

TEST(csv_rows, every_field_of_the_table_is_found_and_one_column_may_be_two) {
    for (const auto& field : list_fields) {
        column_names wanted = {.to = "p"};
        wanted.*field.name = "q";
        csv_rows rows({','}, wanted);
        const std::string_view text = "a,q,p,b\n1,2,3,4\n";
        const auto header = rows.read_header(text, true).value();
        std::array<raw_row, 2> out;
        ASSERT_EQ(rows.read(text.substr(header), true, out).rows, 1U);
        EXPECT_EQ(out[0].*field.text, "2") << field.key;
    }
    csv_rows rows({','}, {.to = "p", .region = "s", .where = "s"});
    const std::string_view text = "s,p\n\"T\"\"X\",+1\nx\n";
    const auto header = rows.read_header(text, true).value();
    std::array<raw_row, 2> out;
    ASSERT_EQ(rows.read(text.substr(header), true, out).rows, 2U);
    EXPECT_EQ(out[0].region, "T\"X");
    EXPECT_EQ(out[0].where, "T\"X");
    EXPECT_EQ(out[1].fault, row_fault::short_row);
}

TEST(csv_rows, finds_the_column_wherever_it_stands) {
    EXPECT_EQ(numbers("toNo\n+1\n+2\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("name,toNo\nAda,+1\nBob,+2\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("toNo,name,age\n+1,Ada,36\n+2,,\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("a, toNo ,b\n1,+1,2\n"), (texts{"+1"}));
}

TEST(csv_rows, reads_all_wanted_columns_in_any_order) {
    const auto got = parse("tz,x,fromNo,toNo\nEurope/Rome,y,+9,+1\n", {"toNo", "fromNo", "tz"});
    ASSERT_EQ(got.rows.size(), 1U);
    EXPECT_EQ(got.rows[0].to, "+1");
    EXPECT_EQ(got.rows[0].from, "+9");
    EXPECT_EQ(got.rows[0].time_zone, "Europe/Rome");
}

TEST(csv_rows, knows_quotes) {
    EXPECT_EQ(numbers("name,toNo\n\"Lovelace, Ada\",\"+1\"\n"), (texts{"+1"}));
    EXPECT_EQ(numbers("name,toNo\n\"two\nlines\",+1\nx,+2\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("toNo,name\n+1,\"say \"\"hi\"\"\"\n+2,b\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("toNo\n\"+1\"\"x\"\n"), (texts{"+1\"x"}));
    EXPECT_EQ(numbers("name,toNo\n5\" pipe,+1\n"), (texts{"+1"}));
    EXPECT_EQ(numbers("toNo,name\n\"+1\" ,x\n\"+2\" \r\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("toNo,name\n\"\",x\n"), (texts{""}));
    EXPECT_EQ(parse("\"to\"\"No\"\n+1\n", {"to\"No", "", ""}).rows.size(), 1U);
}

TEST(csv_rows, knows_line_ends_and_blank_lines) {
    EXPECT_EQ(numbers("toNo,name\r\n+1,a\r\n+2,b\r\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("toNo\r\n+1\r\n\"+2\"\r\n+3"), (texts{"+1", "+2", "+3"}));
    EXPECT_EQ(numbers("toNo,name\n\n+1,a\n  \r\n\n+2,b\n\n"), (texts{"+1", "+2"}));
    EXPECT_EQ(numbers("\n\ntoNo\n+1"), (texts{"+1"}));
    EXPECT_EQ(numbers("toNo\n+1\r"), (texts{"+1"}));
    EXPECT_EQ(numbers("toNo\n\"+1\"\r"), (texts{"+1"}));
    EXPECT_EQ(numbers("toNo\n"), texts{});
    EXPECT_EQ(numbers("toNo"), texts{});
}

TEST(csv_rows, counts_physical_lines) {
    const auto got = parse("name,toNo,note\n\na,+1,\"x\ny\"\n\"b\nb\",+2,\"z\n\n\"\nc,+3,\n").rows;
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].line, 3U);
    EXPECT_EQ(got[1].line, 5U);
    EXPECT_EQ(got[2].line, 9U);
}

TEST(csv_rows, gives_every_row_back_byte_for_byte) {
    const std::string text = "a,+1,\"x\ny\"\r\n\"b\"\"\nb\",+2,\nc\n\"open,+4\nd,+5";
    std::string joined;
    for (const auto& row : parse("name,toNo,note\n" + text).rows)
        joined += row.bytes;
    EXPECT_EQ(joined, text);
}

TEST(csv_rows, tells_short_rows) {
    const auto got = parse("name,toNo\nAda\nBob,+2\n").rows;
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].fault, row_fault::short_row);
    EXPECT_EQ(got[1].to, "+2");
    EXPECT_EQ(got[1].line, 3U);
}

TEST(csv_rows, a_broken_quote_costs_one_line_only) {
    const auto open = parse("name,toNo\n\"Ada,+1\nBob,+2\nCid,+3\n").rows;
    ASSERT_EQ(open.size(), 3U);
    EXPECT_EQ(open[0].fault, row_fault::open_quote);
    EXPECT_EQ(open[1].to, "+2");
    EXPECT_EQ(open[1].line, 3U);
    EXPECT_EQ(open[2].to, "+3");

    const auto closed_below = parse("name,toNo\n\"Ada,+1\n\"Bob\",+2\nCid,+3\n").rows;
    ASSERT_EQ(closed_below.size(), 3U);
    EXPECT_EQ(closed_below[0].fault, row_fault::after_quote);
    EXPECT_EQ(closed_below[1].to, "+2");
    EXPECT_EQ(closed_below[2].line, 4U);

    const auto behind = parse("toNo,note\n+1,\"x\"y\n+2,\"z\n+3,a\n").rows;
    ASSERT_EQ(behind.size(), 3U);
    EXPECT_EQ(behind[0].fault, row_fault::after_quote);
    EXPECT_EQ(behind[1].fault, row_fault::open_quote);
    EXPECT_EQ(behind[2].to, "+3");
}

TEST(csv_rows, separators) {
    const auto tabs = parse("name\ttoNo\nA,b\t+1\n\"q\tq\"\t+2\n", {"toNo", "", ""}, '\t').rows;
    ASSERT_EQ(tabs.size(), 2U);
    EXPECT_EQ(tabs[0].to, "+1");
    EXPECT_EQ(tabs[1].to, "+2");
    EXPECT_EQ(numbers("name;toNo\nA,b;+1\n"), (texts{"+1"}));
    EXPECT_EQ(numbers("toNo,a;b\n+1,x\n"), (texts{"+1"}));
}

TEST(csv_rows, cuts_long_fields_of_rows_that_are_not_too_long) {
    const std::string field(100'000, '7');
    const auto got = parse("a,toNo\n\"" + field + "\",\"" + field + "\"\n").rows;
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].fault, row_fault::none);
    EXPECT_EQ(got[0].to, field.substr(0, field_bytes_max));
}

TEST(csv_rows, a_row_of_ten_megabytes_is_one_invalid_row) {
    const std::string giant(10'000'000, 'x');
    for (const auto& text : {giant + ",+9\n", "+9," + giant + "\n", "+9,a," + giant + "\r\n"}) {
        const auto got = parse("toNo,name\n+1,a\n" + text + "+2,b\n").rows;
        ASSERT_EQ(got.size(), 3U);
        EXPECT_EQ(got[1].fault, row_fault::too_long);
        EXPECT_EQ(got[1].bytes, text);
        EXPECT_EQ(got[2].to, "+2");
        EXPECT_EQ(got[2].line, 4U);
    }
}

TEST(csv_rows, the_limit_is_exact) {
    const std::string fits = "+1," + std::string(row_bytes_max - 4, 'x') + "\n";
    const std::string over = "+1," + std::string(row_bytes_max - 3, 'x') + "\n";
    ASSERT_EQ(fits.size(), row_bytes_max);
    for (const std::size_t block : {4096UL, 999'983UL, 4UL << 20}) {
        const auto got =
            parse("toNo,name\n" + fits + over + "+2,b\n", {"toNo", "", ""}, ',', block);
        ASSERT_EQ(got.rows.size(), 3U) << block;
        EXPECT_EQ(got.rows[0].fault, row_fault::none);
        EXPECT_EQ(got.rows[1].fault, row_fault::too_long);
        EXPECT_EQ(got.rows[2].line, 4U);
    }
}

TEST(csv_rows, an_open_quote_is_given_up_after_a_mebibyte) {
    std::string text = "\"open,+1\n";
    for (int i = 0; i < 100'000; ++i)
        text += "some name,+14155550100\n";
    const auto got = parse("name,toNo\n" + text).rows;
    ASSERT_EQ(got.size(), 100'001U);
    EXPECT_EQ(got[0].fault, row_fault::open_quote);
    EXPECT_EQ(got.back().line, 100'002U);
}

TEST(csv_rows, many_quoted_numbers_with_doubled_quotes_fit_their_room) {
    std::string text = "toNo\n";
    const std::string field = "\"" + std::string(600, 'x') + "\"\"\"\n";
    for (int i = 0; i < 2000; ++i)
        text += field;
    csv_rows rows({','}, {"toNo", "", ""});
    const auto size = rows.read_header(text, true).value();
    const auto got = rows_in_blocks(rows, std::string_view(text).substr(size), 1 << 20, 1000);
    ASSERT_EQ(got.size(), 2000U);
    for (const auto& row : got)
        ASSERT_EQ(row.to, std::string(field_bytes_max, 'x'));
}

// --- headers ---------------------------------------------------------------------------------

core::failure header_failure(std::string_view text, column_names wanted = {"toNo", "", ""}) {
    csv_rows rows({','}, std::move(wanted));
    const auto got = rows.read_header(text, true);
    EXPECT_FALSE(got) << text;
    return got ? core::failure{} : got.error();
}

TEST(csv_rows, a_wrong_column_name_is_told_with_what_there_is) {
    const auto why = header_failure("name,to_no,age\n");
    EXPECT_EQ(why.kind, core::trouble::list);
    EXPECT_EQ(why.text,
              "no column \"toNo\": there are name, to_no, age; did you mean \"to_no\"? "
              "Set recipients.to");
    EXPECT_NE(header_failure("toNo,x\n", {"toNo", "fromNo", ""}).text.find("recipients.from"),
              std::string::npos);
    EXPECT_NE(header_failure("toNo,x\n", {"toNo", "", "tz"}).text.find("recipients.time_zone"),
              std::string::npos);
    EXPECT_NE(header_failure("phone\n").text.find("there is only phone"), std::string::npos);
    EXPECT_NE(header_failure("toNo,toNo\n").text.find("two columns"), std::string::npos);
}

TEST(csv_rows, a_missing_header_is_told) {
    EXPECT_NE(header_failure("+14155550100,Ada\n").text.find("no header"), std::string::npos);
    EXPECT_NE(header_failure("Ada,0041 79 123 45 67\n").text.find("\"lines\""), std::string::npos);
    EXPECT_NE(header_failure("").text.find("empty"), std::string::npos);
    EXPECT_NE(header_failure(" \n\r\n").text.find("empty"), std::string::npos);
    EXPECT_NE(header_failure("toNo\r+1\r+2\r").text.find("CR"), std::string::npos);
    EXPECT_NE(header_failure("\"toNo\n+1\n").text.find("quote"), std::string::npos);
}

TEST(csv_rows, a_header_has_its_limits) {
    std::string wide = "toNo";
    for (std::size_t i = 1; i < csv_rows::columns_max; ++i)
        wide += ",c";
    csv_rows rows({','}, {"toNo", "", ""});
    EXPECT_TRUE(rows.read_header(wide + "\n", true));
    EXPECT_NE(header_failure(wide + ",c\n").text.find("4096"), std::string::npos);
    csv_rows endless({','}, {"toNo", "", ""});
    EXPECT_FALSE(endless.read_header(std::string(row_bytes_max + 1, 'x'), false));
}

TEST(csv_rows, a_header_that_is_not_whole_asks_for_more) {
    const std::string text = "\"na\"\"me\",\"to\nNo\"\r\n";
    for (std::size_t size = 0; size < text.size(); ++size) {
        csv_rows rows({','}, {"to\nNo", "", ""});
        const auto got = rows.read_header(text.substr(0, size), false);
        ASSERT_TRUE(got) << got.error().text;
        EXPECT_EQ(*got, 0U) << size;
    }
    csv_rows rows({','}, {"to\nNo", "", ""});
    EXPECT_EQ(rows.read_header(text + "x", false).value(), text.size());
}

// --- windows ---------------------------------------------------------------------------------

TEST(csv_rows, every_block_size_gives_the_same_rows) {
    const std::string text =
        "a,+1,x\r\n\r\n\"b,\"\"b\",\"+2\",\"y\nz\"\n\"c\nc\" ,+3\nd\n\"e,+5\nf,+6,\"g\"\"\"\n"
        "h,\"+7\"x\n,,,\n\"i\",\"+8\" \r\n\"open,+9\nj,+10,\"end\"";
    const auto whole = parse("n,toNo,m\n" + text).rows;
    ASSERT_GT(whole.size(), 8U);
    for (std::size_t block = 1; block <= text.size(); ++block)
        ASSERT_EQ(parse("n,toNo,m\n" + text, {"toNo", "", ""}, ',', block).rows, whole) << block;
}

TEST(csv_rows, random_text_gives_the_same_rows_in_every_block_size) {
    const unsigned seed = 4711;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    constexpr std::string_view letters = "\"\"\"\n\n,,,\r +1a\0";
    for (int round = 0; round < 400; ++round) {
        std::string text;
        const auto size = random() % 60;
        for (unsigned i = 0; i < size; ++i)
            text += letters[random() % letters.size()];
        const auto whole = parse("n,toNo\n" + text).rows;
        std::string joined;
        for (const auto& row : whole)
            joined += row.bytes;
        for (const std::size_t block : {1UL, 2UL, 3UL, 7UL, 16UL, 17UL})
            ASSERT_EQ(parse("n,toNo\n" + text, {"toNo", "", ""}, ',', block).rows, whole)
                << testing::PrintToString(text) << " in blocks of " << block;
    }
}

TEST(csv_rows, rewind_starts_again_behind_the_header) {
    const std::string text = "\n\"to\nNo\"\n+1\n+2\n";
    csv_rows rows({','}, {"to\nNo", "", ""});
    const auto size = rows.read_header(text, true).value();
    const auto first = rows_in_blocks(rows, std::string_view(text).substr(size), 4);
    rows.rewind();
    EXPECT_EQ(rows_in_blocks(rows, std::string_view(text).substr(size), 4), first);
    EXPECT_EQ(first.front().line, 4U);
}

}  // namespace
}  // namespace tidings::codec
