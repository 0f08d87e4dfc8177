#include "codec/numbers/subdivisions.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(subdivisions, each_state_and_province_once) {
    std::set<std::string_view> codes;
    std::map<std::string_view, int> of_country;
    for (const auto& one : subdivisions()) {
        EXPECT_TRUE(codes.insert(one.code).second) << one.code;
        ++of_country[one.code.substr(0, one.code.find('-'))];
        EXPECT_FALSE(one.area_codes.empty()) << one.code;
    }
    EXPECT_EQ(of_country["US"], 51);
    EXPECT_EQ(of_country["CA"], 13);
}

// Every spelling that a column of states or postal codes was seen with.
TEST(subdivisions, what_a_column_says) {
    struct row {
        const char* text;
        const char* country;
        const char* region;  // "": not understood
    };
    for (const auto& one : {row{"TX", "US", "US-TX"},
                            row{"tx", "US", "US-TX"},
                            row{"Texas", "US", "US-TX"},
                            row{"TEXAS", "US", "US-TX"},
                            row{"US-TX", "US", "US-TX"},
                            row{"us-tx", "", "US-TX"},
                            row{"New York", "US", "US-NY"},
                            row{"D.C.", "US", "US-DC"},
                            row{"Washington, D.C.", "US", "US-DC"},
                            row{"Washington", "US", "US-WA"},
                            row{"CA", "US", "US-CA"},  // California, wherever +1 is
                            row{"CA", "CA", "US-CA"},
                            row{"ON", "US", "CA-ON"},
                            row{"Ontario", "CA", "CA-ON"},
                            row{"Qu\xC3\xA9"
                                "bec",
                                "CA", "CA-QC"},
                            row{"PR", "US", "PR"},
                            row{"Puerto Rico", "PR", "PR"},
                            row{"USA", "US", "US"},
                            row{"75001", "US", "US-TX"},
                            row{"75001-1234", "US", "US-TX"},
                            row{"750011234", "US", "US-TX"},
                            row{"73301", "US", "US-TX"},
                            row{"73102", "US", "US-OK"},
                            row{"88510", "US", "US-TX"},
                            row{"88901", "US", "US-NV"},
                            row{"02134", "US", "US-MA"},
                            row{"2134", "US", "US-MA"},  // the zero is lost
                            row{"601", "PR", "PR"},
                            row{"00801", "US", "VI"},
                            row{"96910", "GU", "GU"},
                            row{"20001", "US", "US-DC"},
                            row{"20101", "US", "US-VA"},
                            row{"32399", "US", "US-FL"},
                            row{"K1A 0B1", "CA", "CA-ON"},
                            row{"k1a0b1", "CA", "CA-ON"},
                            row{"H2X", "CA", "CA-QC"},
                            row{"X0A 0H0", "CA", "CA-NU"},
                            row{"X1A 2N3", "CA", "CA-NT"},
                            row{"SC", "BR", "BR-SC"},
                            row{"SC", "US", "US-SC"},
                            row{"BR-SC", "US", "BR-SC"},
                            row{"GB", "GB", "GB"},
                            row{"09090", "US", ""},  // the army's in Europe
                            row{"Texass", "US", ""},
                            row{"ZZ", "US", ""},
                            row{"US-ZZ", "US", ""},
                            row{"12", "US", ""},
                            row{"1234567", "US", ""},
                            row{"75001-12", "US", ""},
                            row{"Bavaria", "DE", ""},
                            row{"SC", "", ""},
                            row{"", "US", ""},
                            row{"-", "US", ""},
                            row{"10115", "DE", ""}})
        EXPECT_EQ(region_in(one.text, one.country).value_or(""), one.region)
            << one.text << " of " << one.country;
}

TEST(subdivisions, by_area_code) {
    using names = std::vector<std::string>;
    EXPECT_EQ(subdivisions_of_area("512"), names{"US-TX"});
    EXPECT_EQ(subdivisions_of_area("850"), names{"US-FL"});
    EXPECT_EQ(subdivisions_of_area("902"), (names{"CA-NS", "CA-PE"}));
    EXPECT_EQ(subdivisions_of_area("867"), (names{"CA-NT", "CA-NU", "CA-YT"}));
    EXPECT_EQ(subdivisions_of_area("800"), names{});
    EXPECT_EQ(subdivisions_of_area("5"), names{});
}

// No three digits belong to two states.
TEST(subdivisions, every_zip_code_has_one_state_at_most) {
    std::map<std::string, int> states;
    for (int head = 0; head < 1000; ++head) {
        const auto zip = std::to_string(100'000 + head * 100 + 1).substr(1);
        if (const auto region = region_in(zip, "US")) ++states[*region];
    }
    int known = 0;
    for (const auto& [state, heads] : states)
        known += heads;
    EXPECT_EQ(states.size(), 51U + 3U);  // with Guam, Puerto Rico, the Virgin Islands
    EXPECT_GT(known, 880);
    EXPECT_EQ(states["US-TX"], 52);
}

}  // namespace
}  // namespace tidings::codec
