// Which columns or fields of a list are wanted, and where a header has them. Reading rows by them
// is csv_rows' and ndjson_rows'.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
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

// Of the rows above a header that are no header, how many may be titles.
inline constexpr std::size_t titles_max = 20;

// Does the header say the name? Exactly, or in another case, with other blanks, with a byte order
// mark in front (also one that was taken for windows-1252), or in windows-1252 itself.
enum class name_match : std::uint8_t { none, loosely, exactly };
name_match match_names(std::string_view in_header, std::string_view wanted);

// An exact name goes before others. Fails (list) when a wanted name is missing or
// stands twice; the text says what there is and what was probably meant.
core::result<column_places> find_columns(std::span<const std::string> header,
                                         const column_names& wanted);

// `no column "toNo": there are name, phone; did you mean ...?` (noun: "column" or "field"). A guess
// is what else speaks for one of them, else the nearest name is.
std::string missing_name_text(std::string_view noun, std::string_view key, std::string_view wanted,
                              std::span<const std::string> present, std::string_view guess = {});

// Could this text be a number rather than the name of a column? Then a list has no header.
bool looks_like_number(std::string_view text) noexcept;

}  // namespace tidings::codec
