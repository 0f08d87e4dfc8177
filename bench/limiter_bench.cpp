// What the limits cost a message: asking, taking and giving back, with the two windows of the
// `runtime` profile. Every case checks that it was never refused or never over.
#include "tidings/core/limiter.hpp"

#include <benchmark/benchmark.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

limiter one_bot(std::vector<rate_limit> limits, pace how) {
    limiter made;
    const scope_id bot[] = {made.add_scope(scope_kind::bot, "st-1", limits, how)};
    made.add_lane(bot);
    return made;
}

// Limits without effect: what every message pays at full speed.
void take_and_answer(benchmark::State& state) {
    limiter limits =
        one_bot({{1'000'000'000, seconds(60)}, {1'000'000'000, hours(1)}}, pace::burst);
    instant now{seconds(1)};
    for (auto _ : state) {
        now += nanoseconds(16'000);
        limits.take(0, now);
        limits.answered(0, now);
    }
    if (limits.earliest(0, now) > now) state.SkipWithError("a limit without effect had one");
}
BENCHMARK(take_and_answer);

// As the dispatcher does it: how many, then one by one, answers 64 behind.
void a_batch_of_sixteen(benchmark::State& state) {
    limiter limits = one_bot({{1'000'000, seconds(60)}, {60'000'000, hours(1)}}, pace::earliest);
    instant now{seconds(1)};
    std::uint64_t left = 0;
    std::uint64_t answered = 0;
    for (auto _ : state) {
        now += milliseconds(1);
        const auto n = limits.available(0, now, 16);
        for (std::uint32_t i = 0; i < n; ++i)
            limits.take(0, now);
        left += n;
        for (; answered + 64 < left; ++answered)
            limits.answered(0, now);
        benchmark::DoNotOptimize(limits.earliest(0, now));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(left));
    for (const auto& one : limits.reports())
        if (one.worst_used > one.asked.count) state.SkipWithError("over a limit");
}
BENCHMARK(a_batch_of_sixteen);

// A limit that decides: every slot waits for its window, every ring is full of returns.
void at_the_limit(benchmark::State& state) {
    limiter limits = one_bot({{600, seconds(60)}, {18'000, hours(1)}}, pace::earliest);
    instant now{seconds(1)};
    for (auto _ : state) {
        now = std::max(now, limits.earliest(0, now));
        limits.take(0, now);
        limits.answered(0, now + milliseconds(50));
    }
    for (const auto& one : limits.reports())
        if (one.worst_used > one.asked.count) state.SkipWithError("over a limit");
}
BENCHMARK(at_the_limit);

}  // namespace
}  // namespace tidings::core
