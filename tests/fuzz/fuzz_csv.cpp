// Any bytes as a CSV list: no crash, every byte of a row given back once and in order, and the same
// rows whatever the size of the blocks.
#include "codec/lists/csv_rows.hpp"
#include "support/split_windows.hpp"

#include <cstdint>
#include <cstdlib>

using namespace tidings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 8192) return 0;  // longer ones cost time and show nothing new
    const std::size_t block = 1 + data[0] % 64;
    const char separator = (data[1] & 1) != 0 ? ',' : '\t';
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

    codec::csv_rows whole({separator}, {"to", "from", "tz"});
    codec::csv_rows only_to({separator}, {"to", "", ""});
    (void)whole.read_header(text, true);
    const auto header = only_to.read_header(text, true);
    if (!header) return 0;
    if (*header > text.size()) std::abort();
    const auto body = text.substr(*header);
    const auto rows = tests::rows_in_blocks(only_to, body, body.size() + 1, 256);
    only_to.rewind();
    if (tests::rows_in_blocks(only_to, body, block, 3) != rows) std::abort();

    std::size_t at = 0;
    std::uint64_t line = 0;
    for (const auto& row : rows) {
        const auto found = body.find(row.bytes, at);
        if (row.bytes.empty() || found == std::string_view::npos || row.line <= line) std::abort();
        // Between rows there are empty lines only, some with separators or a quote, and the mark
        // that a file which was put behind another began with.
        if (body.substr(at, found - at).find_first_not_of(" ,\"\t\r\n\xEF\xBB\xBF") !=
            std::string_view::npos)
            std::abort();
        at = found + row.bytes.size();
        line = row.line;
    }
    return 0;
}
