// The states and provinces behind the calling code +1, each with its postal codes and the area
// codes of its telephone numbers; and what somebody wrote in a list's column to name one. It knows
// no rule about hours (core/lawful_hours) and no time zone (runner/dialing_zones).
//
// Sources: ISO 3166-2; the first three digits of ZIP codes as the United States Postal Service
// assigns them (Labeling List L002), the first letter of Canadian ones; area codes as
// libphonenumber 8.12.57 places them (scripts/check-subdivisions) and, where they are newer, as the
// North American Numbering Plan Administrator does. Looked at on 2026-11-30.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

struct subdivision {
    std::string_view code;    // ISO 3166-2, "US-TX"; of a territory ISO 3166-1, "PR"
    std::string_view name;    // "Texas"
    std::string_view postal;  // beginnings of postal codes, "733 750-799 885"; the longest counts
    std::string_view area_codes;  // "210 214"; one may stand under several
};

// United States with its territories, Canada.
std::span<const subdivision> subdivisions() noexcept;

// By area code, three digits. Empty: not known, or of no place (toll-free).
std::vector<std::string> subdivisions_of_area(std::string_view area_code);

// What a column says: a code ("TX", "US-TX", "tx"), a name ("Texas") or a postal code ("75001",
// "75001-1234", "2134" that has lost its zero, "K1A 0B1"). `of_country`: the number's, ISO 3166;
// outside of +1 a short code is one of that country ("BR-SC"). nullopt: it is not understood.
std::optional<std::string> region_in(std::string_view text, std::string_view of_country);

}  // namespace tidings::codec
