// Which columns or fields of a list are wanted, and where a header has them. Reading rows by them
// is csv_rows' and ndjson_rows'.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tidings::codec {

// Names as the campaign file gives them; empty: not wanted. `to` is never empty.
struct column_names {
    std::string to;
    std::string from;
    std::string time_zone;
};

struct column_places {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    std::size_t to = absent;
    std::size_t from = absent;
    std::size_t time_zone = absent;
};

// White space around names is ignored, nothing else. Fails (list) when a wanted name is missing or
// stands twice; the text says what there is and what was probably meant.
core::result<column_places> find_columns(std::span<const std::string> header,
                                         const column_names& wanted);

// `no column "toNo": there are name, phone; did you mean ...?` (noun: "column" or "field").
std::string missing_name_text(std::string_view noun, std::string_view key, std::string_view wanted,
                              std::span<const std::string> present);

// Could this text be a number rather than the name of a column? Then a list has no header.
bool looks_like_number(std::string_view text) noexcept;

}  // namespace tidings::codec
