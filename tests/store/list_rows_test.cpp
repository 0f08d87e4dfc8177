#include "store/list_rows.hpp"

#include "support/list_files.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using texts = std::vector<std::string>;

class list_rows_test : public tests::list_files {
  protected:
    static list_rows_options of(const std::string& file, std::size_t block = 1 << 16) {
        list_rows_options options;
        options.path = file;
        options.columns.to = "toNo";
        options.block_bytes = block;
        return options;
    }
    static texts read(list_rows& rows) {
        texts all;
        for (;;) {
            const auto more = rows.advance();
            if (!more) all.push_back("failed: " + more.error().text);
            if (!more || !*more) return all;
            for (const auto& row : rows.rows())
                all.push_back(row.fault == codec::row_fault::none
                                  ? std::string(row.to)
                                  : std::string(codec::text_of(row.fault)));
        }
    }
    static std::string failure_of(const list_rows_options& options) {
        const auto got = list_rows::open(options);
        EXPECT_FALSE(got);
        return got ? "" : got.error().text;
    }
};

TEST_F(list_rows_test, reads_the_same_in_blocks_of_every_size) {
    const std::string body = "A,+1\r\n\"B\nb\",+2\n\n\"C\"\"c\",+3\nD,+4";
    for (const std::string head : {"name,toNo\n", "\xEF\xBB\xBFname,toNo\r\n"}) {
        const auto file = put("a.csv", head + body);
        for (std::size_t block = 1; block < 60; ++block) {
            auto rows = list_rows::open(of(file, block)).value();
            EXPECT_EQ(rows.header_bytes(), head);
            ASSERT_EQ(read(rows), (texts{"+1", "+2", "+3", "+4"})) << block;
            ASSERT_TRUE(rows.rewind());
            ASSERT_EQ(read(rows), (texts{"+1", "+2", "+3", "+4"})) << block;
        }
    }
}

TEST_F(list_rows_test, reads_more_than_fits_its_window) {
    std::string text = "toNo,note\n";
    texts expected;
    for (int i = 0; i < 120'000; ++i) {
        expected.push_back("+1" + std::to_string(1'000'000 + i));
        text += expected.back() + (i % 7 == 0 ? ",\"a\nb\"\n" : ",some note or other\n");
    }
    for (const auto& bytes : {text, gzipped(text), zstd_packed(text)}) {
        auto rows = list_rows::open(of(put("list.csv", bytes))).value();
        ASSERT_EQ(read(rows), expected);
        ASSERT_TRUE(rows.rewind());
        ASSERT_EQ(read(rows), expected);
    }
}

TEST_F(list_rows_test, goes_on_after_a_row_of_ten_megabytes) {
    const std::string giant(10'000'000, 'x');
    const auto too_long = std::string(codec::text_of(codec::row_fault::too_long));
    auto csv = list_rows::open(of(put("a.csv", "toNo\n+1\n" + giant + "\n+2\n"))).value();
    EXPECT_EQ(read(csv), (texts{"+1", too_long, "+2"}));
    auto lines = list_rows::open(of(put("a.txt", "+14155550100\n" + giant + "\n+2"))).value();
    EXPECT_EQ(read(lines), (texts{"+14155550100", too_long, "+2"}));
    auto objects = list_rows::open(of(put("a.ndjson", "{\"toNo\":\"+1\"}\n" + giant))).value();
    EXPECT_EQ(read(objects), (texts{"+1", too_long}));
}

TEST_F(list_rows_test, a_format_that_was_named_is_taken) {
    auto options = of(put("a.txt", "toNo\n+1\n"));
    options.format = codec::list_format::lines;
    auto rows = list_rows::open(options).value();
    EXPECT_EQ(read(rows), (texts{"toNo", "+1"}));
    options.format = codec::list_format::tsv;
    auto tabs = list_rows::open(options).value();
    EXPECT_EQ(read(tabs), (texts{"+1"}));
    options.format = codec::list_format::ndjson;
    EXPECT_NE(failure_of(options).find("no JSON object"), std::string::npos);
    auto headless = of(put("a.csv", "+14155550100\n"));
    headless.format = codec::list_format::csv;
    EXPECT_NE(failure_of(headless).find("no header"), std::string::npos);
}

TEST_F(list_rows_test, a_sole_column_will_do_when_allowed) {
    auto options = of(put("dnc.csv", "phone\n+1\n"));
    EXPECT_NE(failure_of(options).find("no column \"toNo\""), std::string::npos);
    options.only_column_will_do = true;
    auto rows = list_rows::open(options).value();
    EXPECT_EQ(read(rows), (texts{"+1"}));
    options.path = put("dnc2.csv", "phone,name\n+1,A\n");
    EXPECT_NE(failure_of(options).find("no column \"toNo\""), std::string::npos);
}

TEST_F(list_rows_test, failures_name_the_file) {
    for (const auto& [name, text] : {std::pair<std::string, std::string>{"a.csv", ""},
                                     {"b.csv", "phone\n+1\n"},
                                     {"c.ndjson", "[true]\n"},
                                     {"d.csv", "\"toNo\n"},
                                     {"e.csv", std::string(3 << 20, 'x')},
                                     {"f.csv", "\"x\n" + std::string(3 << 20, 'x')}}) {
        const auto file = put(name, text);
        EXPECT_TRUE(failure_of(of(file)).starts_with(file + ": ")) << name;
    }
    const auto packed = gzipped("toNo\n+1\n+2\n");
    const auto cut = put("cut.csv.gz", packed.substr(0, packed.size() - 9));
    const auto got = list_rows::open(of(cut));
    EXPECT_TRUE(!got && got.error().text.starts_with(cut + ": ")) << "cut";
}

// Sent without a word, they would go to those who shall not have them.
TEST_F(list_rows_test, plain_lines_cannot_be_asked_whom_and_when) {
    const auto file = put("l.txt", "+16502530001\n");
    for (const auto& field : codec::list_fields) {
        list_rows_options options;
        options.path = file;
        options.columns.to = "phone";
        options.columns.*field.name = "x";
        const auto rows = list_rows::open(options);
        EXPECT_EQ(rows.has_error(), field.decides) << field.key;
        if (!rows) {
            EXPECT_EQ(rows.error().text.rfind(file +
                                                  ": plain lines have no column \"x\", which "
                                                  "recipients." +
                                                  std::string(field.key),
                                              0),
                      0U);
        }
    }
}

TEST_F(list_rows_test, a_header_that_changed_under_the_reader_is_noticed) {
    const auto file = put("a.csv", "name,toNo\nA,+1\n");
    auto rows = list_rows::open(of(file)).value();
    put("a.csv", "toNo,name\n+1,A\n");
    const auto again = rows.rewind();
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().text.find("changed"), std::string::npos);
}

}  // namespace
}  // namespace tidings::store
