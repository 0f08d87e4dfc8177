// What a look ahead costs: the shapes that `plan` and the progress block ask for. Each checks that
// every row was foretold.
#include "core/forecast.hpp"

#include <algorithm>
#include <utility>

#include <benchmark/benchmark.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr wall_time monday{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

void foretell(benchmark::State& state, const limit_plan& plan, const calendar& hours_of,
              const std::vector<forecast_load>& loads, forecast_options options = {}) {
    std::uint64_t rows = 0;
    for (const auto& load : loads)
        rows += load.rows;
    const limiter limits = make_limiter(plan);
    for (auto _ : state) {
        const auto answer =
            forecast(limits, hours_of, loads, {instant(seconds(9)), monday}, options);
        if (answer.departed != rows || !answer.finish) state.SkipWithError("rows are missing");
    }
}

limit_plan runtime_bots(std::size_t bots, std::size_t senders) {
    limit_plan plan;
    for (std::size_t b = 0; b < bots; ++b) {
        bot_plan bot{"st", "", {{600, seconds(60)}, {18'000, hours(1)}}, pace::earliest, {}};
        bot.senders.assign(senders, {"+1", {}});
        plan.bots.push_back(bot);
    }
    return plan;
}

void ten_million_rows(benchmark::State& state) {
    foretell(state, runtime_bots(1, 1), calendar(), {{0, 0, 10'000'000}});
}
BENCHMARK(ten_million_rows)->Unit(benchmark::kMillisecond);

void a_million_rows_message_by_message(benchmark::State& state) {
    foretell(state, runtime_bots(1, 1), calendar(), {{0, 0, 1'000'000}}, {.skip = false});
}
BENCHMARK(a_million_rows_message_by_message)->Unit(benchmark::kMillisecond);

void a_million_rows_by_day_over_sixteen_lanes(benchmark::State& state) {
    calendar hours_of;
    std::vector<forecast_load> loads;
    for (int z = 0; z < 8; ++z) {
        std::vector<open_span> days;
        for (int d = 0; d < 400; ++d)
            days.push_back({monday + hours(24 * d + 8 + z), monday + hours(24 * d + 21 + z)});
        const auto zone = hours_of.add_zone("zone", days);
        for (lane_id lane = 0; lane < 16; ++lane)
            loads.push_back({lane, zone, 1'000'000 / 128});
    }
    foretell(state, runtime_bots(4, 4), hours_of, loads);
}
BENCHMARK(a_million_rows_by_day_over_sixteen_lanes)->Unit(benchmark::kMillisecond);

// Pools of senders of a message a second, a million rows and more; the growth is what matters.
limit_plan pool(std::size_t bots, std::size_t senders, std::vector<rate_limit> account,
                std::vector<rate_limit> bot_limits) {
    limit_plan plan;
    if (!account.empty()) plan.accounts.push_back({"main", std::move(account)});
    for (std::size_t b = 0; b < bots; ++b) {
        bot_plan bot{"st", plan.accounts.empty() ? "" : "main", bot_limits, pace::earliest, {}};
        bot.senders.assign(senders, {"+1", {{1, seconds(1)}}});
        plan.bots.push_back(bot);
    }
    return plan;
}

// As numbers fall to senders: none has quite as many as another.
std::vector<forecast_load> spread(std::uint64_t rows, std::size_t lanes) {
    std::vector<forecast_load> loads;
    for (std::size_t l = 0; l < lanes; ++l) {
        const std::uint64_t mean = rows / lanes;
        loads.push_back({static_cast<lane_id>(l), 0, mean - mean / 10 + l * 7919 % (mean / 5 + 1)});
    }
    return loads;
}

void a_million_rows_over_senders(benchmark::State& state) {
    const auto lanes = static_cast<std::size_t>(state.range(0));
    foretell(state, pool(1, lanes, {}, {}), calendar(), spread(1'000'000, lanes));
}
BENCHMARK(a_million_rows_over_senders)
    ->Unit(benchmark::kMillisecond)
    ->RangeMultiplier(10)
    ->Range(1, 10'000);

void a_million_rows_over_three_scopes(benchmark::State& state) {
    const auto lanes = static_cast<std::size_t>(state.range(0));
    const auto rate = [&](std::size_t of, double share) {
        return std::vector<rate_limit>{
            {static_cast<std::uint32_t>(std::max(1.0, static_cast<double>(of) * share * 60)),
             seconds(60)}};
    };
    foretell(state, pool(10, lanes / 10, rate(lanes, 0.9), rate(lanes / 10, 0.95)), calendar(),
             spread(1'000'000, lanes));
}
BENCHMARK(a_million_rows_over_three_scopes)
    ->Unit(benchmark::kMillisecond)
    ->RangeMultiplier(10)
    ->Range(10, 10'000);

void ten_million_rows_that_any_of_ten_thousand_may_send(benchmark::State& state) {
    foretell(state, pool(10, 1'000, {}, {{54'000, seconds(60)}}), calendar(),
             {{lane_none, 0, 10'000'000}});
}
BENCHMARK(ten_million_rows_that_any_of_ten_thousand_may_send)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tidings::core
