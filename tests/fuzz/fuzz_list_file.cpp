// Any bytes as the file of a list: plain, packed, an archive, a workbook, in whichever encoding. No
// crash, words where it is no list, and the same rows in blocks of any size and when read again.
// mutations: 1500
#include "store/list_rows.hpp"
#include "support/memory_file.hpp"

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
            must(row.to.size() <= codec::field_bytes_max && row.lines >= 1);
            all.emplace_back(row.to);
            if (all.size() == rows_looked_at) return all;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tests::memory_file file;
    if (size == 0 || size > 8192) return 0;
    file.hold({reinterpret_cast<const char*>(data) + 1, size - 1});
    store::list_rows_options options;
    options.path = file.path();
    options.columns.to = "phone";
    options.header_row = (data[0] & 1) != 0 ? 1U : 2U;
    options.block_bytes = std::size_t{1} << (data[0] >> 1 & 15);
    auto list = store::list_rows::open(options);
    options.block_bytes = std::size_t{256} << 10;
    auto at_once = store::list_rows::open(options);
    must(list.has_value() == at_once.has_value());
    if (!list) {
        must(!list.error().text.empty());
        return 0;
    }
    const auto rows = rows_of(*list);
    must(rows_of(*at_once) == rows);
    must(at_once->oddities().notes.size() <= 8);
    const auto back = list->rewind();
    must(back.has_value());
    must(rows_of(*list) == rows);
    return 0;
}
