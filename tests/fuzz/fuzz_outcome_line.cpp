// Outcome lines: any bytes are scanned without a crash, and a line made with any bytes as its
// detail is one line, without control characters, that a scan reads back.
#include "codec/records/outcome_line.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tidings;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto seen = codec::scan_line(input);
    if (seen && seen->row == 0) std::abort();

    core::settlement one;
    one.row = 17;
    one.what = core::outcome::rejected;
    std::string line;
    codec::outcome_line(input, {{"+16693422058", std::string(input)}}, codec::number_style::full)
        .append(line, one, input);
    if (line.size() > codec::outcome_line::bytes_max || line.back() != '\n') std::abort();
    line.pop_back();
    const auto read = codec::scan_line(line);
    if (!read || read->row != one.row || read->what != one.what) std::abort();
    return 0;
}
