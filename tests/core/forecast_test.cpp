#include "core/forecast.hpp"

#include "support/scripted_sender.hpp"

#include <cmath>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr wall_time monday{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

limit_plan bots(std::size_t count, std::vector<rate_limit> limits, pace how = pace::earliest,
                std::vector<rate_limit> sender = {}, std::size_t senders = 1) {
    limit_plan plan;
    for (std::size_t b = 0; b < count; ++b) {
        bot_plan bot{"st-" + std::to_string(b), "", limits, how, {}};
        for (std::size_t s = 0; s < senders; ++s)
            bot.senders.push_back({std::to_string(b) + "/" + std::to_string(s), sender});
        plan.bots.push_back(bot);
    }
    return plan;
}

std::vector<forecast_load> evenly(std::uint64_t rows, std::size_t lanes, zone_id zone = 0) {
    std::vector<forecast_load> loads;
    for (std::size_t l = 0; l < lanes; ++l)
        loads.push_back({static_cast<lane_id>(l), zone, rows / lanes + (l < rows % lanes ? 1 : 0)});
    return loads;
}

time_stamp at(duration since_monday, duration steady = seconds(1'000)) {
    return {instant(steady), monday + std::chrono::floor<std::chrono::microseconds>(since_monday)};
}

// Open from eight to twenty, `days` days long, `shift` later.
std::vector<open_span> days_of(int days, minutes shift = {}) {
    std::vector<open_span> spans;
    for (int d = 0; d < days; ++d)
        spans.push_back({monday + hours(24 * d + 8) + shift, monday + hours(24 * d + 20) + shift});
    return spans;
}

double took(const forecast_answer& answer, time_stamp now) {
    return std::chrono::duration<double>(answer.finish.value() - now.wall).count();
}

TEST(forecast, nothing_to_send_takes_no_time) {
    const auto answer =
        forecast(make_limiter(bots(1, {{600, seconds(60)}})), calendar(), {}, at({}));
    EXPECT_FALSE(answer.first_departure);
    EXPECT_FALSE(answer.finish);
    EXPECT_EQ(answer.departed, 0U);
    EXPECT_EQ(answer.left_over, 0U);
}

TEST(forecast, without_limits_the_network_decides) {
    const auto answer =
        forecast(make_limiter(bots(2, {})), calendar(), evenly(1'000'000, 2), at({}));
    EXPECT_EQ(answer.departed, 1'000'000U);
    EXPECT_EQ(answer.decider, forecast_decider::nothing);
    EXPECT_EQ(answer.finish, monday + milliseconds(50));
}

// It is the run itself that is foretold: another driver of the same limits finishes when it says.
TEST(forecast, agrees_with_a_run) {
    for (const pace how : {pace::earliest, pace::even, pace::burst}) {
        limiter limits = make_limiter(bots(1, {{600, seconds(60)}, {1'800, hours(1)}}, how));
        limiter same = limits;
        tests::scripted_sender sender(same);
        sender.now = instant(seconds(1'000));
        sender.run_until(instant(hours(100)), 10'000);
        const auto answer = forecast(limits, calendar(), evenly(10'000, 1), at({}));
        const double truth = std::chrono::duration<double>(sender.left.back() + milliseconds(50) -
                                                           instant(seconds(1'000)))
                                 .count();
        EXPECT_NEAR(took(answer, at({})), truth, truth * 0.001);
        EXPECT_EQ(answer.departed, 10'000U);
    }
}

// 10 to 200 ms, every one as likely as the others.
std::vector<duration> varied() {
    std::vector<duration> made;
    for (int i = 0; i < 32; ++i)
        made.push_back(milliseconds(10) + milliseconds(190) * (2 * i + 1) / 64);
    return made;
}

// With windows of seconds late answers cost more than their mean: 1 to 4 % here, which the spread
// of the answers foretells.
TEST(forecast, of_random_answers_agrees_with_a_run) {
    const std::vector<std::vector<rate_limit>> all = {
        {{40, seconds(4)}}, {{12, seconds(1)}}, {{10, seconds(1)}, {60, seconds(10)}}};
    for (const auto& asked : all) {
        limiter limits = make_limiter(bots(1, asked));
        limiter same = limits;
        tests::scripted_sender sender(same);
        std::mt19937_64 dice(1);
        sender.latency = [&] { return milliseconds(10 + dice() % 190); };
        sender.now = instant(seconds(1'000));
        sender.run_until(instant(hours(100)), 2'000);
        const double truth =
            std::chrono::duration<double>(sender.left.back() - instant(seconds(1'000))).count();
        forecast_options options;
        options.latencies = varied();
        const auto answer = forecast(limits, calendar(), evenly(2'000, 1), at({}), options);
        EXPECT_NEAR(took(answer, at({})), truth, truth * 0.005) << asked[0].count;
        options.latencies.clear();
        options.latency = milliseconds(105);
        const auto mean = forecast(limits, calendar(), evenly(2'000, 1), at({}), options);
        EXPECT_LT(took(mean, at({})), took(answer, at({}))) << "the mean promises too much";
    }
}

struct shape {
    const char* what;
    limit_plan plan;
    std::uint64_t rows;
    int open_days;  // 0: always open
};

void PrintTo(const shape& one, std::ostream* out) {
    *out << one.what;
}

class forecast_skips : public ::testing::TestWithParam<shape> {};

TEST_P(forecast_skips, and_agrees_with_the_run_message_by_message) {
    const auto& one = GetParam();
    std::size_t lanes = 0;
    for (const auto& bot : one.plan.bots)
        lanes += bot.senders.size();
    calendar days;
    auto loads = evenly(one.rows, lanes);
    if (one.open_days > 0) {
        const auto here = days.add_zone("here", days_of(one.open_days));
        const auto west = days.add_zone("west", days_of(one.open_days, minutes(330)));
        loads = evenly(one.rows * 2 / 3, lanes, here);
        for (const auto& load : evenly(one.rows / 3, lanes, west))
            loads.push_back(load);
    }
    const time_stamp now = at(hours(7));
    for (const auto& latencies : {std::vector<duration>{}, varied()}) {
        const auto quick =
            forecast(make_limiter(one.plan), days, loads, now, {.latencies = latencies});
        const auto exact = forecast(make_limiter(one.plan), days, loads, now,
                                    {.latencies = latencies, .skip = false});
        EXPECT_EQ(quick.departed, exact.departed);
        EXPECT_EQ(quick.left_over, 0U);
        // Lanes that are run apart each meet the answers in their own order.
        EXPECT_NEAR(took(quick, now), took(exact, now), took(exact, now) * 0.002);
        EXPECT_EQ(quick.stretches.size(), exact.stretches.size());
        EXPECT_EQ(quick.decider, exact.decider);
        EXPECT_EQ(quick.limit.asked, exact.limit.asked);
    }
}

INSTANTIATE_TEST_SUITE_P(
    shapes, forecast_skips,
    ::testing::Values(
        shape{"runtime", bots(1, {{600, seconds(60)}, {18'000, hours(1)}}), 200'000, 0},
        shape{"runtime, even", bots(1, {{600, seconds(60)}, {18'000, hours(1)}}, pace::even),
              150'000, 0},
        shape{"runtime, burst", bots(1, {{600, seconds(60)}, {18'000, hours(1)}}, pace::burst),
              200'000, 0},
        shape{"600/60s", bots(1, {{600, seconds(60)}}), 100'000, 0},
        shape{"50000/1s", bots(1, {{50'000, seconds(1)}}), 400'000, 0},
        shape{"three bots", bots(3, {{600, seconds(60)}, {18'000, hours(1)}}), 300'000, 0},
        shape{"senders of a message a second",
              bots(2, {{600, seconds(60)}}, pace::earliest, {{1, seconds(1)}}, 4), 100'000, 0},
        shape{"runtime by day, two zones", bots(1, {{600, seconds(60)}, {18'000, hours(1)}}),
              250'000, 90},
        shape{"600/60s by day, two zones", bots(2, {{600, seconds(60)}}), 250'000, 90}));

TEST(forecast, of_ten_million_rows_takes_few_steps) {
    const limiter limits = make_limiter(bots(1, {{600, seconds(60)}, {18'000, hours(1)}}));
    const auto answer = forecast(limits, calendar(), evenly(10'000'000, 1), at({}));
    EXPECT_EQ(answer.departed, 10'000'000U);
    // 555.5 hours, and a round trip, guard and rounding an hour.
    EXPECT_NEAR(took(answer, at({})) / 3'600, 555.3, 1.0);
    EXPECT_EQ(answer.limit.asked, (rate_limit{18'000, hours(1)}));
    EXPECT_EQ(answer.decider, forecast_decider::limit);
}

TEST(forecast, tells_the_stretches_of_a_calendar) {
    calendar days({.starts_at = monday + hours(9)});
    const auto zone = days.add_zone("x", days_of(10));
    const auto answer = forecast(make_limiter(bots(1, {{600, seconds(60)}})), days,
                                 evenly(600 * 60 * 30, 1, zone), at(hours(1)));
    // 11 h less the margin, 12 h less the margin, and the rest: 30 h of work.
    ASSERT_EQ(answer.stretches.size(), 3U);
    EXPECT_EQ(answer.first_departure, monday + hours(9));
    EXPECT_EQ(answer.stretches[0].opens, monday + hours(9));
    EXPECT_NEAR(static_cast<double>((answer.stretches[0].closes - monday).count()) / 60e6,
                20 * 60 - 2, 1);
    EXPECT_EQ(answer.stretches[1].opens, monday + hours(32));
    EXPECT_EQ(answer.stretches[2].opens, monday + hours(56));
    EXPECT_NEAR(took(answer, at(hours(0))) / 3'600, 56 + 7.1, 0.1);
    EXPECT_EQ(answer.limit.asked, (rate_limit{600, seconds(60)}));
}

TEST(forecast, rows_that_the_deadline_or_the_calendar_leaves_are_told) {
    calendar ends({.expires_at = monday + hours(1)});
    const auto cut =
        forecast(make_limiter(bots(1, {{600, seconds(60)}})), ends, evenly(50'000, 1), at({}));
    EXPECT_FALSE(cut.finish);
    EXPECT_EQ(cut.departed + cut.left_over, 50'000U);
    EXPECT_NEAR(static_cast<double>(cut.departed), 36'000, 100);

    calendar short_days;
    const auto zone = short_days.add_zone("x", days_of(1));
    const auto out = forecast(make_limiter(bots(1, {{60, seconds(60)}})), short_days,
                              evenly(50'000, 1, zone), at({}));
    EXPECT_FALSE(out.finish);
    EXPECT_NEAR(static_cast<double>(out.departed), 718 * 60, 100);
    EXPECT_EQ(out.departed + out.left_over, 50'000U);
}

TEST(forecast, when_it_mostly_waits_for_hours_the_calendar_decides) {
    calendar days;
    const auto zone = days.add_zone("x", days_of(10));
    const auto answer = forecast(make_limiter(bots(1, {{600, seconds(60)}})), days,
                                 evenly(1'000, 1, zone), at(hours(21)));
    EXPECT_EQ(answer.decider, forecast_decider::calendar);
    EXPECT_EQ(answer.first_departure, monday + hours(32));
}

TEST(forecast, the_window_as_it_is_now_counts) {
    limiter limits = make_limiter(bots(1, {{600, hours(1)}}, pace::burst));
    const time_stamp now = at({});
    for (int i = 0; i < 300; ++i)
        limits.take(0, now.steady);  // in flight: answered soon
    const auto answer = forecast(limits, calendar(), evenly(600, 1), now);
    EXPECT_GT(took(answer, now), 3'600);
    const auto fresh = forecast(make_limiter(bots(1, {{600, hours(1)}}, pace::burst)), calendar(),
                                evenly(600, 1), now);
    EXPECT_LT(took(fresh, now), 1);
}

// Nobody knows whether the server will give more again: the forecast keeps to what it gave.
TEST(forecast, a_lowered_limit_is_taken_for_what_it_is) {
    limiter limits = make_limiter(bots(1, {{600, seconds(60)}}));
    limits.restore({{.scope = scope_kind::bot,
                     .name = "st-0",
                     .limit = {600, seconds(60)},
                     .believed = 60,
                     .spent = {}}},
                   instant(seconds(1'000)));
    const auto answer = forecast(limits, calendar(), evenly(600, 1), at({}));
    EXPECT_NEAR(took(answer, at({})), 600, 10);
    EXPECT_EQ(answer.limit.believed, 60U);
}

TEST(forecast, caps_leave_the_rest_over) {
    const limiter limits = make_limiter(bots(2, {{10, seconds(1)}}));
    forecast_options options;
    options.messages_max = 100;
    const auto capped = forecast(limits, calendar(), evenly(1'000, 2), at({}), options);
    EXPECT_EQ(capped.departed, 100U);
    EXPECT_EQ(capped.left_over, 900U);
    EXPECT_LT(capped.stretches.back().closes - monday, seconds(6));
    options.messages_max = 0;
    options.duration_max = seconds(20);
    const auto ended = forecast(limits, calendar(), evenly(1'000, 2), at({}), options);
    EXPECT_NEAR(static_cast<double>(ended.departed), 2 * 20 * 10 / 1.05, 10);
    EXPECT_EQ(ended.departed + ended.left_over, 1'000U);
    EXPECT_FALSE(ended.finish);
}

TEST(forecast, a_canary_waits_for_its_answers) {
    const limiter limits = make_limiter(bots(1, {{100, seconds(1)}}));
    forecast_options options;
    options.latency = seconds(3);
    const auto plain = forecast(limits, calendar(), evenly(50, 1), at({}), options);
    options.canary = 10;
    const auto careful = forecast(limits, calendar(), evenly(50, 1), at({}), options);
    EXPECT_NEAR(took(careful, at({})) - took(plain, at({})), 3, 0.1);
    options.canary = 100;  // the whole list
    EXPECT_EQ(took(forecast(limits, calendar(), evenly(50, 1), at({}), options), at({})),
              took(plain, at({})));
}

TEST(forecast, one_more_saves_its_share_unless_the_account_decides) {
    auto plan = bots(2, {{600, seconds(60)}, {18'000, hours(1)}});
    const auto loads = evenly(300'000, 2);
    limit_report decides{.scope = scope_kind::bot, .name = "st-1", .asked = {}};
    const auto two = took(forecast(make_limiter(plan), calendar(), loads, at({})), at({}));
    const auto three =
        took(forecast_with_one_more(plan, decides, {}, calendar(), loads, at({})), at({}));
    EXPECT_NEAR(three / two, 2.0 / 3, 0.05);

    plan.accounts.push_back({"main", {{1'200, seconds(60)}}});
    for (auto& bot : plan.bots) {
        bot.account = "main";
        bot.limits = {{1'200, seconds(60)}};
    }
    const auto tied = forecast(make_limiter(plan), calendar(), loads, at({}));
    decides = tied.limit;
    const auto more = forecast_with_one_more(plan, decides, {}, calendar(), loads, at({}));
    EXPECT_NEAR(took(more, at({})) / took(tied, at({})), 1.0, 0.001);
    EXPECT_EQ(tied.limit.scope, scope_kind::account);
}

}  // namespace
}  // namespace tidings::core
