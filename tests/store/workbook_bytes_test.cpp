#include "store/list_rows.hpp"
#include "support/list_files.hpp"
#include "support/zip_text.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using members = std::vector<std::pair<std::string, std::string>>;

class workbook_bytes_test : public tests::list_files {
  protected:
    // What a reader of the list gets to see of a column: a text a row, or why there is none.
    std::vector<std::string> column(const std::string& file, const std::string& name = "phone") {
        std::vector<std::string> seen;
        auto rows = list_rows::open({.path = file, .format = {}, .columns = {name, "", ""}});
        if (!rows) return {"failed: " + rows.error().text};
        for (;;) {
            const auto more = rows->advance();
            if (!more) return {"failed: " + more.error().text};
            if (!*more) break;
            for (const auto& row : rows->rows())
                seen.emplace_back(row.to);
        }
        oddities = rows->oddities();
        return seen;
    }
    std::string failure(const std::string& file) {
        const auto seen = column(file);
        return seen.size() == 1 && seen[0].starts_with("failed: ") ? seen[0] : "";
    }

    static std::string in_line(const std::string& text, const std::string& more = "") {
        return "<c t=\"inlineStr\"" + more + "><is><t>" + text + "</t></is></c>";
    }
    static std::string row(const std::string& cells, const std::string& more = "") {
        return "<row" + more + ">" + cells + "</row>";
    }
    // One sheet with a column "phone" in front.
    static members book(const std::string& rows, const std::string& before = "",
                        const std::string& behind = "") {
        const std::string sheet = "<worksheet>" + before + "<sheetData>" +
                                  row(in_line("phone") + in_line("name")) + rows + "</sheetData>" +
                                  behind + "</worksheet>";
        return parts("<sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/>", {{"sheet1", sheet}});
    }
    static members parts(const std::string& sheets,
                         const std::vector<std::pair<std::string, std::string>>& content) {
        members made = {
            {"[Content_Types].xml", "<Types/>"},
            {"xl/workbook.xml",
             "<workbook xmlns:r=\"r\"><sheets>" + sheets + "</sheets></workbook>"},
            {"xl/styles.xml",
             "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\"/>"
             "<numFmt numFmtId=\"165\" formatCode=\"&quot;day&quot; 0\"/></numFmts><cellXfs>"
             "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
             "</cellXfs></styleSheet>"},
            {"xl/SharedStrings.xml",
             "<sst><si><t>+12015550101</t></si>"
             "<si><r><t>+1201</t></r><r><t>5550102</t></r><rPh><t>0911</t></rPh></si>"
             "<si><t>+12015550103_x000D_</t></si></sst>"}};
        std::string links =
            "<Relationship Id=\"s\" Type=\"x/styles\" Target=\"styles.xml\"/>"
            "<Relationship Id=\"t\" Type=\"x/sharedStrings\" Target=\"/xl\\sharedStrings.xml\"/>";
        int index = 0;
        for (const auto& [name, text] : content) {
            made.emplace_back("xl/worksheets/" + name + ".xml", text);
            links += "<Relationship Id=\"r" + std::to_string(++index) +
                     "\" Type=\"x/worksheet\" Target=\"worksheets/" + name + ".xml\"/>";
        }
        made.emplace_back("xl/_rels/workbook.xml.rels",
                          "<Relationships>" + links + "</Relationships>");
        return made;
    }
    static members ods(const std::string& tables, const std::string& styles = "") {
        return {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
                {"META-INF/manifest.xml", "<manifest/>"},
                {"content.xml", "<content><automatic-styles>" + styles +
                                    "</automatic-styles><body><spreadsheet>" + tables +
                                    "</spreadsheet></body></content>"}};
    }
    static std::string text_cell(const std::string& text, const std::string& more = "") {
        return "<table-cell value-type=\"string\"" + more + "><p>" + text + "</p></table-cell>";
    }
    static std::string line(const std::string& cells, const std::string& more = "") {
        return "<table-row" + more + ">" + cells + "</table-row>";
    }
    static std::string table(const std::string& rows, const std::string& more = "",
                             const std::string& before = "") {
        return "<table name=\"A\"" + more + ">" + before + line(text_cell("phone")) + rows +
               "</table>";
    }

    list_oddities oddities;
};

using seen = std::vector<std::string>;

// Of each kind of cell, what a list reads: digits where it is whole, else words.
TEST_F(workbook_bytes_test, the_type_of_an_xlsx_cell_decides) {
    const std::string no_value =
        "formula without a value: open the file in a spreadsheet and save it once";
    const std::vector<std::pair<std::string, std::string>> table = {
        {"<c><v>12015550101</v></c>", "12015550101"},
        {"<c t=\"n\"><v> 1.2015550101E10\n</v></c>", "12015550101"},
        {"<c><v>12015550101.0</v></c>", "12015550101"},
        {"<c><v>1.2015550101999999E10</v></c>", "fraction 1.2015550101999999E10"},
        {"<c><v>12015550101.5</v></c>", "fraction 12015550101.5"},
        {"<c><v>1234567890123460</v></c>", "over 15 digits, not exact: 1234567890123460"},
        {"<c><v>-12015550101</v></c>", "negative -12015550101"},
        {"<c s=\"1\"><v>45000</v></c>", "date 45000"},
        {"<c s=\"2\"><v>45000</v></c>", "date 45000"},
        {"<c s=\"3\"><v>12015550101</v></c>", "12015550101"},
        {"<c t=\"d\"><v>2026-11-30</v></c>", "date 2026-11-30"},
        {"<c t=\"b\"><v>1</v></c>", "true"},
        {"<c t=\"e\"><v>#N/A</v></c>", "error #N/A"},
        {"<c t=\"s\"><v>0</v></c>", "+12015550101"},
        {"<c t=\"s\"><f>A1</f><v>1</v></c>", "+12015550102"},
        {"<c t=\"s\"><v>2</v></c>", "+12015550103\r"},
        {"<c t=\"s\"></c>", ""},
        {"<c t=\"str\"><f>A1</f><v>+12015550101</v></c>", "+12015550101"},
        {"<c><f>A1</f><v>0</v></c>", no_value},
        {"<c><f>A1</f><v></v></c>", no_value},
        {"<c><f>A1</f></c>", no_value},
        {"<c t=\"inlineStr\"><is><r><t>+1201</t></r><rPh><t>9</t></rPh><r><t>5550101</t></r></is>"
         "</c>",
         "+12015550101"},
        {"<c t=\"inlineStr\"></c>", ""},
        {"<c t=\"inlineStr\"><is><t>a,\"b\"</t></is></c>", "a,\"b\""},
    };
    std::string rows;
    seen expected;
    for (const auto& [cell, text] : table) {
        rows += row(cell + in_line("x"));
        expected.push_back(text);
    }
    EXPECT_EQ(column(put("a.xlsx", tests::zip_of(book(rows)))), expected);
}

TEST_F(workbook_bytes_test, what_is_hidden_or_covered_is_not_read) {
    const auto rows = row(in_line("1", " r=\"A2\"")) + row(in_line("2"), " hidden=\"1\"") +
                      row(in_line("3"), " hidden=\"true\"") +
                      row(in_line("4") + in_line("x"), " r=\"5\"") + row(in_line("5"), " r=\"6\"") +
                      row("", " r=\"7\"") +
                      row(in_line("x", " r=\"B8\"") + in_line("8", " r=\"A8\""), " r=\"8\"");
    EXPECT_EQ(column(put("a.xlsx",
                         tests::zip_of(book(
                             rows, "", "<mergeCells><mergeCell ref=\"A5:A6\"/></mergeCells>")))),
              (seen{"1", "4", "8"}));
    EXPECT_EQ(oddities.hidden_rows, 2U);
    const auto all = row(in_line("1")) + row(in_line("2"), " hidden=\"0\"");
    const auto zero = tests::zip_of(book(all, "<sheetFormatPr zeroHeight=\"1\"/>"));
    EXPECT_NE(failure(put("z.xlsx", zero)).find("2 rows are hidden and not sent"),
              std::string::npos)
        << "the header is one of them";
    EXPECT_NE(failure(put("c.xlsx", tests::zip_of(book(
                                        row(in_line("1")),
                                        "<cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols>"))))
                  .find("1 column is hidden and not read: \"phone\""),
              std::string::npos);
}

TEST_F(workbook_bytes_test, the_first_visible_sheet_with_the_column_is_the_list) {
    const auto sheet = [&](const std::string& header, const std::string& value) {
        return "<worksheet><sheetData>" + row(in_line(header)) + row(in_line(value)) +
               "</sheetData></worksheet>";
    };
    const auto file =
        put("a.xlsx",
            tests::zip_of(parts("<sheet name=\"H\" sheetId=\"1\" state=\"veryHidden\" r:id=\"r1\"/>"
                                "<sheet name=\"B\" sheetId=\"2\" r:id=\"r2\"/>"
                                "<sheet name=\"C\" sheetId=\"3\" r:id=\"r3\"/>"
                                "<sheet name=\"D\" sheetId=\"4\" r:id=\"r4\"/>",
                                {{"s1", sheet("phone", "1")},
                                 {"s2", sheet("other", "2")},
                                 {"s3", sheet(" PHONE ", "3")},
                                 {"s4", sheet("phone", "4")}})));
    EXPECT_EQ(column(file), seen{"3"});
    EXPECT_EQ(oddities.hidden_sheets, 1U);
    ASSERT_EQ(oddities.notes.size(), 3U);
    EXPECT_EQ(oddities.notes[0], "the list is sheet \"C\"");
    EXPECT_EQ(oddities.notes[1], "\"D\" has the column too, and is not read");
}

TEST_F(workbook_bytes_test, ods_values_count_and_not_what_is_shown) {
    const auto rows =
        line("<table-cell value-type=\"float\" value=\"12015550101\"><p>1.2E+10</p></table-cell>") +
        line(text_cell("+1<s c=\"2\"/><span>201</span>5550102")) +
        line(
            "<table-cell value-type=\"string\"><annotation><p>+1999</p></annotation>"
            "<p>+12015550103</p></table-cell>") +
        line("<table-cell value-type=\"string\"><p>+1</p><p>+2</p></table-cell>") +
        line("<table-cell value-type=\"date\" date-value=\"2026-11-30\"><p>x</p></table-cell>") +
        line("<table-cell value-type=\"boolean\" boolean-value=\"true\"><p>x</p></table-cell>") +
        line("<covered-table-cell value-type=\"string\"><p>+1</p></covered-table-cell>") +
        line("<table-cell/>", " number-rows-repeated=\"1000000000\"") +
        line(text_cell("5"), " number-rows-repeated=\"2\"") +
        line(text_cell("6"), " visibility=\"filter\"") +
        line(text_cell("7"), " visibility=\"collapse\"");
    const auto file =
        put("a.ods", tests::zip_of(ods(table("", " style-name=\"h\"") + table(rows),
                                       "<style name=\"h\" family=\"table\">"
                                       "<table-properties display=\"false\"/></style>")));
    EXPECT_EQ(column(file), (seen{"12015550101", "+1  2015550102", "+12015550103", "+1\n+2",
                                  "date 2026-11-30", "true", "5", "5"}));
    EXPECT_EQ(oddities.hidden_rows, 2U);
    EXPECT_EQ(oddities.hidden_sheets, 1U);
}

TEST_F(workbook_bytes_test, what_is_no_list_or_too_much_is_refused_with_words) {
    const auto refused = [&](const members& what, std::string_view words) {
        const auto told = failure(put("a.zip", tests::zip_of(what)));
        EXPECT_NE(told.find(words), std::string::npos) << told;
    };
    refused({{"mimetype", "x"},
             {"META-INF/manifest.xml", "<m><encryption-data/></m>"},
             {"content.xml", "?"}},
            "has a password");
    refused({{"xl/workbook.bin", ""}}, "xlsb");
    refused({{"word/document.xml", ""}}, "docx");
    refused(ods("<!DOCTYPE a>"), "document type");
    refused(ods("</a>"), "damaged");
    refused({{"mimetype", "x"}, {"content.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>"}},
            "document type");
    std::string deep;
    for (int i = 0; i < 300; ++i)
        deep += "<a>";
    refused(ods(deep), "256 deep");
    refused(ods(table(line(text_cell("1"), " number-rows-repeated=\"1000000000\""))),
            "over 16,777,216 rows");
    refused(book(row("<c t=\"s\"><v>99</v></c>")), "points at texts that are not there");
    refused(parts("", {}), "no sheet in it holds anything");
    refused({{"a.csv", "phone\n1\n"}, {"b.csv", ""}}, "holds 2 files");
    refused({{"../a.csv", "phone\n1\n"}}, "leads out of it");
    refused({{"d/", ""}}, "holds no file");
    EXPECT_EQ(
        column(put("b.zip", tests::zip_of({{"__MACOSX/._a", ""}, {"-", "x\tphone\n1\t2\n"}}))),
        seen{"2"});
}

TEST_F(workbook_bytes_test, can_be_read_again) {
    auto rows = list_rows::open({.path = put("a.xlsx", tests::zip_of(book(row(in_line("1"))))),
                                 .format = {},
                                 .columns = {"phone", "", ""}})
                    .value();
    for (int pass = 0; pass < 3; ++pass) {
        ASSERT_TRUE(rows.advance().value());
        EXPECT_EQ(rows.rows()[0].to, "1");
        EXPECT_EQ(rows.rows()[0].bytes, "1,\n");
        ASSERT_FALSE(rows.advance().value());
        ASSERT_TRUE(rows.rewind());
    }
}

}  // namespace
}  // namespace tidings::store
