#include "runner/row_places.hpp"

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

const codec::numbering_plan& plan() {
    return codec::numbering_plan::built_in();
}

std::string place_of(row_places& places, std::string_view number, std::string_view zone,
                     std::string_view region) {
    auto speller = codec::phone_speller::make("", plan());
    codec::raw_row raw;
    raw.time_zone = zone;
    raw.region = region;
    return std::string(places.of(raw, speller->spell(number)));
}

TEST(row_places, read_back_what_they_spell) {
    for (const auto& place : {row_place{"America/Chicago", {}}, row_place{"", {"US-TX"}},
                              row_place{"Europe/Paris", {"US", "CA"}}, row_place{}})
        EXPECT_EQ(row_place_in(spelled(place)), place) << spelled(place);
    EXPECT_EQ(spelled({"America/Chicago", {"US-TX"}}), "America/Chicago @US-TX");
}

TEST(row_places, the_columns_say_and_the_number_what_they_leave_open) {
    row_places places({.time_zones = true, .regions = true, .rules_differ = true}, plan());
    struct row {
        const char* number;
        const char* zone;
        const char* region;
        const char* place;
    };
    for (const auto& one :
         {row{"+15122345678", "", "", ""},  // its number alone
          row{"+12122345678", "", " TX ", "@US-TX"},
          row{"+12122345678", "America/Chicago", "75001", "America/Chicago @US-TX"},
          row{"+12122345678", "America/Chicago", "", "America/Chicago @US-NY"},
          row{"+18002345678", "America/Chicago", "", "America/Chicago @US CA"},
          row{"+19022345678", "America/Halifax", "", "America/Halifax @CA-NS CA-PE"},
          row{"+447400123456", "", "SCT", "@GB-SCT"},
          row{"+33612345678", "Europe/Paris", "", "Europe/Paris @FR"},
          row{"+33612345678", "", "Bretagne", ""}})
        EXPECT_EQ(place_of(places, one.number, one.zone, one.region), one.place) << one.number;
    EXPECT_EQ(places.not_understood(), "Bretagne");
    EXPECT_EQ(place_of(places, "+15122345678", "", "TX"), "@US-TX");
    EXPECT_EQ(places.not_understood(), "");
}

// Without rules of regions a zone says all there is to know: fewer places are better.
TEST(row_places, a_zone_alone_where_rules_do_not_differ) {
    row_places places({.time_zones = true, .regions = true}, plan());
    EXPECT_EQ(place_of(places, "+12122345678", "America/Chicago", "TX"), "America/Chicago");
    EXPECT_EQ(place_of(places, "+12122345678", "", "TX"), "@US-TX");
    EXPECT_EQ(place_of(places, "+12122345678", "America/Chicago", ""), "America/Chicago");
    row_places none({}, plan());
    EXPECT_FALSE(none.wanted());
}

}  // namespace
}  // namespace tidings::runner
