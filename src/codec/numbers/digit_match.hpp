// Matches texts of digits against codec/numbers/digit_expression: whole texts, beginnings, and
// what a pattern captures of a beginning. It takes the time it takes: whoever asks often keeps the
// answers (codec/numbers/number_forms). Pure.
#pragma once

#include "codec/numbers/digit_expression.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::codec {

// Texts longer than digit_expression::length_max match nothing.
bool matches_whole(const digit_expression& pattern, std::string_view digits);
bool matches_beginning(const digit_expression& pattern, std::string_view digits);

// The beginning that a pattern takes, as a regular expression of Perl's kind chooses it: the first
// choice that fits, and as much of a repetition as fits.
struct taken_beginning {
    static constexpr std::size_t groups_max = 4;  // more are not told

    std::size_t size = 0;
    std::size_t group_count = 0;                      // in the pattern
    std::array<std::string_view, groups_max> groups;  // empty: captured nothing

    // What the last group of the pattern captured.
    std::string_view last_group() const noexcept {
        return group_count == 0 ? std::string_view() : groups[group_count - 1];
    }
};
std::optional<taken_beginning> take_beginning(const digit_expression& pattern,
                                              std::string_view digits);

// `rule` with $1 to $4 replaced by what the groups captured.
std::string rewritten(std::string_view rule, const taken_beginning& taken);

}  // namespace tidings::codec
