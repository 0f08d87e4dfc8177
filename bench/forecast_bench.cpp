// What a look ahead costs: the shapes that `plan` and the progress block ask for. Each checks that
// every row was foretold.
#include "core/forecast.hpp"

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

}  // namespace
}  // namespace tidings::core
