#include "codec/sheets/cell_values.hpp"
#include "codec/sheets/merged_cells.hpp"
#include "codec/sheets/sheet_text.hpp"
#include "codec/sheets/xlsx_parts.hpp"
#include "codec/sheets/xml_stream.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(cell_values, a_number_is_digits_where_it_is_whole) {
    const std::vector<std::pair<std::string_view, std::string_view>> table = {
        {"12015550101", "12015550101"},
        {" 1.2015550101E10\n", "12015550101"},
        {"+12015550101.0", "12015550101"},
        {"999999999999999", "999999999999999"},
        {"1e15", "over 15 digits, not exact: 1e15"},
        {"0.5", "fraction 0.5"},
        {"-7", "negative -7"},
        {"nan", "fraction nan"},
        {"inf", "over 15 digits, not exact: inf"},
        {"12 015", "not a number: 12 015"},
        {"0x10", "not a number: 0x10"},
    };
    for (const auto& [value, text] : table) {
        std::string out;
        append_number_cell(out, value);
        EXPECT_EQ(out, text) << value;
    }
}

TEST(cell_values, escapes_of_xlsx_are_characters) {
    const std::vector<std::pair<std::string_view, std::string_view>> table = {
        {"a_x000D_b", "a\rb"}, {"_x002B_1", "+1"}, {"_x005F_x000D_", "_x000D_"},
        {"_x00_", "_x00_"},    {"_x", "_x"},       {"_xZZZZ_", "_xZZZZ_"}};
    for (const auto& [written, text] : table) {
        std::string out;
        append_unescaped(out, written);
        EXPECT_EQ(out, text) << written;
    }
}

TEST(cell_values, formats_of_dates_are_told_from_those_of_numbers) {
    for (const std::string_view code : {"yyyy-mm-dd", "[h]:mm", "d/m", "[$-409]h:mm AM/PM", "ss"})
        EXPECT_TRUE(is_date_format(code)) << code;
    for (const std::string_view code :
         {"0", "#,##0.00", "General", "\"day\" 0", "0\\d", "[Red]0", "0_m", "0.00E+00", "@",
          "[<=9999999]###-####;(###) ###-####", "[", "\""})
        EXPECT_FALSE(is_date_format(code)) << code;
    EXPECT_TRUE(is_date_format(14));
    EXPECT_TRUE(is_date_format(22));
    EXPECT_FALSE(is_date_format(std::uint64_t{0}));
    EXPECT_FALSE(is_date_format(49));
}

TEST(merged_cells, only_the_first_cell_of_a_range_is_seen) {
    const std::string part =
        "<x><mergeCells count=\"2\"><mergeCell ref=\"B2:C3\"/>"
        "<mergeCell id='1' ref='AA1:AA1048576'/>"
        "<mergeCell ref=\"D4\"/></mergeCells></x>";
    for (std::size_t piece = 1; piece < part.size(); ++piece) {
        merged_cells merged;
        for (std::size_t at = 0; at < part.size(); at += piece)
            merged.look_through(std::string_view(part).substr(at, piece));
        merged.close();
        EXPECT_FALSE(merged.covers(2, 1));
        EXPECT_TRUE(merged.covers(2, 2));
        EXPECT_TRUE(merged.covers(3, 1));
        EXPECT_FALSE(merged.covers(4, 1));
        EXPECT_TRUE(merged.covers(500'000, 26)) << piece;
        EXPECT_FALSE(merged.covers(4, 3));
        EXPECT_TRUE(merged.covers(2, 2)) << "back again";
    }
}

TEST(merged_cells, of_too_many_it_says_so) {
    merged_cells merged;
    for (std::size_t i = 0; i <= merged_cells::ranges_max; ++i)
        merged.look_through("<mergeCell ref=\"A1:A2\"/>");
    merged.close();
    EXPECT_TRUE(merged.overrun());
}

TEST(merged_cells, columns_have_letters) {
    for (const auto& [reference, column] : std::vector<std::pair<std::string_view, std::size_t>>{
             {"A1", 0}, {"Z9", 25}, {"aa7", 26}, {"XFD1", 16'383}}) {
        std::string_view digits;
        EXPECT_EQ(column_of(reference, &digits), column);
        EXPECT_FALSE(digits.empty());
    }
    EXPECT_GE(column_of("12"), sheet_columns_max);
}

TEST(xlsx_parts, names_of_parts_are_the_same_however_written) {
    EXPECT_EQ(part_name("/xl/worksheets/Sheet1.xml", "xl"), "xl/worksheets/sheet1.xml");
    EXPECT_EQ(part_name("worksheets\\sheet1.xml", "xl"), "xl/worksheets/sheet1.xml");
    EXPECT_EQ(part_name("../xl/./a.xml", "xl"), "xl/a.xml");
    EXPECT_EQ(part_name("../../../a.xml", "xl"), "a.xml");
}

// What one row with these cells becomes.
std::string line_of(sheet_text& text) {
    std::string line(64, '\0');
    line.resize(text.take(line));
    return line;
}

TEST(sheet_text, writes_rows_as_lines_of_csv) {
    sheet_text text(3);
    text.on_row_begun(false);
    text.on_cell(2, "c,\"d\"", 1);
    text.on_cell(0, "a", 1);
    text.on_cell(0, "later", 1);
    text.on_cell(3, "beyond", 1);
    EXPECT_EQ(text.on_row_ended(1), sheet_sink::step::go_on);
    EXPECT_EQ(line_of(text), "later,,\"c,\"\"d\"\"\"\n");
    text.on_row_begun(false);
    text.on_cell(1, "r", 1'000'000);
    EXPECT_EQ(text.on_row_ended(2), sheet_sink::step::pause);
    EXPECT_EQ(line_of(text), ",r,r\n,r,r\n");
    EXPECT_FALSE(text.has_ready());
}

TEST(sheet_text, repeats_cost_no_memory_and_have_an_end) {
    sheet_text text(1);
    text.on_row_begun(false);
    EXPECT_EQ(text.on_row_ended(std::uint64_t{1} << 40), sheet_sink::step::go_on) << "blank";
    text.on_row_begun(false);
    text.on_cell(0, "x", 1);
    EXPECT_EQ(text.on_row_ended(sheet_rows_max - 1), sheet_sink::step::pause);
    EXPECT_EQ(line_of(text).size(), 64U);
    EXPECT_FALSE(text.overrun());
    text.on_row_begun(false);
    text.on_cell(0, "x", 1);
    EXPECT_EQ(text.on_row_ended(1), sheet_sink::step::finish);
    EXPECT_TRUE(text.overrun());
}

TEST(sheet_text, hidden_rows_and_columns_are_counted_where_something_is_in_them) {
    sheet_text text(3);
    text.on_columns_hidden(1, 2);
    text.on_row_begun(true);
    text.on_cell(0, "x", 1);
    (void)text.on_row_ended(4);
    text.on_row_begun(true);
    (void)text.on_row_ended(1);
    text.on_row_begun(false);
    text.on_cell(0, "a", 2);
    (void)text.on_row_ended(1);
    EXPECT_EQ(line_of(text), "a,,\n");
    EXPECT_EQ(text.hidden_rows(), 4U);
    EXPECT_EQ(text.hidden_columns(), 1U);
}

class counting : public xml_listener {
  public:
    void on_begin(std::string_view name, const xml_attributes& with) override {
        ++begun;
        value = with.get("a");
        last = name;
        if (stop == begun) stream->pause();
    }
    void on_end(std::string_view) override {}
    void on_text(std::string_view) override {}

    int begun = 0, stop = 0;
    std::string value, last;
    xml_stream* stream = nullptr;
};

TEST(xml_stream, names_are_local_and_it_can_pause) {
    counting seen;
    xml_stream stream(seen);
    seen.stream = &stream;
    seen.stop = 2;
    ASSERT_TRUE(stream.feed("<x:a xmlns:x='y' x:a='1'><b/><c/></x:a>", true));
    EXPECT_EQ(seen.begun, 2);
    EXPECT_TRUE(stream.paused());
    ASSERT_TRUE(stream.go_on());
    EXPECT_FALSE(stream.paused());
    EXPECT_EQ(seen.begun, 3);
    EXPECT_EQ(seen.last, "c");
}

TEST(xml_stream, what_no_sheet_has_is_refused) {
    counting seen;
    const auto failure = [&](std::string_view text) {
        const auto read = read_xml(text, seen);
        return read ? std::string() : read.error().text;
    };
    EXPECT_EQ(failure("<a><b></b></a>"), "");
    EXPECT_NE(failure("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").find("document type"),
              std::string::npos);
    EXPECT_NE(failure("<a>").find("damaged"), std::string::npos);
    EXPECT_NE(failure("<a>&b;</a>").find("damaged"), std::string::npos);
    std::string deep;
    for (int i = 0; i < 300; ++i)
        deep += "<a>";
    EXPECT_NE(failure(deep).find("256 deep"), std::string::npos);
    xml_stream stream(seen);
    const std::string piece(1 << 20, 'x');
    auto fed = stream.feed("<a b=\"", false);
    for (int i = 0; i < 6 && fed; ++i)
        fed = stream.feed(piece, false);
    ASSERT_FALSE(fed);
    EXPECT_NE(fed.error().text.find("4 MiB"), std::string::npos);
}

}  // namespace
}  // namespace tidings::codec
