// Which time zones and regions a telephone number may be in, by its first digits: calling code to
// countries, and area codes of the United States, Canada and the Caribbean, which share +1. The
// zones of a country come from the system's zone.tab, states and provinces from
// codec/numbers/subdivisions. Numbers move with people: this is a reading, not a fact, so the user
// of it (runner/zones) takes the strictest where there are several.
#pragma once

#include "core/country_caps.hpp"
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
    // States or provinces ("US-TX"), one of which it is; else the countries.
    std::vector<std::string> regions = {};
};

// The whole table. Fails when the file is missing or names no zones.
core::result<std::vector<dialing_zone>> dialing_zones(
    const std::filesystem::path& zone_tab = "/usr/share/zoneinfo/zone.tab");

// For each possible beginning of a number (core::phone_number::leading) the entry that judges it,
// which is the longest prefix; nullptr: none. The table outlives it.
std::vector<const dialing_zone*> by_leading(const std::vector<dialing_zone>& table);

// The zones of whoever is in the region: those of its area codes, else of its country. Empty: no
// number of the table is from there.
std::vector<std::string> zones_of_region(const std::vector<dialing_zone>& table,
                                         std::string_view region);

// The numbers that each cap is for. Fails (configuration) where a country's cannot be told.
core::result<core::capped_countries> prefixes_of(std::vector<core::country_cap> caps,
                                                 const std::vector<dialing_zone>& table);

}  // namespace tidings::runner
