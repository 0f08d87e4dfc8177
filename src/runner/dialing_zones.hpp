// Which time zones a telephone number may be in, by its first digits: calling code to countries,
// and area codes of the United States, Canada and the Caribbean, which share +1. The zones of a
// country come from the system's zone.tab. Numbers move with people: this is a reading, not a fact,
// so the user of it (runner/zones) takes the strictest where there are several.
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

struct dialing_zone {
    std::string prefix;              // 1 to 4 digits, without plus; a longer one overrules
    std::vector<std::string> zones;  // IANA names, sorted; at least one
    // ISO 3166; at least one; several where a calling code is shared, the larger first.
    std::vector<std::string> countries;
};

// The whole table. Fails when the file is missing or names no zones.
core::result<std::vector<dialing_zone>> dialing_zones(
    const std::filesystem::path& zone_tab = "/usr/share/zoneinfo/zone.tab");

}  // namespace tidings::runner
