// Rules about hours that lawmakers made, each with its source, by a name that a campaign file can
// say: "us-federal", "us-tx", and "us" for all of the United States. They are a reading of the law
// by people who are no lawyers, as of a day that stands beside each: ask counsel. Legal holidays
// differ by state and year and are not among them: a rule with dates (lawful_hours) has them.
#pragma once

#include "core/lawful_hours.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

struct hours_preset {
    std::string_view name;   // "us-tx"
    std::string_view where;  // as hours_rule::where
    weekday_set days;
    std::uint8_t from_hour;   // messages from then on
    std::uint8_t until_hour;  // and until then; both 0: none
    std::string_view source;  // the law, and since when it says so
};
inline constexpr std::string_view hours_presets_read_on = "2026-11-30";

// The table; several rows may have one name.
std::span<const hours_preset> hours_presets() noexcept;
// Every name once, "us" first.
std::vector<std::string_view> hours_preset_names();
// The rules of a name, "us" being all that begin with it; empty: there is no such preset.
std::vector<hours_rule> rules_of_preset(std::string_view name);

}  // namespace tidings::core
