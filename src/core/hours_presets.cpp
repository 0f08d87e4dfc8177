#include "core/hours_presets.hpp"

#include <algorithm>
#include <array>

namespace tidings::core {

namespace {

constexpr weekday_set weekdays = 0x1F;
constexpr weekday_set saturday = 0x20;
constexpr weekday_set sunday = 0x40;

constexpr std::string_view federal =
    "47 CFR 64.1200(c)(1): not before 8 a.m. or after 9 p.m. at the called party's location";
constexpr std::string_view texas = "Tex. Bus. & Com. Code 301.051; texts since SB 140, 2025-09-01";
constexpr std::string_view rhode_island =
    "R.I. Gen. Laws 5-61-3.6 with 5-61-2(9), P.L. 1999 ch. 456; add legal holidays";
constexpr std::string_view louisiana =
    "La. R.S. 45:811, PSC General Order R-29617 (V)(A); add legal holidays";

constexpr std::array table = std::to_array<hours_preset>({
    {"us-federal", "US", every_day, 8, 21, federal},
    {"us-federal", "AS", every_day, 8, 21, federal},
    {"us-federal", "GU", every_day, 8, 21, federal},
    {"us-federal", "MP", every_day, 8, 21, federal},
    {"us-federal", "PR", every_day, 8, 21, federal},
    {"us-federal", "VI", every_day, 8, 21, federal},
    {"us-ct", "US-CT", every_day, 9, 20, "Conn. Gen. Stat. 42-288a, as of P.A. 23-98, 2023-10-01"},
    {"us-fl", "US-FL", every_day, 8, 20, "Fla. Stat. 501.616(6)(a), as of 2021-07-01"},
    {"us-ky", "US-KY", every_day, 10, 21, "Ky. Rev. Stat. 367.46955"},
    {"us-la", "US-LA", weekdays | saturday, 8, 20, louisiana},
    {"us-la", "US-LA", sunday, 0, 0, louisiana},
    {"us-ma", "US-MA", every_day, 8, 20, "Mass. Gen. Laws ch. 159C s. 3, 201 CMR 12.02(2)"},
    {"us-md", "US-MD", every_day, 8, 20,
     "Md. Code, Com. Law 14-4501 ff. (Stop the Spam Calls Act), 2024-01-01"},
    {"us-nv", "US-NV", every_day, 9, 20, "Nev. Rev. Stat. 598.0918"},
    {"us-ok", "US-OK", every_day, 8, 20, "Okla. Stat. tit. 15, 775C.4, 2022-11-01"},
    {"us-or", "US-OR", every_day, 8, 20, "Or. HB 3865 (2025), ORS 646.561 ff., 2026-01-01"},
    {"us-ri", "US-RI", weekdays, 9, 18, rhode_island},
    {"us-ri", "US-RI", saturday, 10, 17, rhode_island},
    {"us-ri", "US-RI", sunday, 0, 0, rhode_island},
    {"us-tx", "US-TX", weekdays | saturday, 9, 21, texas},
    {"us-tx", "US-TX", sunday, 12, 21, texas},
    {"us-wa", "US-WA", every_day, 8, 20, "Wash. RCW 80.36.390, as of 2022 c 195, 2022-06-09"},
});

day_parts open_of(const hours_preset& row) {
    constexpr std::uint16_t hour = 60;
    if (row.from_hour == row.until_hour) return {};
    return hours_between(static_cast<std::uint16_t>(row.from_hour * hour),
                         static_cast<std::uint16_t>(row.until_hour * hour));
}

}  // namespace

std::span<const hours_preset> hours_presets() noexcept {
    return table;
}

std::vector<std::string_view> hours_preset_names() {
    std::vector<std::string_view> names{"us"};
    for (const auto& row : table)
        if (names.back() != row.name) names.push_back(row.name);
    return names;
}

std::vector<hours_rule> rules_of_preset(std::string_view name) {
    std::vector<hours_rule> rules;
    const bool all = name == "us";
    for (const auto& row : table)
        if (all || row.name == name)
            rules.push_back({.where = std::string(row.where),
                             .days = row.days,
                             .open = open_of(row),
                             .source = std::string(row.name) + ": " + std::string(row.source)});
    return rules;
}

}  // namespace tidings::core
