// The header of a list as people have it: behind titles, with odd names, by any separator.
#include "codec/lists/csv_rows.hpp"
#include "support/split_windows.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

struct found {
    std::vector<std::string> numbers;
    std::uint64_t line = 0;
    std::size_t titles = 0;
};

found read(std::string_view text, csv_layout layout = {}, column_names wanted = {"phone", "", ""}) {
    csv_rows rows(layout, std::move(wanted));
    const auto header = rows.read_header(text, true);
    if (!header) return {{header.error().text}};
    found made{{}, rows.header_line(), rows.titles()};
    for (const auto& row : tests::rows_in_blocks(rows, text.substr(*header), 5))
        made.numbers.emplace_back(row.to);
    return made;
}

using texts = std::vector<std::string>;

TEST(csv_header, is_found_by_any_separator) {
    for (const std::string_view list : {"a,phone\nx,1\n", "a;phone\nx;1\n", "a\tphone\nx\t1\n",
                                        "a|phone\nx|1\n", "\"a,b\";phone\nx;1\n", "phone\n1\n"})
        for (const char likeliest : {',', '\t'})
            EXPECT_EQ(read(list, {likeliest}).numbers, texts{"1"}) << list;
    EXPECT_NE(read("a;phone\nx;1\n", {',', true}).numbers[0].find("no column"), std::string::npos);
}

TEST(csv_header, a_line_may_say_which_it_is) {
    for (const std::string_view line : {"sep=;\r\n", "SEP=;\n", "\"sep=;\"\n", "\nSep=;\n"})
        EXPECT_EQ(read(std::string(line) + "phone;a,b\n1,5;x\n").numbers, texts{"1,5"}) << line;
    EXPECT_EQ(read("sep=\nphone\ta\n1\tx\n").numbers, texts{"1"}) << "a tab was trimmed off";
    EXPECT_EQ(read("sep=;\nphone;a\n1;x\n").titles, 0U);
}

TEST(csv_header, titles_may_stand_above_it) {
    const auto titled = read("Report, 2026\n\nof \"us\"\na,phone\nx,1\n");
    EXPECT_EQ(titled.numbers, texts{"1"});
    EXPECT_EQ(titled.line, 4U);
    EXPECT_EQ(titled.titles, 2U);
    std::string many;
    for (std::size_t i = 0; i < titles_max; ++i)
        many += "title\n";
    EXPECT_EQ(read(many + "phone\n1\n").numbers, texts{"1"});
    EXPECT_NE(read("x\n" + many + "phone\n1\n").numbers[0].find("there is only x"),
              std::string::npos)
        << "the first line is shown";
}

TEST(csv_header, its_row_may_be_named) {
    const std::string list = "phone,a\n\nphone,b\n1,x\n";
    EXPECT_EQ(read(list).numbers, (texts{"phone", "1"}));
    EXPECT_EQ(read(list, {',', false, 2}).numbers, texts{"1"});
    EXPECT_NE(read(list, {',', false, 3}).numbers[0].find("no column"), std::string::npos);
    EXPECT_NE(read(list, {',', false, 9}).numbers[0].find("header_row"), std::string::npos);
}

TEST(csv_header, a_name_matches_whatever_programs_did_to_it) {
    for (const std::string_view name :
         {" phone ", "PHONE", "\"phone\"", "\xEF\xBB\xBFphone", "\xC3\xAF\xC2\xBB\xC2\xBFphone",
          "\xC2\xA0phone", "\"\nPhone\""})
        EXPECT_EQ(read(std::string(name) + ",a\n1,x\n").numbers, texts{"1"}) << name;
    const column_names size = {
        "gr\xC3\xB6\xC3\x9F"
        "e",
        "", ""};
    EXPECT_EQ(read("gr\xF6\xDF"
                   "e\n1\n",
                   {}, size)
                  .numbers,
              texts{"1"})
        << "windows-1252";
    EXPECT_EQ(read("Phone,phone\n2,1\n").numbers, texts{"1"}) << "the exact one goes before";
    EXPECT_NE(read("Phone,PHONE\n2,1\n").numbers[0].find("two columns"), std::string::npos);
}

TEST(csv_header, the_column_that_holds_numbers_is_guessed) {
    std::string list = "Id,Name,Phone 1 - Value,Born\n";
    for (int i = 0; i < 49; ++i)
        list += std::to_string(20'000'000 + i) + "x,A,+1 650 253 00" + std::to_string(10 + i) +
                ",1970-01-01\n";
    const auto why = read(list + "1,B,none,\n").numbers[0];
    EXPECT_NE(why.find("did you mean \"Phone 1 - Value\": 98 % of it are numbers?"),
              std::string::npos)
        << why;
    EXPECT_EQ(read("a,b\nx,y\n").numbers[0].find("did you mean"), std::string::npos);
    const auto packed = read("a;b\n\"x;1\"\n", {',', true}).numbers[0];
    EXPECT_NE(packed.find("each line is in one cell"), std::string::npos) << packed;
}

}  // namespace
}  // namespace tidings::codec
