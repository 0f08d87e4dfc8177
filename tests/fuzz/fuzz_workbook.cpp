// Any bytes as the parts of a workbook: behind the first byte, which says xlsx or ods, up to each
// NUL the XML of one part. No crash, no memory for what is only announced, and the same rows when
// it is read again. Archives that are broken as such are fuzz_list_file's.
// mutations: 2000
#include "store/list_rows.hpp"
#include "support/memory_file.hpp"
#include "support/zip_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

struct part {
    std::string_view name;
    std::string_view otherwise;  // what it is when the input has nothing for it
};

constexpr std::string_view links =
    "<Relationships><Relationship Id=\"1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
    "<Relationship Id=\"2\" Type=\"x/styles\" Target=\"y.xml\"/>"
    "<Relationship Id=\"3\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>";
constexpr part xlsx_parts[] = {
    {"xl/s.xml", "<worksheet/>"},
    {"xl/t.xml", "<sst><si><t>phone</t></si><si><t>+16502530001</t></si></sst>"},
    {"xl/y.xml", "<styleSheet><cellXfs><xf/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"},
    {"xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" id=\"1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels", links},
    {"[Content_Types].xml", "<Types/>"},
};
constexpr part ods_parts[] = {
    {"content.xml", "<content/>"},
    {"META-INF/manifest.xml", "<manifest/>"},
    {"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
};

template <std::size_t count>
std::string archive_of(const part (&parts)[count], std::string_view text) {
    std::vector<std::pair<std::string, std::string>> members;
    for (const auto& one : parts) {
        const auto content = text.substr(0, text.find('\0'));
        text.remove_prefix(std::min(content.size() + 1, text.size()));
        members.emplace_back(one.name, content.empty() ? one.otherwise : content);
    }
    return tests::zip_of(members);
}

constexpr std::size_t rows_looked_at = 2000;  // repeats may make millions

std::vector<std::string> rows_of(store::list_rows& list) {
    std::vector<std::string> all;
    for (;;) {
        const auto more = list.advance();
        if (!more) {
            must(!more.error().text.empty());
            all.push_back("failed");
            return all;
        }
        if (!*more) return all;
        for (const auto& row : list.rows()) {
            must(row.fault != codec::row_fault::open_quote &&
                 row.fault != codec::row_fault::after_quote);
            all.emplace_back(row.to);
            if (all.size() == rows_looked_at) return all;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tests::memory_file file;
    if (size == 0 || size > 8192) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    file.hold((data[0] & 1) != 0 ? archive_of(xlsx_parts, text) : archive_of(ods_parts, text));
    store::list_rows_options options;
    options.path = file.path();
    options.columns.to = "phone";
    auto list = store::list_rows::open(options);
    if (!list) {
        must(!list.error().text.empty());
        return 0;
    }
    const auto rows = rows_of(*list);
    const auto back = list->rewind();
    must(back.has_value());
    must(rows_of(*list) == rows);
    return 0;
}
