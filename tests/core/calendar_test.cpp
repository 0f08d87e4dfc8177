#include "core/calendar.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr wall_time day0{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
constexpr phone_number nobody{};

// Eight to twenty on each of `days` days.
std::vector<open_span> eight_to_twenty(int days) {
    std::vector<open_span> spans;
    for (int d = 0; d < days; ++d)
        spans.push_back({day0 + hours(24 * d + 8), day0 + hours(24 * d + 20)});
    return spans;
}

TEST(calendar, without_zones_it_is_always_open) {
    calendar hours_of;
    EXPECT_EQ(hours_of.next_open(0, nobody, day0), day0);
    EXPECT_EQ(hours_of.next_open(7, nobody, day0), day0);
    EXPECT_TRUE(hours_of.started(day0));
    EXPECT_FALSE(hours_of.expired(day0));
}

TEST(calendar, postpones_to_the_next_span) {
    calendar its({.margin = minutes(2)});
    const auto zone = its.add_zone("x", eight_to_twenty(3));
    EXPECT_EQ(zone, 1);
    const auto next = [&](duration since) {
        return its.opens_in(zone, day0 + std::chrono::floor<std::chrono::microseconds>(since)) -
               day0;
    };
    EXPECT_EQ(next(hours(0)), hours(8));
    EXPECT_EQ(next(hours(8) - seconds(1)), hours(8));
    EXPECT_EQ(next(hours(8)), hours(8));
    EXPECT_EQ(next(hours(15)), hours(15));
    // Close to the end it is postponed rather than sent late.
    EXPECT_EQ(next(hours(20) - minutes(2) - seconds(1)), hours(20) - minutes(2) - seconds(1));
    EXPECT_EQ(next(hours(20) - minutes(2)), hours(32));
    EXPECT_EQ(next(hours(20)), hours(32));
    EXPECT_EQ(next(hours(67)), hours(67));
    EXPECT_EQ(next(hours(68)), hours(68) + calendar::far_ahead);  // beyond what is known
    EXPECT_EQ(next(hours(1)), hours(8));                          // the clock went back
}

TEST(calendar, agrees_with_a_plain_search_for_any_order_of_questions) {
    std::mt19937_64 random(4);
    for (int round = 0; round < 50; ++round) {
        std::vector<open_span> spans;
        wall_time at = day0;
        for (int i = 0; i < 30; ++i) {
            at += minutes(1 + random() % 600);
            const wall_time opens = at;
            at += minutes(1 + random() % 60);
            spans.push_back({opens, at});
        }
        const minutes margin(random() % 10);
        calendar its({.margin = margin});
        const auto zone = its.add_zone("x", spans);
        for (int i = 0; i < 200; ++i) {
            const wall_time now = day0 + minutes(random() % 12'000);
            wall_time expected = now + calendar::far_ahead;
            for (const auto& one : spans) {
                const wall_time first = std::max(one.opens, now);
                if (first + margin >= one.closes) continue;
                expected = first;
                break;
            }
            ASSERT_EQ(its.opens_in(zone, now), expected);
        }
    }
}

TEST(calendar, its_spans_can_go_on) {
    calendar its({.margin = minutes(2)});
    const auto zone = its.add_zone("x", eight_to_twenty(3));
    const wall_time later = day0 + hours(24 * 3 + 12);
    EXPECT_EQ(its.opens_in(zone, later), later + calendar::far_ahead);
    its.set_spans(zone, eight_to_twenty(5));
    EXPECT_EQ(its.opens_in(zone, later), later);
    EXPECT_EQ(its.opens_in(zone, day0), day0 + hours(8));
}

TEST(calendar, a_number_is_judged_by_its_longest_prefix) {
    calendar its;
    const auto us = its.add_zone("US", eight_to_twenty(1));
    const auto new_york = its.add_zone("America/New_York", eight_to_twenty(1));
    const auto india = its.add_zone("Asia/Kolkata", eight_to_twenty(1));
    its.add_prefix("1212", new_york);
    its.add_prefix("1", us);
    its.add_prefix("91", india);
    const auto zone = [&](std::uint64_t digits) {
        return its.zone_for(0, phone_number::from_digits(digits));
    };
    EXPECT_EQ(zone(12'125'550'100), new_york);
    EXPECT_EQ(zone(16'693'422'058), us);
    EXPECT_EQ(zone(917'760'336'484), india);
    EXPECT_EQ(zone(4'930'123'456), 0);
    EXPECT_EQ(zone(91), india);  // however short
    its.set_default_zone(us);
    EXPECT_EQ(zone(4'930'123'456), us);
    // A zone of the list's own column wins, once it is known what it stands for.
    EXPECT_EQ(its.zone_for(9, phone_number::from_digits(12'125'550'100)), new_york);
    its.set_row_zone(9, india);
    EXPECT_TRUE(its.knows_row_zone(9));
    EXPECT_EQ(its.zone_for(9, phone_number::from_digits(12'125'550'100)), india);
    EXPECT_EQ(its.zone_for(10, phone_number::from_digits(12'125'550'100)), new_york);
    EXPECT_EQ(its.zone_name(new_york), "America/New_York");
}

TEST(calendar, starts_and_expires) {
    calendar its({.starts_at = day0, .expires_at = day0 + hours(5)});
    EXPECT_FALSE(its.started(day0 - seconds(1)));
    EXPECT_TRUE(its.started(day0));
    EXPECT_FALSE(its.expired(day0 + hours(5) - seconds(1)));
    EXPECT_TRUE(its.expired(day0 + hours(5)));
}

}  // namespace
}  // namespace tidings::core
