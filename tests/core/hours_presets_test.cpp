#include "core/hours_presets.hpp"

#include <set>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

// What a person may be texted at on a Wednesday, a Saturday and a Sunday, under all of "us". A row
// of the table has a row here.
TEST(hours_presets, of_every_state_with_a_law_of_its_own) {
    struct row {
        const char* region;
        const char* wednesday;
        const char* saturday;
        const char* sunday;
    };
    const char* const federal = "08:00-21:00";
    const char* const none = "no messages";
    const std::vector<row> rows = {
        {"US-CA", federal, federal, federal},
        {"AS", federal, federal, federal},
        {"GU", federal, federal, federal},
        {"MP", federal, federal, federal},
        {"PR", federal, federal, federal},
        {"VI", federal, federal, federal},
        {"US-CT", "09:00-20:00", "09:00-20:00", "09:00-20:00"},
        {"US-FL", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        {"US-KY", "10:00-21:00", "10:00-21:00", "10:00-21:00"},
        {"US-LA", "08:00-20:00", "08:00-20:00", none},
        {"US-MA", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        {"US-MD", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        {"US-NV", "09:00-20:00", "09:00-20:00", "09:00-20:00"},
        {"US-OK", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        {"US-OR", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        {"US-RI", "09:00-18:00", "10:00-17:00", none},
        {"US-TX", "09:00-21:00", "09:00-21:00", "12:00-21:00"},
        {"US-WA", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
        // Anywhere in it: the strictest of all.
        {"US", "10:00-18:00", "10:00-17:00", none},
        {"CA-ON", "00:00-24:00", "00:00-24:00", "00:00-24:00"},
    };
    const lawful_hours us(rules_of_preset("us"));
    std::set<std::string_view> tested;
    for (const auto& one : rows) {
        tested.insert(one.region);
        const auto which = us.rules_for(std::vector<std::string>{one.region});
        const auto on = [&](unsigned day) {
            return in_words(
                us.open_on(std::chrono::year(2026) / 12 / std::chrono::day(day), which));
        };
        EXPECT_EQ(on(2), one.wednesday) << one.region;
        EXPECT_EQ(on(5), one.saturday) << one.region;
        EXPECT_EQ(on(6), one.sunday) << one.region;
    }
    for (const auto& preset : hours_presets())
        EXPECT_TRUE(tested.contains(preset.where)) << preset.name;
}

TEST(hours_presets, have_a_name_and_a_source_each) {
    const auto names = hours_preset_names();
    EXPECT_EQ(names.front(), "us");
    EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
    std::size_t rows = 0;
    for (std::size_t i = 1; i < names.size(); ++i)
        rows += rules_of_preset(names[i]).size();
    EXPECT_EQ(rows, hours_presets().size());
    EXPECT_EQ(rules_of_preset("us").size(), hours_presets().size());
    EXPECT_TRUE(rules_of_preset("us-zz").empty());
    for (const auto& preset : hours_presets())
        EXPECT_NE(preset.source.find_first_of("0123456789"), std::string_view::npos) << preset.name;
    EXPECT_EQ(told_with_sources(rules_of_preset("us-tx"))[1],
              "US-TX sun: 12:00-21:00 (us-tx: Tex. Bus. & Com. Code 301.051; texts since SB 140, "
              "2025-09-01)");
}

}  // namespace
}  // namespace tidings::core
