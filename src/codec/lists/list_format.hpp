// Which of the four formats a list is in, by its name and its first bytes. Reading it is csv_rows',
// ndjson_rows' and line_rows'.
#pragma once

#include "core/failure.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::codec {

enum class list_format : std::uint8_t {
    csv,     // header, comma or semicolon
    tsv,     // header, tab
    ndjson,  // one JSON object a line
    lines,   // one number a line, no header
};

inline constexpr std::array<std::string_view, 4> list_format_names = {"csv", "tsv", "ndjson",
                                                                      "lines"};

constexpr std::string_view name_of(list_format format) {
    return list_format_names[static_cast<std::size_t>(format)];
}

// How many first bytes are enough to tell.
inline constexpr std::size_t format_probe_bytes = 4096;

// name: the file's; .gz, .zst, .xz, .bz2 and .zip are looked through. head: the first bytes behind
// a byte order mark, all of them when the list is shorter than format_probe_bytes. Fails (list)
// when it has no bytes.
core::result<list_format> guess_format(std::string_view name, std::string_view head);

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace tidings::codec
