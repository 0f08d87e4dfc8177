#include "core/lawful_hours.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr weekday_set sunday = 0x40;
constexpr weekday_set weekdays = 0x1F;
const sys_days a_sunday(year(2026) / 11 / 29);
const sys_days a_monday(year(2026) / 11 / 30);

constexpr std::uint16_t at(int hour, int minute = 0) {
    return static_cast<std::uint16_t>(hour * 60 + minute);
}

day_parts open_in(const std::string& region, sys_days day, std::vector<hours_rule> rules) {
    const lawful_hours of(std::move(rules));
    return of.open_on(day, of.rules_for(std::vector{region}));
}

TEST(lawful_hours, hours_and_the_rest_of_the_day) {
    struct row {
        std::uint16_t from;
        std::uint16_t until;
        const char* between;
        const char* outside;
    };
    for (const auto& one : {row{at(8), at(21), "08:00-21:00", "00:00-08:00 and 21:00-24:00"},
                            row{at(21), at(8), "00:00-08:00 and 21:00-24:00", "08:00-21:00"},
                            row{at(12), at(0), "12:00-24:00", "00:00-12:00"},
                            row{at(0), at(12), "00:00-12:00", "12:00-24:00"},
                            row{at(0), at(24), "00:00-24:00", "no messages"},
                            row{at(9), at(9), "00:00-24:00", "no messages"},
                            row{at(23, 59), at(0), "23:59-24:00", "00:00-23:59"}}) {
        EXPECT_EQ(in_words(hours_between(one.from, one.until)), one.between);
        EXPECT_EQ(in_words(hours_outside(one.from, one.until)), one.outside) << one.between;
    }
}

// Every pair of hours of the day, minute for minute.
TEST(lawful_hours, the_strictest_is_what_both_permit) {
    const auto has = [](const day_parts& parts, std::uint16_t minute) {
        for (const auto& part : parts)
            if (part.from <= minute && minute < part.until) return true;
        return false;
    };
    std::mt19937 random(21);
    for (int i = 0; i < 2'000; ++i) {
        const auto some = [&] { return static_cast<std::uint16_t>(random() % 24 * 60); };
        const auto a = hours_between(some(), some());
        const auto b = hours_outside(some(), some());
        const auto both = in_both(a, b);
        for (std::uint16_t minute = 0; minute < day_part::day_end; minute += 30)
            ASSERT_EQ(has(both, minute), has(a, minute) && has(b, minute)) << i << " " << minute;
        for (std::size_t k = 1; k < both.size(); ++k)
            ASSERT_LE(both[k - 1].until, both[k].from);
        ASSERT_EQ(both, in_both(b, a));
    }
}

TEST(lawful_hours, whom_a_rule_concerns) {
    struct row {
        const char* where;
        const char* region;
        bool concerned;
    };
    for (const auto& one :
         {row{"", "US-TX", true}, row{"", "", true}, row{"US", "US", true},
          row{"US", "US-TX", true},  // within it
          row{"US-TX", "US", true},  // nobody knows where in it: the strictest of the country
          row{"US-TX", "US-TX", true}, row{"US-TX", "US-FL", false}, row{"US", "CA", false},
          row{"US", "USA", false}, row{"CA", "US-CA", false}, row{"US-CA", "CA", false},
          row{"GB", "GB-SCT", true}})
        EXPECT_EQ(concerns(one.where, one.region), one.concerned) << one.where << " " << one.region;
}

TEST(lawful_hours, all_rules_hold_and_the_strictest_wins) {
    const std::vector<hours_rule> rules = {
        {.where = "US", .open = hours_between(at(8), at(21))},
        {.where = "US-TX", .days = sunday, .open = hours_between(at(12), at(22))},
        {.where = "US-RI", .days = sunday},
        {.open = hours_outside(at(13), at(14))},  // everywhere
    };
    EXPECT_EQ(in_words(open_in("US-TX", a_sunday, rules)), "12:00-13:00 and 14:00-21:00");
    EXPECT_EQ(in_words(open_in("US-TX", a_monday, rules)), "08:00-13:00 and 14:00-21:00");
    EXPECT_EQ(in_words(open_in("US-RI", a_sunday, rules)), "no messages");
    EXPECT_EQ(in_words(open_in("US-RI", a_monday, rules)), "08:00-13:00 and 14:00-21:00");
    EXPECT_EQ(in_words(open_in("FR", a_sunday, rules)), "00:00-13:00 and 14:00-24:00");
    // Somewhere in the country: what holds in any of its parts.
    EXPECT_EQ(in_words(open_in("US", a_sunday, rules)), "no messages");
    const lawful_hours of(rules);
    EXPECT_EQ(of.rules_for({}), (std::vector<lawful_hours::rule_index>{3}));
    EXPECT_EQ(of.rules_for(std::vector<std::string>{"US-TX", "US-RI"}),
              (std::vector<lawful_hours::rule_index>{0, 1, 2, 3}));
}

TEST(lawful_hours, dates_are_the_only_days_of_a_rule) {
    const hours_rule christmas{.where = "US", .dates = std::vector{sys_days(year(2026) / 12 / 25)}};
    EXPECT_TRUE(open_in("US", sys_days(year(2026) / 12 / 25), {christmas}).empty());
    EXPECT_EQ(in_words(open_in("US", a_monday, {christmas})), "00:00-24:00");
    EXPECT_EQ(in_words(open_in("FR", sys_days(year(2026) / 12 / 25), {christmas})), "00:00-24:00");
    // A weekday beside dates: both must be so. The 25th is a Friday.
    auto on_sundays = christmas;
    on_sundays.days = sunday;
    EXPECT_FALSE(open_in("US", sys_days(year(2026) / 12 / 25), {on_sundays}).empty());
    // A file without any date in reach closes nothing.
    EXPECT_FALSE(open_in("US", a_monday, {{.dates = std::vector<sys_days>()}}).empty());
}

TEST(lawful_hours, know_whether_they_close_anything_and_where) {
    EXPECT_FALSE(lawful_hours().restrict_hours());
    EXPECT_FALSE(lawful_hours({{.where = "US", .open = {day_part{}}}}).restrict_hours());
    const lawful_hours everywhere({{.open = hours_between(at(8), at(21))}});
    EXPECT_TRUE(everywhere.restrict_hours());
    EXPECT_FALSE(everywhere.differ_by_region());
    EXPECT_TRUE(lawful_hours({{.where = "US"}}).differ_by_region());
}

TEST(lawful_hours, are_told_in_words) {
    struct row {
        weekday_set days;
        const char* words;
    };
    for (const auto& one :
         {row{every_day, ""}, row{sunday, "sun"}, row{weekdays, "mon-fri"}, row{0x60, "sat sun"},
          row{0x3F, "mon-sat"}, row{0x15, "mon wed fri"}, row{0x4F, "mon-thu sun"}})
        EXPECT_EQ(in_words(one.days), one.words);
    hours_rule rule{.where = "US-TX", .days = sunday, .open = hours_between(at(12), at(21))};
    EXPECT_EQ(in_words(rule), "US-TX sun: 12:00-21:00");
    rule.source = "a law";
    EXPECT_EQ(
        told_with_sources(std::vector{rule, hours_rule{}}),
        (std::vector<std::string>{"US-TX sun: 12:00-21:00 (a law)", "everywhere: no messages"}));
    const hours_rule holidays{
        .where = "US", .dates = std::vector{a_sunday, a_monday}, .dates_from = "us.ics"};
    EXPECT_EQ(in_words(holidays), "US on 2 dates of us.ics: no messages");
}

}  // namespace
}  // namespace tidings::core
