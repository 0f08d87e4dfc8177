#include "runner/zone_names.hpp"

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

TEST(zone_names, the_same_name_has_the_same_number) {
    zone_names zones;
    EXPECT_EQ(zones.intern("Europe/Rome"), 1);
    EXPECT_EQ(zones.intern("Asia/Tokyo"), 2);
    EXPECT_EQ(zones.intern("Asia/Tokyo"), 2);
    EXPECT_EQ(zones.intern("Europe/Rome"), 1);
    EXPECT_EQ(zones.from(1), (std::vector<std::string>{"Europe/Rome", "Asia/Tokyo"}));
    EXPECT_EQ(zones.from(2), (std::vector<std::string>{"Asia/Tokyo"}));
    EXPECT_TRUE(zones.from(3).empty());
    EXPECT_TRUE(zones.from(4000).empty());
}

TEST(zone_names, has_a_limit_and_keeps_what_it_has) {
    zone_names zones;
    for (std::size_t i = 0; i < zone_names::zones_max; ++i)
        ASSERT_TRUE(zones.intern(std::to_string(i)));
    EXPECT_FALSE(zones.intern("one more"));
    EXPECT_FALSE(zones.intern("one more"));
    EXPECT_EQ(zones.intern("17"), 18);
    EXPECT_EQ(zones.from(1).size(), zone_names::zones_max);
}

}  // namespace
}  // namespace tidings::runner
