// What the limits cost a message: asking, taking and giving back, with the two windows of the
// `runtime` profile. Every case checks that it was never refused or never over.
#include "core/limiter.hpp"
#include "support/one_bot.hpp"

#include <benchmark/benchmark.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;
using tests::one_bot;

// Limits without effect: what every message pays at full speed.
void take_and_answer(benchmark::State& state) {
    limiter limits = one_bot({{1'000'000'000, 60s}, {1'000'000'000, 1h}}, pace::burst);
    instant now{1s};
    for (auto _ : state) {
        now += 16'000ns;
        limits.take(0, now);
        limits.answered(0, now);
    }
    if (limits.earliest(0, now) > now) state.SkipWithError("a limit without effect had one");
}
BENCHMARK(take_and_answer);

// As the dispatcher does it: how many, then one by one, answers 64 behind.
void a_batch_of_sixteen(benchmark::State& state) {
    limiter limits = one_bot({{1'000'000, 60s}, {60'000'000, 1h}}, pace::earliest);
    instant now{1s};
    std::uint64_t left = 0;
    std::uint64_t answered = 0;
    for (auto _ : state) {
        now += 1ms;
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
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}}, pace::earliest);
    instant now{1s};
    for (auto _ : state) {
        now = std::max(now, limits.earliest(0, now));
        limits.take(0, now);
        limits.answered(0, now + 50ms);
    }
    for (const auto& one : limits.reports())
        if (one.worst_used > one.asked.count) state.SkipWithError("over a limit");
}
BENCHMARK(at_the_limit);

}  // namespace
}  // namespace tidings::core
