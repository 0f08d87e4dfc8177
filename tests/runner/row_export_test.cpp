#include "runner/row_export.hpp"

#include "support/list_files.hpp"

#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

class row_export : public tests::list_files {
  protected:
    std::string exported(const std::string& file, std::set<core::row_number> chosen,
                         std::size_t block = 7) const {
        store::list_rows_options options;
        options.path = file;
        options.columns.to = "toNo";
        options.block_bytes = block;
        std::ostringstream out;
        const auto count =
            export_rows(options, out, [&](core::row_number row) { return chosen.contains(row); });
        EXPECT_TRUE(count);
        EXPECT_EQ(count ? *count : 0, chosen.size());
        return out.str();
    }
};

TEST_F(row_export, writes_chosen_rows_byte_for_byte_under_the_header) {
    const auto file = put("a.csv",
                          "\xEF\xBB\xBFname,toNo\r\n\"A \"\"a\"\"\",+1\r\n\r\n\"B\nb\",+2\n"
                          "\"open,+3\nD,+4");
    EXPECT_EQ(exported(file, {2}), "\xEF\xBB\xBFname,toNo\r\n\"B\nb\",+2\n");
    EXPECT_EQ(exported(file, {1, 3}), "\xEF\xBB\xBFname,toNo\r\n\"A \"\"a\"\"\",+1\r\n\"open,+3\n");
    EXPECT_EQ(exported(file, {4}), "\xEF\xBB\xBFname,toNo\r\nD,+4");
    EXPECT_EQ(exported(file, {}), "\xEF\xBB\xBFname,toNo\r\n");
}

TEST_F(row_export, knows_lists_without_header) {
    EXPECT_EQ(exported(put("a.txt", "+14155550100\n+2\n+3\n"), {1, 3}), "+14155550100\n+3\n");
    EXPECT_EQ(exported(put("a.ndjson", "{\"toNo\":\"+1\"}\n\n{\"toNo\":\"+2\" }\r\n"), {2}),
              "{\"toNo\":\"+2\" }\r\n");
}

TEST_F(row_export, writes_a_row_that_is_too_long_whole) {
    std::string giant(3'000'000, 'x');
    giant += ",+9\n";
    const auto file = put("a.csv", "name,toNo\nA,+1\n" + giant + "B,+2\n");
    EXPECT_EQ(exported(file, {2}, 1 << 18), "name,toNo\n" + giant);
    EXPECT_EQ(exported(file, {1, 3}, 1 << 18), "name,toNo\nA,+1\nB,+2\n");
    EXPECT_EQ(exported(file, {2, 3}, 1 << 18), "name,toNo\n" + giant + "B,+2\n");
}

TEST_F(row_export, unpacks) {
    EXPECT_EQ(exported(put("a.csv.gz", gzipped("toNo\n+1\n+2\n")), {2}), "toNo\n+2\n");
}

TEST_F(row_export, tells_a_full_disk_and_a_missing_list) {
    store::list_rows_options options;
    options.path = put("a.csv", "toNo\n+1\n");
    options.columns.to = "toNo";
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    const auto every = [](core::row_number) { return true; };
    EXPECT_EQ(export_rows(options, out, every).error().kind, core::trouble::disk_full);
    options.path = path("none.csv");
    EXPECT_EQ(export_rows(options, out, every).error().kind, core::trouble::list);
}

}  // namespace
}  // namespace tidings::runner
