// Whom a campaign is for, beyond opt-outs: countries, types of numbers, a column's value, a share
// of the people, a date of consent. It says why a row is not, in words that become the detail of
// its outcome (`suppressed`); it reads no list and no clock. Facts come from runner/row_screen,
// opt-outs are store/suppression_list's, hours core/calendar's.
#pragma once

#include "core/number_type.hpp"
#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

// A set of number types. The usual one: all but those that are dear to whoever has them.
using number_types = std::uint16_t;
constexpr number_types bit_of(number_type type) noexcept {
    return static_cast<number_types>(1U << static_cast<unsigned>(type));
}
inline constexpr number_types usual_types =
    static_cast<number_types>((1U << number_type_count) - 1U - bit_of(number_type::premium) -
                              bit_of(number_type::shared_cost));

// "state = TX": rows that have the value in the column. An empty column: all rows.
struct column_value {
    std::string column;
    std::string value;

    friend bool operator==(const column_value&, const column_value&) = default;
};

// One of so many millionths of all people, by a hash of the number. 0: everybody.
struct people_share {
    static constexpr std::uint32_t whole = 1'000'000;
    std::uint32_t millionths = 0;

    friend bool operator==(const people_share&, const people_share&) = default;
};

struct recipient_rules {
    std::vector<std::string> countries;      // ISO 3166, "US"; empty: all
    std::vector<std::string> not_countries;  // the same; empty: none
    number_types types = usual_types;
    column_value where;
    people_share sample;
    bool needs_consent = false;  // a date in a column
    duration consent_age_max{};  // 0: of any age
};

// Why a row is suppressed. Each is the first word of the detail; `opt_out` has none of its own
// there, but a file's name.
enum class exclusion : std::uint8_t {
    opt_out,
    frequency,
    country,
    type,
    where,
    sample,
    consent,
};
inline constexpr std::size_t exclusion_count = 7;
inline constexpr std::array<std::string_view, exclusion_count> exclusion_names = {
    "opt-out", "frequency", "country", "type", "where", "sample", "consent"};
constexpr std::string_view name_of(exclusion why) noexcept {
    return exclusion_names[static_cast<std::size_t>(why)];
}
// By the detail of a suppressed row.
exclusion exclusion_told_by(std::string_view detail) noexcept;

// Rows by why they were suppressed.
struct exclusion_counts {
    std::array<std::uint64_t, exclusion_count> rows{};

    void add(exclusion why) noexcept { ++rows[static_cast<std::size_t>(why)]; }
    std::uint64_t operator[](exclusion why) const noexcept {
        return rows[static_cast<std::size_t>(why)];
    }
    std::uint64_t total() const noexcept;
    friend bool operator==(const exclusion_counts&, const exclusion_counts&) = default;
};

// "12 opt-out, 3 country"; empty: nobody.
std::string in_words(const exclusion_counts& counts);

// Why a number of one of these countries is left out; empty: it is not. A number that the plan does
// not know may be in any country of its code, the likeliest first: one that is asked for will do,
// and only the likeliest is held against it.
std::string country_exclusion(const recipient_rules& rules,
                              std::span<const std::string_view> countries);
std::string type_exclusion(const recipient_rules& rules, number_type type);
// `hash`: of the number, fair in all of its bits.
std::string sample_exclusion(const recipient_rules& rules, std::uint64_t hash);
std::string where_exclusion(const recipient_rules& rules, std::string_view value);

// `written`: whether the column has anything; `given`: the moment it says, if it says one. That
// there is no date holds for ever; its age does not: consent_age_exclusion.
std::string no_consent_exclusion(const recipient_rules& rules, bool written,
                                 std::optional<wall_time> given);
std::string consent_age_exclusion(const recipient_rules& rules, wall_time given, wall_time now);

// As campaign files write them: "state = TX", "5%"; "" for none.
std::string spelled(const column_value& asked);
std::string spelled(people_share share);

}  // namespace tidings::core
