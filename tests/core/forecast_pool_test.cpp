// Pools of senders: many lanes, limits over three scopes, rows that any lane may send.
#include "core/forecast.hpp"

#include <numeric>
#include <queue>
#include <string>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

using limits_of = std::vector<rate_limit>;

constexpr wall_time monday{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
constexpr time_stamp start{instant(seconds(1'000)), monday};

limit_plan pool(std::size_t bots, std::size_t senders, const limits_of& account,
                const limits_of& bot, const limits_of& sender, pace how = pace::earliest) {
    limit_plan plan;
    if (!account.empty()) plan.accounts.push_back({"main", account});
    for (std::size_t b = 0; b < bots; ++b) {
        bot_plan one{"st-" + std::to_string(b), account.empty() ? "" : "main", bot, how, {}};
        for (std::size_t s = 0; s < senders; ++s)
            one.senders.push_back({std::to_string(b) + "/" + std::to_string(s), sender});
        plan.bots.push_back(one);
    }
    return plan;
}

double seconds_of(const forecast_answer& answer) {
    return std::chrono::duration<double>(answer.finish.value() - monday).count();
}

// The rows of a list of which each lane has its own, the later ones more.
std::vector<forecast_load> own_rows(std::uint64_t rows, std::size_t lanes, std::uint64_t more = 0) {
    std::vector<forecast_load> loads;
    for (std::size_t l = 0; l < lanes; ++l)
        loads.push_back({static_cast<lane_id>(l), 0, rows / lanes + l * more});
    return loads;
}

// The same limits with nothing clever around them: everybody is asked at each moment at which
// anything may change, and whoever has sent the least goes first.
double by_hand(limiter limits, const std::vector<forecast_load>& loads, duration latency) {
    std::vector<std::uint64_t> own(limits.lane_count());
    std::vector<std::uint64_t> sent(limits.lane_count());
    std::uint64_t any = 0;
    for (const auto& load : loads)
        (load.lane == lane_none ? any : own[load.lane]) += load.rows;
    std::uint64_t left = std::accumulate(own.begin(), own.end(), any);
    std::queue<std::pair<instant, lane_id>> out;
    instant now = start.steady;
    const auto may_go = [&](lane_id lane) {
        return own[lane] + any > 0 && limits.earliest(lane, now) <= now;
    };
    while (true) {
        for (; !out.empty() && out.front().first <= now; out.pop())
            limits.answered(out.front().second, out.front().first);
        while (true) {
            lane_id first = lane_none;
            for (lane_id lane = 0; lane < own.size(); ++lane)
                if (may_go(lane) && (first == lane_none || sent[lane] < sent[first])) first = lane;
            if (first == lane_none) break;
            limits.take(first, now);
            out.emplace(now + latency, first);
            --(own[first] > 0 ? own[first] : any);
            ++sent[first];
            --left;
        }
        if (left == 0) break;
        instant next = out.empty() ? never : out.front().first;
        for (lane_id lane = 0; lane < own.size(); ++lane)
            if (own[lane] + any > 0) next = std::min(next, limits.earliest(lane, now));
        now = std::max(next, now + duration(1));
    }
    return std::chrono::duration<double>(now + latency - start.steady).count();
}

// Every shape of three scopes, each without, with one and with two limits.
TEST(forecast_pool, of_every_shape_agrees_with_the_limits_by_hand) {
    const std::vector<limits_of> accounts = {
        {}, {{24, seconds(2)}}, {{30, seconds(2)}, {200, seconds(20)}}};
    const std::vector<limits_of> bots = {
        {}, {{15, seconds(3)}}, {{8, seconds(1)}, {80, seconds(15)}}};
    const std::vector<limits_of> senders = {
        {}, {{1, seconds(1)}}, {{5, seconds(2)}, {18, seconds(9)}}};
    for (const auto& account : accounts)
        for (const auto& bot : bots)
            for (const auto& sender : senders)
                for (const pace how : {pace::earliest, pace::even, pace::burst}) {
                    if (account.empty() && bot.empty() && sender.empty()) continue;
                    const auto plan = pool(2, 3, account, bot, sender, how);
                    for (const auto& loads : {std::vector<forecast_load>{{lane_none, 0, 900}},
                                              own_rows(900, 6), own_rows(600, 6, 20)}) {
                        const auto answer = forecast(make_limiter(plan), calendar(), loads, start);
                        const double truth = by_hand(make_limiter(plan), loads, milliseconds(50));
                        // Of so few rows a turn that somebody else had may count for a window.
                        EXPECT_NEAR(seconds_of(answer), truth, 0.2 + truth * 0.01)
                            << account.size() << bot.size() << sender.size() << " pace "
                            << static_cast<int>(how) << " loads " << loads.size() << " of "
                            << loads.back().rows;
                    }
                }
}

// Senders whose windows are all at another point, as in the middle of a run.
TEST(forecast_pool, agrees_with_the_limits_by_hand_where_they_stand) {
    limiter limits = make_limiter(pool(1, 8, {}, {{500, seconds(60)}}, {{4, seconds(4)}}));
    for (lane_id lane = 0; lane < 8; ++lane)
        limits.spent_before(lane, start.steady - milliseconds(300 * lane), start.steady,
                            1 + lane % 4);
    for (const auto& loads :
         {std::vector<forecast_load>{{lane_none, 0, 1'000}}, own_rows(1'000, 8, 5)}) {
        const auto answer = forecast(limits, calendar(), loads, start);
        const double truth = by_hand(limits, loads, milliseconds(50));
        EXPECT_NEAR(seconds_of(answer), truth, truth * 0.01);
    }
}

TEST(forecast_pool, skips_and_agrees_with_itself_message_by_message) {
    std::vector<duration> varied;
    for (int i = 0; i < 32; ++i)
        varied.push_back(milliseconds(10 + 6 * i));
    const std::vector<limit_plan> plans = {
        pool(1, 40, {}, {}, {{1, seconds(1)}}),
        pool(1, 40, {}, {}, {{10, seconds(1)}, {2'000, seconds(600)}}),
        pool(4, 10, {{30, seconds(1)}}, {{9, seconds(1)}, {400, seconds(60)}}, {{1, seconds(1)}}),
        pool(4, 10, {}, {{1'000, seconds(1)}}, {{2, seconds(1)}}),
    };
    for (const auto& plan : plans) {
        for (const auto& loads : {std::vector<forecast_load>{{lane_none, 0, 60'000}},
                                  own_rows(60'000, 40), own_rows(50'000, 40, 10)}) {
            for (const auto& latencies : {std::vector<duration>{}, varied}) {
                const auto quick = forecast(make_limiter(plan), calendar(), loads, start,
                                            {.latencies = latencies});
                const auto exact = forecast(make_limiter(plan), calendar(), loads, start,
                                            {.latencies = latencies, .skip = false});
                EXPECT_EQ(quick.departed, exact.departed);
                EXPECT_NEAR(seconds_of(quick), seconds_of(exact), seconds_of(exact) * 0.01);
            }
        }
    }
}

TEST(forecast_pool, rows_that_any_may_send_go_where_they_are_sent_the_soonest) {
    auto plan = pool(1, 2, {}, {}, {{10, seconds(1)}});
    plan.bots[0].senders[1].limits = {{1, seconds(1)}};
    const auto shared = forecast(make_limiter(plan), calendar(), {{lane_none, 0, 110}}, start);
    EXPECT_LT(seconds_of(shared), 11);
    const auto halves = forecast(make_limiter(plan), calendar(), own_rows(110, 2), start);
    EXPECT_GT(seconds_of(halves), 50);
    EXPECT_EQ(halves.limit.name, "0/1") << "the last one decides";
    // Beside rows of its own the slow one takes none of the others.
    const auto both =
        forecast(make_limiter(plan), calendar(), {{lane_none, 0, 100}, {1, 0, 10}}, start);
    EXPECT_NEAR(seconds_of(both), seconds_of(shared), 1);
}

TEST(forecast_pool, a_lane_that_is_out_takes_none_of_them) {
    forecast_options options;
    options.lanes_out = {false, true};
    const limiter limits = make_limiter(pool(1, 2, {}, {}, {{10, seconds(1)}}));
    const auto answer = forecast(limits, calendar(), {{lane_none, 0, 1'000}}, start, options);
    EXPECT_NEAR(seconds_of(answer), 100, 10);
}

TEST(forecast_pool, zones_caps_and_a_canary_go_for_the_rows_of_any) {
    calendar days;
    const auto zone =
        days.add_zone("x", {{monday + hours(1), monday + hours(2)}, {monday + hours(5), {}}});
    const limiter limits = make_limiter(pool(2, 5, {}, {}, {{1, seconds(1)}}));
    const std::vector<forecast_load> loads{{lane_none, 0, 600}, {lane_none, zone, 400}};
    const auto answer = forecast(limits, days, loads, start);
    EXPECT_EQ(answer.departed, 1'000U);
    EXPECT_EQ(answer.first_departure, monday);
    EXPECT_NEAR(seconds_of(answer), 3'600 + 40, 10);
    EXPECT_EQ(forecast(limits, days, loads, start, {.messages_max = 300}).departed, 300U);
    const auto careful = forecast(limits, days, {{lane_none, 0, 600}}, start, {.canary = 25});
    EXPECT_EQ(careful.departed, 600U);
    EXPECT_NEAR(seconds_of(careful), 63, 3);
    EXPECT_EQ(careful.stretches.size(), 1U);
}

TEST(forecast_pool, one_more_sender_like_the_one_that_decides_saves_its_share) {
    auto plan = pool(2, 2, {}, {}, {{10, seconds(1)}});
    plan.bots[0].senders[1].limits = {{1, seconds(1)}};
    const auto loads = own_rows(4'000, 4);
    const auto now = forecast(make_limiter(plan), calendar(), loads, start);
    ASSERT_EQ(now.limit.name, "0/1");
    const auto more = forecast_with_one_more(plan, now.limit, {}, calendar(), loads, start);
    EXPECT_NEAR(seconds_of(more) / seconds_of(now), 0.8, 0.01) << "a fifth is the new one's";
    EXPECT_EQ(more.departed, 4'000U);
    // Rows that any may send go to it as to the others.
    const std::vector<forecast_load> any{{lane_none, 0, 3'100}};
    const auto before = forecast(make_limiter(plan), calendar(), any, start);
    const auto after =
        forecast_with_one_more(plan, {.scope = scope_kind::sender, .name = "1/0", .asked = {}}, {},
                               calendar(), any, start);
    EXPECT_NEAR(seconds_of(after) / seconds_of(before), 31.0 / 41, 0.01);
}

// Ten thousand senders: one stands for all.
TEST(forecast_pool, of_ten_thousand_senders_takes_few_steps) {
    const limiter limits = make_limiter(pool(10, 1'000, {}, {}, {{1, seconds(1)}}));
    const auto any = forecast(limits, calendar(), {{lane_none, 0, 100'000'000}}, start);
    EXPECT_EQ(any.departed, 100'000'000U);
    EXPECT_NEAR(seconds_of(any), 10'000 * 1.0513, 15);
    const auto own = forecast(limits, calendar(), own_rows(100'000'000, 10'000, 1), start);
    EXPECT_NEAR(seconds_of(own), 20'000 * 1.0513, 30);
}

// And where a limit that they share decides, a steady stretch is as good as the next.
TEST(forecast_pool, of_senders_that_share_a_limit_takes_few_steps) {
    const limiter limits = make_limiter(pool(10, 100, {}, {{600, seconds(60)}}, {{1, seconds(1)}}));
    const auto answer = forecast(limits, calendar(), {{lane_none, 0, 10'000'000}}, start);
    EXPECT_EQ(answer.departed, 10'000'000U);
    EXPECT_NEAR(seconds_of(answer), 100'000, 300);
    EXPECT_EQ(answer.limit.scope, scope_kind::bot);
}

}  // namespace
}  // namespace tidings::core
