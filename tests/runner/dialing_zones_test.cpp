#include "runner/dialing_zones.hpp"

#include "codec/numbers/subdivisions.hpp"

#include <set>

#include <date/tz.h>
#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

TEST(dialing_zones, every_prefix_once_and_every_zone_known) {
    const auto table = dialing_zones().value();
    std::set<std::string> prefixes;
    for (const auto& one : table) {
        EXPECT_TRUE(prefixes.insert(one.prefix).second) << one.prefix;
        EXPECT_GE(one.prefix.size(), 1U);
        EXPECT_LE(one.prefix.size(), 4U);
        EXPECT_EQ(one.prefix.find_first_not_of("0123456789"), std::string::npos) << one.prefix;
        for (const auto& zone : one.zones)
            EXPECT_NO_THROW(date::locate_zone(zone)) << zone;
    }
    EXPECT_GT(prefixes.size(), 500U);
    // No prefix that is listed hides in another's beginning, but for +1 and +7.
    for (const auto& prefix : prefixes) {
        if (prefix[0] == '1' || prefix[0] == '7') continue;
        for (std::size_t n = 1; n < prefix.size(); ++n)
            EXPECT_FALSE(prefixes.contains(prefix.substr(0, n))) << prefix;
    }
    // Countries that the system's table has under another name would be missing.
    for (const char* prefix : {"247", "383", "599", "1", "1242", "1721", "44", "77", "672", "998"})
        EXPECT_TRUE(prefixes.contains(prefix)) << prefix;
}

TEST(dialing_zones, of_an_area_and_of_countries) {
    const auto table = dialing_zones().value();
    const auto zones = [&](std::string_view prefix) {
        for (const auto& one : table)
            if (one.prefix == prefix) return one.zones;
        return std::vector<std::string>{};
    };
    EXPECT_EQ(zones("1212"), std::vector<std::string>{"America/New_York"});
    EXPECT_EQ(zones("1850"), (std::vector<std::string>{"America/Chicago", "America/New_York"}));
    EXPECT_EQ(zones("49").size(), 2U);  // Busingen keeps Zurich's time
    EXPECT_GT(zones("1").size(), 40U);
    EXPECT_EQ(zones("81"), std::vector<std::string>{"Asia/Tokyo"});
}

// What says the clock and what says the state are two tables of the same numbers.
TEST(dialing_zones, every_area_code_has_its_state_and_every_state_its_clocks) {
    const auto table = dialing_zones().value();
    std::set<std::string> known;
    for (const auto& one : table) {
        ASSERT_FALSE(one.regions.empty()) << one.prefix;
        if (one.prefix.size() != 4 || one.prefix[0] != '1') continue;
        known.insert(one.prefix.substr(1));
        // A country without parts of its own stands for itself.
        const bool has_parts = one.countries.front() == "US" || one.countries.front() == "CA";
        for (const auto& region : one.regions) {
            EXPECT_EQ(region.substr(0, 2), one.countries.front()) << one.prefix;
            EXPECT_EQ(region.size() > 2, has_parts) << one.prefix;
        }
    }
    for (const auto& part : codec::subdivisions()) {
        EXPECT_FALSE(zones_of_region(table, part.code).empty()) << part.code;
        const std::string codes(part.area_codes);
        for (std::size_t at = 0; at < codes.size(); at += 4)
            EXPECT_TRUE(known.contains(codes.substr(at, 3))) << codes.substr(at, 3);
    }
    EXPECT_EQ(zones_of_region(table, "US-TX"),
              (std::vector<std::string>{"America/Chicago", "America/Denver"}));
    EXPECT_EQ(zones_of_region(table, "US-NY"), std::vector<std::string>{"America/New_York"});
    // Numbers of Germany do not say the state.
    EXPECT_EQ(zones_of_region(table, "DE-BY"), zones_of_region(table, "DE"));
    EXPECT_FALSE(zones_of_region(table, "DE").empty());
}

TEST(dialing_zones, caps_find_their_countries) {
    const auto table = dialing_zones().value();
    const auto caps = prefixes_of({{"HT", {100, std::chrono::hours(1)}},
                                   {"JM", {5, std::chrono::hours(1)}},
                                   {"GB", {7, std::chrono::hours(1)}}},
                                  table)
                          .value();
    const auto cap_of = [&](std::string_view number) {
        return caps.by_leading[core::phone_number::from_e164(number)->leading()];
    };
    EXPECT_EQ(cap_of("+50934101234"), 1);
    EXPECT_EQ(cap_of("+18765230123"), 2);
    EXPECT_EQ(cap_of("+447911123456"), 3);
    EXPECT_EQ(cap_of("+12125550123"), 0);
    EXPECT_EQ(cap_of("+917760336484"), 0);
    EXPECT_TRUE(prefixes_of({}, table).value().by_leading.empty());
    const auto guernsey = prefixes_of({{"GG", {1, std::chrono::hours(1)}}}, table);
    ASSERT_FALSE(guernsey);
    EXPECT_NE(guernsey.error().text.find("numbers of GG cannot be told"), std::string::npos);
}

TEST(dialing_zones, without_the_file_says_what_to_do) {
    const auto table = dialing_zones("/nonexistent/zone.tab");
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().text,
              "cannot read the zones of countries from /nonexistent/zone.tab: install the package "
              "tzdata, or set schedule.time_zone");
}

}  // namespace
}  // namespace tidings::runner
