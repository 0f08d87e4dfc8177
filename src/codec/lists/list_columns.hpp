// Which columns or fields of a list are wanted, and where a header has them. Reading rows by them
// is csv_rows' and ndjson_rows'.
#pragma once

#include "codec/lists/raw_row.hpp"
#include "core/failure.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tidings::codec {

// Names as the campaign file gives them; empty: not wanted. `to` is never empty. Two may be the
// same.
struct column_names {
    std::string to;
    std::string from = {};
    std::string time_zone = {};
    std::string region = {};
    std::string consent = {};
    std::string send_at = {};
    std::string expires_at = {};
    std::string where = {};
};

struct column_places {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    std::size_t to = absent;
    std::size_t from = absent;
    std::size_t time_zone = absent;
    std::size_t region = absent;
    std::size_t consent = absent;
    std::size_t send_at = absent;
    std::size_t expires_at = absent;
    std::size_t where = absent;
};

// What a list may be asked for, by the key of [recipients] that names it.
struct list_field {
    std::string_view key;
    std::string column_names::*name;
    std::size_t column_places::*place;
    std::string_view raw_row::*text;
    bool decides;  // whom to text and when: a list that has no columns cannot be asked
};
inline constexpr std::array<list_field, 8> list_fields = {{
    {"to", &column_names::to, &column_places::to, &raw_row::to, false},
    {"from", &column_names::from, &column_places::from, &raw_row::from, false},
    {"time_zone", &column_names::time_zone, &column_places::time_zone, &raw_row::time_zone, false},
    {"region", &column_names::region, &column_places::region, &raw_row::region, false},
    {"consent", &column_names::consent, &column_places::consent, &raw_row::consent, true},
    {"send_at", &column_names::send_at, &column_places::send_at, &raw_row::send_at, true},
    {"expires_at", &column_names::expires_at, &column_places::expires_at, &raw_row::expires_at,
     true},
    {"where", &column_names::where, &column_places::where, &raw_row::where, true},
}};

// A row that cannot be read says nothing.
inline void clear_fields(raw_row& row) noexcept {
    for (const auto& field : list_fields)
        row.*field.text = {};
}

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
