// Lists as people have them: whom a campaign would text, what it would refuse, and what it says.
// tests/lists has those that programs wrote, each with what must become of it in expected.json.
#include "runner/list_reader.hpp"
#include "support/list_files.hpp"
#include "support/zip_text.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace tidings::runner {
namespace {

using namespace std::string_literals;
using texts = std::vector<std::string>;

// Numbers that a plan knows.
const std::string a = "+16502530001", b = "+16502530002", c = "+16502530003", d = "+16502530004";

struct found {
    texts send;
    screening_counts counts;
    store::list_oddities oddities;
    std::string notes;    // what is told, a sentence a line
    std::string failure;  // instead of all that
};

found read(const std::string& path, const std::string& to = "toNo",
           const std::string& region = "US") {
    found made;
    list_reader_options options;
    options.path = path;
    options.columns.to = to;
    options.default_region = region;
    auto reader = list_reader::open(std::move(options));
    if (!reader) return {{}, {}, {}, {}, reader.error().text};
    core::listed_batch batch;
    for (;;) {
        const auto more = reader->read(batch);
        if (!more) return {{}, {}, {}, {}, more.error().text};
        if (!*more) break;
        for (const auto& row : batch.rows)
            if (row.found == core::screening::sendable) made.send.push_back(row.to.text());
    }
    made.counts = reader->counts();
    made.oddities = reader->oddities();
    for (const auto& all : {made.oddities.notes, reader->notes().texts()})
        for (const auto& note : all)
            made.notes += note + "\n";
    return made;
}

// As UTF-16, which for these is a zero behind or before each byte.
std::string wide(std::string_view text, bool big = false) {
    std::string out;
    for (const char one : text)
        out += big ? "\0"s + one : one + "\0"s;
    return out;
}

class odd_lists : public tests::list_files {
  protected:
    struct row {
        std::string name, content;
        texts send;
        std::uint64_t invalid = 0;
        std::string told = {};
    };
    void expect_read(const std::vector<row>& table) {
        for (const auto& [name, content, send, invalid, told] : table) {
            const auto got = read(put(name, content));
            EXPECT_EQ(got.failure, "") << name;
            EXPECT_EQ(got.send, send) << name;
            EXPECT_EQ(got.counts.invalid, invalid) << name;
            EXPECT_NE(got.notes.find(told), std::string::npos) << name << ": " << got.notes;
        }
    }
};

TEST_F(odd_lists, are_read) {
    expect_read({
        {"cr.csv", "toNo\r" + a + "\r" + b + "\r", {a, b}},
        {"cr.txt", a + "\r" + b + "\r", {a, b}},
        {"sep.csv", "sep=;\r\nname;toNo\r\nA;" + a + "\r\n", {a}},
        {"title.csv", "Report 2026\n\nname,toNo\nA," + a + "\n", {a}, 0, "the header is line 3"},
        {"pipe.csv", "name|toNo\nA|" + a + "\n", {a}},
        {"semi.csv", "\"Name, first\";toNo\n\"Doe, J\";" + a + "\n\"Roe\";" + b + "\n", {a, b}},
        {"wide.csv", "\xFF\xFE" + wide("name\ttoNo\nA\t" + a + "\n"), {a}},
        {"wide-big.csv", "\xFE\xFF" + wide("name,toNo\nA," + a + "\n", true), {a}},
        {"wide-no-mark.csv", wide("toNo\n" + a + "\n" + b + "\n"), {a, b}},
        {"mark.csv", "\xEF\xBB\xBF toNO ,name\n" + a + ",x\n", {a}},
        {"mangled.csv", "\xC3\xAF\xC2\xBB\xC2\xBFtoNo,name\n" + a + ",x\n", {a}},
        {"western.csv",
         "gr\xF6\xDF,toNo\nx,+1\xA0"
         "650\xA0"
         "253\xA0"
         "0001\n\xE4," +
             b + "\n",
         {a, b}},
        {"concatenated.csv",
         "name,toNo\nA," + a + "\n\xEF\xBB\xBFname,toNo\nB," + b + "\n",
         {a, b},
         1},
        {"empties.csv", "name,toNo\nA," + a + "\n,,\n,,\n", {a}},
        {"formula.csv", "toNo\n=\"" + a + "\"\n\"=\"\"" + b + "\"\"\"\n", {a, b}, 0, "corrected"},
        {"short.csv", "toNo,x\n" + a + ",1\n" + b + "\n", {a, b}},
        {"short-before.csv", "x,toNo\n1," + a + "\n" + b + "\n", {a}, 1},
        {"broken.csv", "x,toNo\nA," + a + "\nB,+1650\n253 0002\nC," + c + "\n", {a, c}, 2},
        {"swallow.csv",
         "x,toNo\n\"Bob," + a + "\nAnn," + b + "\nRob\"," + c + "\nDee," + d + "\n",
         {c, d},
         0,
         "row 1 spans 3 lines: a quote that is not closed swallows rows"},
        {"several.csv",
         "toNo\n\"" + a + ", " + b + "\"\n" + a + " or 6502530002\n" + d + "\n",
         {d},
         2},
        {"far.csv",
         "toNo\n" + a + std::string(300, ' ') + b + "\n" + c + std::string(300, ' ') + "\n",
         {c},
         1},
        {"frame.csv",
         "toNo\n16502530001.0\n16502530002.5\n4.47701E+11\n\"4,48e+11\"\nNULL\n\\N\n",
         {a},
         5,
         "corrected"},
    });
}

TEST_F(odd_lists, of_other_kinds_are_read_too) {
    expect_read({
        {"lines.ndjson",
         "{\"toNo\":\"" + a +
             "\"}\n{\"toNo\":16502530002}\n"
             "{\"toNo\":1.6502530003e10}\n{\"toNo\":[\"" +
             d +
             "\"]}\n"
             "{\"toNo\":16502530004.000000001}\n{\"toNo\":1650253.5}\n",
         {a, b, c, d},
         2},
        {"array.json",
         "[\n{\n\"toNo\": \"" + a +
             "\", \"x\": \"]\"\n},\n"
             "{\"toNo\": \"" +
             b + "\"}]",
         {a, b}},
        {"numbers.json", "[\"" + a + "\", 16502530002]", {a, b}},
        {"members.csv.gz", gzipped("toNo\n" + a + "\n") + gzipped(b + "\n"), {a, b}},
        {"list.zip",
         tests::zip_of({{"people/", ""},
                        {"people/l.csv", "toNo\n" + a + "\n"},
                        {"__MACOSX/people/._l.csv", "x"}},
                       true),
         {a}},
    });
}

TEST_F(odd_lists, or_refused_with_what_to_do) {
    const std::vector<std::array<std::string, 3>> table = {{
        {"contacts.vcf", "BEGIN:VCARD\nVERSION:3.0\nTEL:" + a + "\nEND:VCARD\n", "vCard"},
        {"export.xls", "<html><body><table><tr><td>toNo</td></tr>", "HTML"},
        {"export.xml", "<?xml version='1.0'?><Workbook/>", "XML"},
        {"book.xlsx", "PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0bogus[Content_Types].xml"s, "damaged"},
        {"old.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(500, '\0'), "old Excel"},
        {"locked.xlsx",
         "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(500, '\0') + wide("EncryptedPackage"),
         "has a password"},
        {"other.csv", "Name,Phone 1 - Value\nA," + a + "\nB," + b + "\n",
         "did you mean \"Phone 1 - Value\": 100 % of it are numbers?"},
        {"two.zip", tests::zip_of({{"a.csv", "toNo\n"}, {"b.csv", "toNo\n"}}), "holds 2 files"},
        {"stray.zip", tests::zip_of({{"../a.csv", "toNo\n"}}), "leads out of it"},
        {"page.pdf", "%PDF-1.7\n", "PDF"},
        {"open.json", "[{\"toNo\": \"" + a + "\"}, {\"toNo\"", "breaks off"},
    }};
    for (const auto& [name, content, words] : table) {
        const auto got = read(put(name, content));
        EXPECT_NE(got.failure.find(words), std::string::npos) << name << ": " << got.failure;
    }
}

TEST_F(odd_lists, that_programs_wrote) {
    for (const auto& folder :
         std::filesystem::directory_iterator(std::string(TIDINGS_SOURCE_DIR) + "/tests/lists")) {
        simdjson::dom::parser parser;
        const simdjson::dom::element expected =
            parser.load((folder.path() / "expected.json").string());
        const auto text = [&](std::string_view key) {
            return std::string(expected[key].get_string().value());
        };
        const auto count = [&](std::string_view key) {
            std::uint64_t value = 0;
            const bool there = expected[key].get(value) == simdjson::SUCCESS;
            return there ? value : 0;
        };
        const auto got =
            read((folder.path() / text("file")).string(), text("to"), text("default_region"));
        std::string_view refused;
        if (expected["refused"].get(refused) == simdjson::SUCCESS) {
            EXPECT_NE(got.failure.find(refused), std::string::npos) << folder << got.failure;
            continue;
        }
        texts send;
        for (const auto number : expected["send"].get_array())
            send.emplace_back(number.get_string().value());
        EXPECT_EQ(got.failure, "") << folder;
        EXPECT_EQ(got.send, send) << folder;
        EXPECT_EQ(got.counts.invalid, count("invalid")) << folder;
        EXPECT_EQ(got.counts.duplicate, count("duplicate")) << folder;
        EXPECT_EQ(got.oddities.hidden_rows, count("hidden")) << folder;
        EXPECT_EQ(got.oddities.hidden_sheets, count("hidden_sheets")) << folder;
    }
}

}  // namespace
}  // namespace tidings::runner
