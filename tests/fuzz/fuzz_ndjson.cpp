// Any bytes as an NDJSON list: no crash, and the same rows whatever the size of the blocks.
#include "codec/lists/ndjson_rows.hpp"
#include "support/split_windows.hpp"

#include <cstdint>
#include <cstdlib>

using namespace tidings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 8192) return 0;  // longer ones cost time and show nothing new
    const std::size_t block = 1 + data[0] % 64;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

    codec::ndjson_rows reader({"to", "from", "tz"});
    std::string padded(text);
    padded.resize(text.size() + codec::ndjson_rows::padding);
    (void)reader.check_first(std::string_view(padded).substr(0, text.size()), true);
    const auto rows = tests::rows_in_blocks(reader, text, text.size() + 1, 256);
    reader.rewind();
    if (tests::rows_in_blocks(reader, text, block, 3) != rows) std::abort();
    for (const auto& row : rows)
        if (row.to.size() > codec::field_bytes_max) std::abort();
    return 0;
}
