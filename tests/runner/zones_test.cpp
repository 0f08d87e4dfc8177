#include "runner/zones.hpp"

#include <random>

#include <date/tz.h>
#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using core::phone_number;
using core::wall_time;
using std::chrono::hours;
using std::chrono::minutes;

wall_time utc(std::string_view rfc3339) {
    return codec::wall_time_from(rfc3339).value();
}

hours_options quiet(std::string_view span) {
    hours_options options;
    options.quiet_hours = codec::day_span_from(span).value();
    return options;
}

// Whether the spans permit that moment.
bool open_at(const std::vector<core::open_span>& spans, wall_time when) {
    for (const auto& one : spans)
        if (one.opens <= when && when < one.closes) return true;
    return false;
}

// The span that begins on that day in UTC.
core::open_span span_of(zones& of, const std::string& zone, std::string_view day) {
    const wall_time from = utc(std::string(day) + "T00:00:00Z");
    for (const auto& one : of.spans_of({zone}).value())
        if (one.opens >= from && one.opens < from + hours(24)) return one;
    return {};
}

TEST(zones, without_rules_nothing_is_closed) {
    zones none({}, utc("2026-11-23T00:00:00Z"));
    EXPECT_FALSE(none.restrict_hours());
    core::calendar into;
    ASSERT_TRUE(none.fill(into));
    ASSERT_TRUE(none.add_row_zone(into, 1, "no/such/zone"));
    EXPECT_EQ(into.zone_count(), 0U);
}

TEST(zones, quiet_hours_are_the_recipients) {
    zones of(quiet("21:00-08:00"), utc("2026-11-23T00:00:00Z"));
    const auto paris = span_of(of, "Europe/Paris", "2026-11-24");
    EXPECT_EQ(paris.opens, utc("2026-11-24T07:00:00Z"));
    EXPECT_EQ(paris.closes, utc("2026-11-24T20:00:00Z"));
    const auto kolkata = span_of(of, "Asia/Kolkata", "2026-11-24");
    EXPECT_EQ(kolkata.opens, utc("2026-11-24T02:30:00Z"));
    EXPECT_EQ(kolkata.closes, utc("2026-11-24T15:30:00Z"));
    const auto honolulu = span_of(of, "Pacific/Honolulu", "2026-11-24");
    EXPECT_EQ(honolulu.opens, utc("2026-11-24T18:00:00Z"));
    EXPECT_EQ(honolulu.closes, utc("2026-11-25T07:00:00Z"));
    const auto kiritimati = span_of(of, "Pacific/Kiritimati", "2026-11-24");  // +14
    EXPECT_EQ(kiritimati.opens, utc("2026-11-24T18:00:00Z"));
}

TEST(zones, a_rest_at_noon_leaves_two_spans_a_day) {
    zones of(quiet("12:00-14:00"), utc("2026-11-23T00:00:00Z"));
    const auto spans = of.spans_of({"Etc/UTC"}).value();
    EXPECT_FALSE(open_at(spans, utc("2026-11-24T13:59:59Z")));
    EXPECT_TRUE(open_at(spans, utc("2026-11-24T14:00:00Z")));
    EXPECT_TRUE(open_at(spans, utc("2026-11-25T00:00:00Z")));
    EXPECT_TRUE(open_at(spans, utc("2026-11-25T11:59:59Z")));
    EXPECT_FALSE(open_at(spans, utc("2026-11-25T12:00:00Z")));
}

TEST(zones, follow_the_clock_forward_and_back) {
    zones of(quiet("21:00-08:00"), utc("2026-03-01T00:00:00Z"));
    EXPECT_EQ(span_of(of, "Europe/Paris", "2026-03-28").opens, utc("2026-03-28T07:00:00Z"));
    EXPECT_EQ(span_of(of, "Europe/Paris", "2026-03-29").opens, utc("2026-03-29T06:00:00Z"));
    EXPECT_EQ(span_of(of, "Europe/Paris", "2026-10-24").opens, utc("2026-10-24T06:00:00Z"));
    EXPECT_EQ(span_of(of, "Europe/Paris", "2026-10-25").opens, utc("2026-10-25T07:00:00Z"));
    EXPECT_EQ(span_of(of, "America/New_York", "2026-03-07").opens, utc("2026-03-07T13:00:00Z"));
    EXPECT_EQ(span_of(of, "America/New_York", "2026-03-08").opens, utc("2026-03-08T12:00:00Z"));
    // In the south it is the other way round.
    EXPECT_EQ(span_of(of, "Australia/Sydney", "2026-04-03").opens, utc("2026-04-03T21:00:00Z"));
    EXPECT_EQ(span_of(of, "Australia/Sydney", "2026-04-04").opens, utc("2026-04-04T22:00:00Z"));
}

// A local time that does not exist, or comes twice, is read so that nobody is texted in quiet
// hours.
TEST(zones, the_skipped_and_the_double_hour_are_read_strictly) {
    zones morning(quiet("21:00-02:30"), utc("2026-03-01T00:00:00Z"));
    // 02:30 is skipped on 29 March: it opens when the clock says 03:00.
    EXPECT_EQ(span_of(morning, "Europe/Paris", "2026-03-29").opens, utc("2026-03-29T01:00:00Z"));
    // On 25 October it comes twice: the second time counts.
    EXPECT_EQ(span_of(morning, "Europe/Paris", "2026-10-25").opens, utc("2026-10-25T01:30:00Z"));
    zones night(quiet("02:30-20:00"), utc("2026-03-01T00:00:00Z"));
    const auto spans = night.spans_of({"Europe/Paris"}).value();
    EXPECT_TRUE(open_at(spans, utc("2026-10-25T00:29:00Z")));
    EXPECT_FALSE(open_at(spans, utc("2026-10-25T00:31:00Z")));  // the first 02:30 closes
    EXPECT_FALSE(open_at(spans, utc("2026-10-25T01:29:00Z")));
}

TEST(zones, weekdays_and_holidays_are_local_days) {
    hours_options options = quiet("21:00-08:00");
    options.weekdays = 0x1F;  // Monday to Friday
    options.holidays = {std::chrono::sys_days(std::chrono::year(2026) / 12 / 25)};
    zones of(options, utc("2026-12-01T00:00:00Z"));
    const auto auckland = of.spans_of({"Pacific/Auckland"}).value();  // UTC+13
    // Thursday the 24th in Auckland ends at 08:00Z on the 24th; Friday is a holiday, then weekend.
    EXPECT_TRUE(open_at(auckland, utc("2026-12-24T07:00:00Z")));
    for (int hour = 8; hour < 91; ++hour)
        EXPECT_FALSE(open_at(auckland, utc("2026-12-24T00:00:00Z") + hours(hour))) << hour;
    EXPECT_TRUE(open_at(auckland, utc("2026-12-27T19:00:00Z")));  // Monday, eight in the morning
}

// Against date/tz's own way from UTC to local time, away from the nights of change.
TEST(zones, agree_with_the_local_clock_at_random_moments) {
    zones of(quiet("20:30-09:15"), utc("2026-01-01T00:00:00Z"));
    std::mt19937_64 random(6);
    for (const char* name : {"Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Africa/Cairo",
                             "Pacific/Apia", "America/Anchorage", "Australia/Lord_Howe"}) {
        const auto spans = of.spans_of({name}).value();
        const auto* zone = date::locate_zone(name);
        for (int i = 0; i < 2'000; ++i) {
            const wall_time when = utc("2026-01-02T00:00:00Z") + minutes(random() % (390 * 1440));
            const auto local = zone->to_local(when);
            const auto of_day = local - date::floor<date::days>(local);
            const bool expected =
                of_day >= hours(9) + minutes(15) && of_day < hours(20) + minutes(30);
            ASSERT_EQ(open_at(spans, when), expected) << name;
        }
    }
}

// A run of years: the spans go on, and are those that a run begun later would have made.
TEST(zones, go_on_as_time_does) {
    const auto begun = utc("2026-11-23T00:00:00Z");
    hours_options options = quiet("21:00-08:00");
    options.time_zone = "Europe/Paris";
    zones of(options, begun);
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    ASSERT_TRUE(of.add_row_zone(into, 1, "America/Chicago"));
    const auto paris = phone_number::from_digits(33'612'345'678);
    const auto zone = into.zone_for(0, paris);
    for (int day = 1; day <= 5 * 365; ++day) {
        const wall_time now = begun + hours(24 * day);
        ASSERT_TRUE(of.keep_ahead(into, now));
        // Never further than the night is long, wherever.
        ASSERT_LT(into.next_open(0, paris, now) - now, hours(12)) << day;
        ASSERT_LT(into.next_open(1, paris, now) - now, hours(24)) << day;
        ASSERT_GT(into.spans(zone).back().closes, now + hours(24 * 300)) << day;
    }
    const wall_time end = begun + hours(24 * 5 * 365);
    zones later(quiet("21:00-08:00"), end);
    for (const auto& one : later.spans_of({"Europe/Paris"}).value()) {
        if (one.opens > end + hours(24 * 360)) break;
        EXPECT_EQ(into.next_open(0, paris, one.opens - minutes(1)), one.opens);
    }
}

TEST(zones, reach_further_where_more_is_asked_for) {
    zones of(quiet("21:00-08:00"), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    const auto paris = phone_number::from_digits(33'612'345'678);
    const auto far = utc("2031-07-01T03:00:00Z");
    EXPECT_EQ(into.next_open(0, paris, far), far + core::calendar::far_ahead);
    ASSERT_TRUE(of.reach(into, 4000));
    EXPECT_EQ(into.next_open(0, paris, far), utc("2031-07-01T06:00:00Z"));
}

// Summer time both ways, over years, in both hemispheres, against date/tz itself: every quarter of
// an hour of each change's days. Strict: what is open must be permitted; what is permitted may be
// closed only where the clock shows an hour twice or none.
TEST(zones, both_changes_of_the_clock_over_years) {
    const std::chrono::sys_days first(std::chrono::year(2026) / 1 / 1);
    hours_options options = quiet("21:00-08:00");
    options.days_ahead = 4 * 365 + 1;
    for (const char* quiet_hours : {"21:00-08:00", "23:30-02:30", "01:15-03:00"}) {
        options.quiet_hours = codec::day_span_from(quiet_hours).value();
        for (const char* name :
             {"Europe/Paris", "America/New_York", "America/St_Johns", "Australia/Sydney",
              "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Beirut",
              "Pacific/Chatham", "Atlantic/Azores", "America/Havana", "Africa/Cairo"}) {
            zones of(options, first);
            const auto spans = of.spans_of({name}).value();
            const auto* zone = date::locate_zone(name);
            wall_time at = first + hours(24);
            int changes = 0;
            while (true) {
                const auto info = zone->get_info(date::floor<std::chrono::seconds>(at));
                const wall_time change = info.end;
                if (change > first + hours(24 * 4 * 365 - 48)) break;
                ++changes;
                for (wall_time when = change - hours(36); when < change + hours(36);
                     when += minutes(15)) {
                    const auto local = zone->to_local(when);
                    const auto of_day =
                        date::floor<minutes>(local - date::floor<date::days>(local));
                    const auto from = minutes(options.quiet_hours->from_minute);
                    const auto until = minutes(options.quiet_hours->until_minute);
                    const bool quiet_now = from > until ? of_day >= from || of_day < until
                                                        : of_day >= from && of_day < until;
                    const bool open = open_at(spans, when);
                    if (open) {
                        ASSERT_FALSE(quiet_now) << name << " " << quiet_hours << " " << changes;
                    }
                    const bool far = when < change - hours(2) || when > change + hours(2);
                    if (far) {
                        ASSERT_EQ(open, !quiet_now) << name << " " << quiet_hours;
                    }
                }
                at = change + hours(1);
            }
            EXPECT_GE(changes, 3) << name;
        }
    }
}

TEST(zones, of_several_zones_only_what_all_permit) {
    zones of(quiet("21:00-08:00"), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    const auto open = [&](std::uint64_t digits, std::string_view when) {
        return into.next_open(0, phone_number::from_digits(digits), utc(when)) == utc(when);
    };
    // An area code that is known: New York only.
    EXPECT_TRUE(open(12'125'550'100, "2026-11-24T13:00:00Z"));
    EXPECT_FALSE(open(12'125'550'100, "2026-11-24T12:59:59Z"));
    // One that is not: from eight in the Aleutians (UTC-10) to nine at night in Newfoundland
    // (-3:30).
    EXPECT_FALSE(open(18'005'550'100, "2026-11-24T17:59:00Z"));
    EXPECT_TRUE(open(18'005'550'100, "2026-11-24T18:00:00Z"));
    EXPECT_TRUE(open(18'005'550'100, "2026-11-25T00:29:00Z"));
    EXPECT_FALSE(open(18'005'550'100, "2026-11-25T00:30:00Z"));
    // Spain has the Canaries an hour behind.
    EXPECT_FALSE(open(34'600'000'000, "2026-11-24T07:30:00Z"));
    EXPECT_TRUE(open(34'600'000'000, "2026-11-24T08:00:00Z"));
    EXPECT_FALSE(open(34'600'000'000, "2026-11-24T20:00:00Z"));
    EXPECT_TRUE(open(919'000'000'000, "2026-11-24T02:30:00Z"));
    EXPECT_FALSE(open(919'000'000'000, "2026-11-24T02:29:00Z"));
    EXPECT_TRUE(of.warnings().empty());
}

TEST(zones, a_country_too_wide_for_the_rule_is_warned_about) {
    zones of(quiet("17:00-09:00"), utc("2026-11-23T00:00:00Z"));
    core::calendar into;
    ASSERT_TRUE(of.fill(into));
    ASSERT_FALSE(of.warnings().empty());
    bool russia = false;
    for (const auto& text : of.warnings())
        russia = russia || text.starts_with("numbers of +79 are never");
    EXPECT_TRUE(russia);
}

TEST(zones, a_column_or_the_setting_overrules_the_number) {
    zones of(quiet("21:00-08:00"), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    ASSERT_TRUE(of.add_row_zone(into, 1, "Asia/Tokyo"));
    const auto new_yorker = phone_number::from_digits(12'125'550'100);
    EXPECT_EQ(into.next_open(1, new_yorker, utc("2026-11-24T03:00:00Z")),
              utc("2026-11-24T03:00:00Z"));
    EXPECT_EQ(into.next_open(0, new_yorker, utc("2026-11-24T03:00:00Z")),
              utc("2026-11-24T13:00:00Z"));

    const auto unknown = of.add_row_zone(into, 2, "Europe/Pariss");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().text,
              "no time zone is called \"Europe/Pariss\": use a name like Europe/Paris");
    EXPECT_EQ(into.next_open(2, new_yorker, utc("2026-11-24T03:00:00Z")),
              utc("2026-11-24T13:00:00Z"));

    hours_options one_zone = quiet("21:00-08:00");
    one_zone.time_zone = "Asia/Tokyo";
    zones all_tokyo(one_zone, utc("2026-11-23T00:00:00Z"));
    core::calendar tokyo;
    ASSERT_TRUE(all_tokyo.fill(tokyo));
    EXPECT_EQ(tokyo.zone_count(), 1U);
    EXPECT_EQ(tokyo.next_open(0, new_yorker, utc("2026-11-24T03:00:00Z")),
              utc("2026-11-24T03:00:00Z"));
}

// A row near the end of its hours is postponed to the next permitted day.
TEST(zones, close_to_the_end_the_row_waits_for_the_next_day) {
    zones of(quiet("21:00-08:00"), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = minutes(10)});
    ASSERT_TRUE(of.fill(into));
    const auto parisian = phone_number::from_digits(33'612'345'678);
    EXPECT_EQ(into.next_open(0, parisian, utc("2026-11-24T19:49:00Z")),
              utc("2026-11-24T19:49:00Z"));
    EXPECT_EQ(into.next_open(0, parisian, utc("2026-11-24T19:50:00Z")),
              utc("2026-11-25T07:00:00Z"));
}

TEST(zones, holidays_are_read_by_line) {
    const auto days = holidays_from("# closed\n2026-12-25\r\n\n  2027-01-01 # new year\n", "h.txt");
    ASSERT_TRUE(days);
    ASSERT_EQ(days->size(), 2U);
    EXPECT_EQ((*days)[1], std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));
    for (const char* bad : {"2026-13-01", "2026-02-30", "25.12.2026", "2026-1-01x", "2026-+1-01"}) {
        const auto read = holidays_from(std::string("2026-12-25\n") + bad, "h.txt");
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().text, "h.txt:2: not a date: write one a line, as 2026-12-25");
    }
}

}  // namespace
}  // namespace tidings::runner
