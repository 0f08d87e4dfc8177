// What the journal and the outcome log cost a message in bytes made: a frame of records, the same
// read back, and a line. Files and syncs are not in it.
#include "accepted_row.hpp"
#include "codec/records/journal_record.hpp"
#include "codec/records/outcome_line.hpp"

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace tidings::codec {
namespace {

constexpr std::size_t rows_a_commit = 500;
constexpr core::wall_time began{std::chrono::seconds(1'800'000'000)};

core::settlement settled(core::row_number row) {
    return bench::accepted_row(row, began + std::chrono::microseconds(row * 20));
}

// One group commit at full speed: as many rows settle as are released.
core::journal_batch full_batch() {
    core::journal_batch batch;
    for (core::row_number row = 1; row <= rows_a_commit; ++row)
        batch.settled.push_back(settled(row));
    batch.released.push_back({.first = rows_a_commit + 1, .count = rows_a_commit});
    return batch;
}

void per_row(benchmark::State& state, std::size_t bytes) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_a_commit));
    state.counters["bytes_a_row"] = static_cast<double>(bytes) / rows_a_commit;
}

void frame_written(benchmark::State& state) {
    const auto batch = full_batch();
    const frame_head head{.sequence = 1, .at = {core::instant(), began}, .boot = 1};
    std::vector<std::byte> frame;
    for (auto _ : state) {
        frame.clear();
        append_frame(frame, head, batch, 7);
        benchmark::ClobberMemory();
    }
    per_row(state, frame.size());
    if (find_frame(frame, 7).state != frame_state::good) state.SkipWithError("no good frame");
}
BENCHMARK(frame_written);

void frame_read(benchmark::State& state) {
    std::vector<std::byte> frame;
    append_frame(frame, {.sequence = 1, .at = {core::instant(), began}, .boot = 1}, full_batch(),
                 7);
    core::journal_batch batch;
    bool good = true;
    for (auto _ : state)
        good = good && read_records(find_frame(frame, 7), batch);
    per_row(state, frame.size());
    if (!good || batch.settled.size() != rows_a_commit ||
        batch.settled.back().latency_us != settled(rows_a_commit).latency_us)
        state.SkipWithError("another batch was read");
}
BENCHMARK(frame_read);

void outcome_lines(benchmark::State& state) {
    const outcome_line lines(
        "november-reminder",
        {{.from = "+16693422058", .bot = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"}},
        number_style::full);
    const auto batch = full_batch();
    std::string text;
    for (auto _ : state) {
        text.clear();
        for (const auto& one : batch.settled)
            lines.append(text, one, "");
        benchmark::ClobberMemory();
    }
    per_row(state, text.size());
    const auto last = text.rfind('\n', text.size() - 2) + 1;
    const auto scanned = scan_line(std::string_view(text).substr(last, text.size() - last - 1));
    if (!scanned || scanned->row != rows_a_commit) state.SkipWithError("the last line is another");
}
BENCHMARK(outcome_lines);

}  // namespace
}  // namespace tidings::codec
