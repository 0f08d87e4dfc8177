#include "runner/recipient_census.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using core::phone_number;

const std::vector<dialing_zone>& table() {
    static const auto made = dialing_zones().value();
    return made;
}

std::uint64_t rows_of(const std::vector<census_line>& lines, const std::string& name) {
    for (const auto& one : lines)
        if (one.names.front() == name) return one.rows;
    return 0;
}

TEST(recipient_census, counts_by_country_and_by_zone_the_largest_first) {
    recipient_census census;
    for (const char* to : {"+12125550100", "+13055550100", "+14165550100", "+447911123456",
                           "+447911123457", "+447911123458", "+447911123459"})
        census.add(*phone_number::from_e164(to), 0);
    const auto countries = census.by_country(table());
    ASSERT_EQ(countries.size(), 3U);
    EXPECT_EQ(countries[0], (census_line{{"GB", "GG", "JE", "IM"}, 4}));
    EXPECT_EQ(countries[1], (census_line{{"US"}, 2}));
    EXPECT_EQ(countries[2], (census_line{{"CA"}, 1}));
    const auto zones = census.by_zone(table());
    ASSERT_EQ(zones.size(), 3U);
    EXPECT_EQ(zones[0].names, (std::vector<std::string>{"Europe/Guernsey", "Europe/Isle_of_Man",
                                                        "Europe/Jersey", "Europe/London"}));
    EXPECT_EQ(rows_of(zones, "America/New_York"), 2U);
    EXPECT_EQ(rows_of(zones, "America/Toronto"), 1U);
}

TEST(recipient_census, a_rows_own_zone_counts_before_that_of_its_number) {
    recipient_census census;
    census.add_row_zone(1, "Asia/Kolkata");
    census.add_row_zone(2, "no/such/zone");
    const auto paris = *phone_number::from_e164("+33612345678");
    census.add(paris, 1);
    census.add(paris, 2);  // as if it had none
    census.add(paris, 9);  // nobody told of it
    census.add(paris, 0);
    EXPECT_EQ(rows_of(census.by_country(table()), "FR"), 4U);
    EXPECT_EQ(rows_of(census.by_zone(table()), "Asia/Kolkata"), 1U);
    EXPECT_EQ(rows_of(census.by_zone(table()), "Europe/Paris"), 3U);
}

TEST(recipient_census, a_zone_for_all_judges_what_has_none_of_its_own) {
    recipient_census census("Europe/Berlin");
    census.add_row_zone(1, "Asia/Kolkata");
    census.add(*phone_number::from_e164("+33612345678"), 0);
    census.add(*phone_number::from_e164("+33612345678"), 1);
    const auto zones = census.by_zone(table());
    EXPECT_EQ(rows_of(zones, "Europe/Berlin"), 1U);
    EXPECT_EQ(rows_of(zones, "Asia/Kolkata"), 1U);
}

TEST(recipient_census, numbers_of_no_country_are_told_as_such) {
    recipient_census census;
    census.add(*phone_number::from_e164("+88213000000"), 0);  // satellites
    EXPECT_EQ(rows_of(census.by_country(table()), "?"), 1U);
    EXPECT_EQ(rows_of(census.by_zone(table()), "Etc/UTC"), 1U);
}

// Every row is counted once, whatever its number.
TEST(recipient_census, the_sum_is_the_list) {
    std::mt19937_64 random(8);
    recipient_census census;
    census.add_row_zone(1, "Asia/Tokyo");
    constexpr std::uint64_t rows = 20'000;
    for (std::uint64_t i = 0; i < rows; ++i)
        census.add(phone_number::from_digits(10 + random() % 999'999'999'999'990),
                   static_cast<core::zone_id>(random() % 3));
    std::uint64_t countries = 0;
    for (const auto& one : census.by_country(table()))
        countries += one.rows;
    std::uint64_t zones = 0;
    for (const auto& one : census.by_zone(table()))
        zones += one.rows;
    EXPECT_EQ(countries, rows);
    EXPECT_EQ(zones, rows);
}

}  // namespace
}  // namespace tidings::runner
