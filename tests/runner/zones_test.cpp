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

core::hours_rule rule(std::string where, core::weekday_set days, std::string_view open) {
    const auto span = codec::day_span_from(open).value();
    return {.where = std::move(where),
            .days = days,
            .open = core::hours_between(span.from_minute, span.until_minute)};
}

constexpr core::weekday_set sunday = 0x40;

hours_options of_states() {
    hours_options options;
    options.rules = {rule("US", core::every_day, "08:00-21:00"),
                     rule("US-TX", sunday, "12:00-21:00"),
                     rule("US-FL", core::every_day, "08:00-20:00")};
    return options;
}

TEST(zones, rules_hold_where_they_are_for) {
    zones of(of_states(), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    const auto opens = [&](std::uint64_t digits, std::string_view when) {
        return into.next_open(0, phone_number::from_digits(digits), utc(when));
    };
    // Sunday the 29th, Chicago's clock: Dallas waits until noon, New Orleans has begun at eight.
    EXPECT_EQ(opens(12'145'550'100, "2026-11-29T15:00:00Z"), utc("2026-11-29T18:00:00Z"));
    EXPECT_EQ(opens(15'045'550'100, "2026-11-29T15:00:00Z"), utc("2026-11-29T15:00:00Z"));
    // El Paso's clock is Denver's.
    EXPECT_EQ(opens(19'155'550'100, "2026-11-29T15:00:00Z"), utc("2026-11-29T19:00:00Z"));
    // Miami ends at eight; Pensacola's clocks are two, of which the stricter counts.
    EXPECT_EQ(opens(13'055'550'100, "2026-11-25T01:00:00Z"), utc("2026-11-25T13:00:00Z"));
    EXPECT_EQ(opens(18'505'550'100, "2026-11-25T01:00:00Z"), utc("2026-11-25T14:00:00Z"));
    EXPECT_EQ(opens(18'505'550'100, "2026-11-25T00:59:00Z"), utc("2026-11-25T00:59:00Z"));
    // Nobody rules over Paris and Toronto.
    EXPECT_EQ(opens(33'612'345'678, "2026-11-25T02:00:00Z"), utc("2026-11-25T02:00:00Z"));
    EXPECT_EQ(opens(14'165'550'100, "2026-11-25T07:00:00Z"), utc("2026-11-25T07:00:00Z"));
    // A number of no state may be in any: noon on Texas's later clock, eight in Miami.
    EXPECT_EQ(opens(18'005'550'100, "2026-11-29T12:00:00Z"), utc("2026-11-29T19:00:00Z"));
    EXPECT_EQ(opens(18'005'550'100, "2026-11-30T01:00:00Z"), utc("2026-11-30T18:00:00Z"));
    EXPECT_TRUE(of.warnings().empty());
}

TEST(zones, a_rows_own_place_goes_before_its_number) {
    zones of(of_states(), utc("2026-11-23T00:00:00Z"));
    core::calendar into({.margin = core::duration{}});
    ASSERT_TRUE(of.fill(into));
    const auto dallas = phone_number::from_digits(12'145'550'100);
    ASSERT_TRUE(of.add_row_zone(into, 1, "@US-NY"));
    ASSERT_TRUE(of.add_row_zone(into, 2, "America/Chicago @US-TX"));
    ASSERT_TRUE(of.add_row_zone(into, 3, "Europe/Paris @FR"));
    ASSERT_TRUE(of.add_row_zone(into, 4, "America/Chicago @US CA"));
    const auto eight = utc("2026-11-29T13:00:00Z");  // in New York, on a Sunday
    EXPECT_EQ(into.next_open(1, dallas, eight), eight);
    EXPECT_EQ(into.next_open(2, dallas, eight), utc("2026-11-29T18:00:00Z"));
    EXPECT_EQ(into.next_open(3, dallas, eight), eight);
    EXPECT_EQ(into.next_open(4, dallas, eight), utc("2026-11-29T18:00:00Z"));
    // A zone that is none: by its region, and told.
    EXPECT_FALSE(of.add_row_zone(into, 5, "America/Dallas @US-NY"));
    EXPECT_EQ(into.next_open(5, dallas, eight), eight);
}

// Both changes of the clock over years, every quarter of an hour, against date/tz: what is open
// must be permitted by every rule; away from the changes, what is permitted is open.
TEST(zones, rules_over_both_changes_of_the_clock) {
    auto options = of_states();
    options.days_ahead = 4 * 365;
    options.rules.push_back(rule("US", sunday, "01:30-17:45"));
    const std::chrono::sys_days first(std::chrono::year(2026) / 1 / 1);
    zones of(options, first);
    const auto minute_of = [](auto local) {
        return date::floor<minutes>(local - date::floor<date::days>(local)).count();
    };
    for (const auto& [name, region] :
         {std::pair{"America/Chicago", "US-TX"}, std::pair{"America/New_York", "US-FL"},
          std::pair{"America/Adak", "US-AK"}, std::pair{"America/Los_Angeles", "US"}}) {
        const auto spans = of.spans_of(zones::whereabouts{{name}, {region}}).value();
        const core::lawful_hours rules = lawful_hours_of(options);
        const auto which = rules.rules_for(std::vector<std::string>{region});
        const auto* zone = date::locate_zone(name);
        wall_time at = first + hours(24);
        for (int changes = 0; changes < 7; ++changes) {
            const wall_time change = zone->get_info(date::floor<std::chrono::seconds>(at)).end;
            for (auto when = change - hours(60); when < change + hours(60); when += minutes(15)) {
                const auto local = zone->to_local(when);
                const std::chrono::sys_days day(date::floor<date::days>(local).time_since_epoch());
                bool permitted = false;
                for (const auto& part : rules.open_on(day, which))
                    permitted = permitted ||
                                (part.from <= minute_of(local) && minute_of(local) < part.until);
                const bool open = open_at(spans, when);
                const bool near = when > change - hours(2) && when < change + hours(2);
                ASSERT_TRUE(!open || permitted) << name << " " << changes;
                if (!near) {
                    ASSERT_EQ(open, permitted) << name << " " << changes;
                }
            }
            at = change + hours(1);
        }
    }
}

TEST(zones, rules_that_leave_no_hour_are_told_of_rows_that_they_are_for) {
    hours_options options;
    options.rules = {rule("US", core::every_day, "08:00-12:00"),
                     rule("US-NY", core::every_day, "13:00-21:00")};
    zones of(options, utc("2026-11-23T00:00:00Z"));
    core::calendar into;
    ASSERT_TRUE(of.fill(into));
    const auto new_york = into.zone_for(0, phone_number::from_digits(12'125'550'100));
    const auto dallas = into.zone_for(0, phone_number::from_digits(12'145'550'100));
    EXPECT_EQ(
        of.warnings_for(std::vector{core::forecast_load{.lane = 0, .zone = dallas, .rows = 1}}),
        std::vector<std::string>{});
    const auto told =
        of.warnings_for(std::vector{core::forecast_load{.lane = 0, .zone = new_york, .rows = 1}});
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front(),
              "numbers of +1212 are never permitted: no hour is open in all of America/New_York "
              "under the rules of US-NY; give their zone in a column (recipients.time_zone), or "
              "set schedule.time_zone");
}

TEST(zones, tell_how_many_rows_wait_for_which_rule) {
    zones of(of_states(), utc("2026-11-23T00:00:00Z"));
    core::calendar into;
    ASSERT_TRUE(of.fill(into));
    const auto load = [&](std::uint64_t digits, std::uint64_t rows) {
        return core::forecast_load{
            .lane = 0, .zone = into.zone_for(0, phone_number::from_digits(digits)), .rows = rows};
    };
    const std::vector loads = {load(12'145'550'100, 5), load(13'055'550'100, 7),
                               load(33'612'345'678, 9)};
    // A Sunday at 15:00Z: nine in Dallas, ten in Miami.
    const auto morning = of.standings(loads, utc("2026-11-29T15:00:00Z"));
    ASSERT_EQ(morning.size(), 3U);
    EXPECT_EQ(morning[0].rows, 12U);
    EXPECT_EQ(morning[0].waiting, 0U);
    EXPECT_EQ(morning[1].rows, 5U);
    EXPECT_EQ(morning[1].waiting, 5U);
    EXPECT_EQ(morning[2].rows, 7U);
    EXPECT_EQ(morning[2].waiting, 0U);
    // And at 01:30Z: 19:30 there, 20:30 here.
    const auto evening = of.standings(loads, utc("2026-11-24T01:30:00Z"));
    EXPECT_EQ(evening[0].waiting, 0U);
    EXPECT_EQ(evening[1].waiting, 0U);
    EXPECT_EQ(evening[2].waiting, 7U);
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

}  // namespace
}  // namespace tidings::runner
