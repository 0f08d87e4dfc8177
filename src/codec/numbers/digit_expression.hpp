// A regular expression over digits as a tree, in the syntax of libphonenumber's metadata: digits,
// \d, [1-35], (?:a|b), (a), ?, {n}, {n,m}, {n,} and $. It matches nothing itself:
// codec/numbers/digit_match does, and codec/numbers/digit_automaton is made of it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tidings::codec {

struct digit_expression {
    enum class kind : std::uint8_t {
        end,       // matches behind the last digit, in no digits
        digit,     // one of `digits`
        sequence,  // all parts, one after the other
        group,     // the same, captured
        choice,    // one of the parts
        repeat,    // the part, `least` to `most` times
    };
    static constexpr std::size_t length_max = 20;  // repetitions are bounded by it
    static constexpr std::uint16_t every_digit = 0x3FF;

    kind what = kind::end;
    std::uint16_t digits = 0;  // bit d: digit d
    std::size_t least = 1;
    std::size_t most = 1;
    std::vector<digit_expression> parts{};

    // nullopt: not of that syntax, or nested too deeply.
    static std::optional<digit_expression> read(std::string_view pattern);
    // Bit n: it can match n digits, up to length_max.
    std::uint32_t lengths() const;
};

}  // namespace tidings::codec
