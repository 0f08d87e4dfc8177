#include "codec/lists/line_rows.hpp"

#include "support/split_windows.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using tests::kept_row;
using tests::rows_in_blocks;

std::vector<kept_row> parse(std::string_view text, bool comments, std::size_t block = 1 << 16) {
    line_rows rows(comments);
    return rows_in_blocks(rows, text, block);
}

TEST(line_rows, one_number_a_line) {
    const auto rows = parse("+1\r\n\n  \n +2 \n#3\n+4", false);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].to, "+1");
    EXPECT_EQ(rows[0].bytes, "+1\r\n");
    EXPECT_EQ(rows[1].to, " +2 ");
    EXPECT_EQ(rows[1].line, 4U);
    EXPECT_EQ(rows[2].to, "#3");
    EXPECT_EQ(rows[3].to, "+4");
}

TEST(line_rows, comments_are_left_out_when_asked) {
    const auto rows = parse("# opted out\n+1 # by mail\n\n  # more\n+2#\n", true);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].to, "+1 ");
    EXPECT_EQ(rows[1].to, "+2");
    EXPECT_EQ(rows[1].line, 5U);
}

TEST(line_rows, a_line_of_ten_megabytes_is_one_invalid_row) {
    std::string giant(10'000'000, '5');
    giant += '\n';
    for (const std::size_t block : {4096UL, 1UL << 20, 20UL << 20}) {
        const auto rows = parse("+1\n" + giant + "+2\n", false, block);
        ASSERT_EQ(rows.size(), 3U);
        EXPECT_EQ(rows[1].fault, row_fault::too_long);
        EXPECT_EQ(rows[1].bytes, giant);
        EXPECT_EQ(rows[1].to.size(), field_bytes_max);
        EXPECT_EQ(rows[2].to, "+2");
        EXPECT_EQ(rows[2].line, 3U);
    }
}

TEST(line_rows, the_limit_is_exact) {
    std::string text(row_bytes_max - 1, '1');
    text += '\n';
    text.append(row_bytes_max, '2');
    text += "\n+3";
    const auto rows = parse(text, false, 777'777);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].fault, row_fault::none);
    EXPECT_EQ(rows[1].fault, row_fault::too_long);
    EXPECT_EQ(rows[2].to, "+3");
}

TEST(line_rows, a_giant_line_may_be_the_last) {
    const auto rows = parse(std::string(3'000'000, '5'), false);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].bytes.size(), 3'000'000U);
}

TEST(line_rows, every_block_size_gives_the_same_rows) {
    const std::string text("+1\r\n\n# x\n+2 #y\r\n\0\xFF\n \n+3", 23);
    const auto whole = parse(text, true);
    for (std::size_t block = 1; block <= text.size(); ++block)
        ASSERT_EQ(parse(text, true, block), whole) << block;
}

TEST(line_rows, rewind_starts_again) {
    line_rows rows(false);
    const auto first = rows_in_blocks(rows, "+1\n+2\n", 2);
    rows.rewind();
    EXPECT_EQ(rows_in_blocks(rows, "+1\n+2\n", 2), first);
}

}  // namespace
}  // namespace tidings::codec
