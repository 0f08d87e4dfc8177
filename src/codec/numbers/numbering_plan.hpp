// What is known of the world's telephone numbers, as data: for each region the lengths of its
// numbers, the patterns of their types, and what people dial before them. It is read from text: the
// one that is built in (src/codec/numbers/data, which says where it comes from and of which day it
// is), or a newer one of the user's. It judges no number: codec/numbers/country_rules does.
#pragma once

#include "core/failure.hpp"
#include "core/number_type.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

using core::name_of;
using core::number_type;
using core::number_type_count;

// Patterns are regular expressions over digits (codec/numbers/digit_expression); sets of lengths
// have bit n for n digits. Digits are counted behind the country code.
struct plan_region {
    struct type_pattern {
        number_type type;
        std::uint32_t lengths;  // 0: those of the pattern
        std::string pattern;
    };
    std::string id;     // ISO 3166, in capitals; "001" for codes that belong to no country
    unsigned code = 0;  // of the country
    bool main = false;  // the largest of those that share the code, or the only one
    std::uint32_t lengths = 0;
    std::uint32_t local_lengths = 0;  // dialled without the area's code
    std::string any;                  // every number matches it
    std::vector<type_pattern> types;
    std::string begins;  // numbers that begin so are of this region; empty: the types tell
    std::string abroad;  // dialled before a country code
    std::string trunk;   // dialled before a number within the country, or instead of its beginning
    std::string trunk_becomes;  // what is put in for a trunk prefix that captured something
};

// An earlier form of numbers that are still the same phones.
struct number_change {
    unsigned code;
    std::string pattern;
    std::string becomes;       // $1 stands for what the pattern captured
    bool still_valid = false;  // to the plan: asked of numbers that it knows, too
};

// A number that may be the same phone as another one.
struct number_twin {
    unsigned code;
    std::string pattern;
    bool inserts;  // puts `digit` before `place`; else takes the digit at `place` away
    std::uint8_t place;
    std::uint8_t digit;
};

class numbering_plan {
  public:
    static constexpr std::size_t regions_max = 4096;

    // Lives as long as the program.
    static const numbering_plan& built_in();

    // Reads what `text` says over what is there: a region in it replaces the one of the same name
    // and code, and what it does not name stays. The failure (configuration) names `file` and line;
    // then nothing has changed.
    core::result<void> read(std::string_view text, std::string_view file);

    // Those that share a country code, the main one first; empty: nobody has the code.
    std::span<const plan_region> regions_of(unsigned code) const noexcept;
    // Of all regions, in the order of their codes: what region numbers count.
    std::span<const plan_region> regions() const noexcept { return regions_; }
    // Not "001"; nullptr: not known.
    const plan_region* region(std::string_view id) const noexcept;
    std::span<const number_change> changes() const noexcept { return changes_; }
    std::span<const number_twin> twins() const noexcept { return twins_; }

    // "2026-09-29": the day of the plan that was read last.
    const std::string& day() const noexcept { return day_; }
    // "google-libphonenumber 3.2.47"
    const std::string& source() const noexcept { return source_; }

  private:
    void settle_order();

    std::vector<plan_region> regions_;
    std::vector<number_change> changes_;
    std::vector<number_twin> twins_;
    std::string day_;
    std::string source_;
};

}  // namespace tidings::codec
