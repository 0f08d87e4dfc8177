// What recording costs on this machine's disk: a group commit with its outcome lines, and a
// recovery. CPU is the figure; the wall clock is the disk's. TIDINGS_BENCH_ROWS sets the recovery's
// length.
#include "accepted_row.hpp"
#include "store/journal.hpp"
#include "store/outcome_log.hpp"
#include "store/posix_disk.hpp"
#include "support/scratch_folder.hpp"

#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

namespace tidings::store {
namespace {

constexpr std::size_t rows_a_batch = 500;

struct bench_folder {
    std::string path() const { return scratch.path().string(); }
    std::string journal() const { return path() + "/journal"; }

    tests::scratch_folder scratch;
};

core::time_stamp moment(std::uint64_t row) {
    const auto since = std::chrono::microseconds(20 * row);
    return {core::instant(std::chrono::hours(1) + since),
            core::wall_time(std::chrono::seconds(1'800'000'000)) + since};
}

// Settles the rows of the batch before and releases the next ones, as a run at full speed does.
void fill(core::journal_batch& batch, core::row_number first) {
    batch.clear();
    if (first > rows_a_batch)
        for (auto row = first - rows_a_batch; row < first; ++row)
            batch.settled.push_back(bench::accepted_row(row, moment(row).wall));
    batch.released.push_back({first, rows_a_batch});
}

journal_options options_of_bench() {
    journal_options options;
    options.window_longest = std::chrono::hours(1);
    options.id = 42;
    return options;
}

outcome_log_options log_options() {
    outcome_log_options options;
    options.run = "november-reminder";
    options.lanes = {{"+16693422058", "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"}};
    return options;
}

void commit_and_lines(benchmark::State& state) {
    const bench_folder folder;
    posix_disk disk;
    auto truth = *journal::create(disk, folder.journal(), options_of_bench(), moment(0));
    auto log = *outcome_log::create(disk, folder.path(), log_options());
    core::journal_batch batch;
    core::row_number first = 1;
    for (auto _ : state) {
        fill(batch, first);
        if (!truth.commit(batch, moment(first)) || !log.append(batch)) {
            state.SkipWithError("a commit failed");
            break;
        }
        if (truth.checkpoint_due()) truth.begin_checkpoint(*log.sync_all(truth.state().sequence));
        if (!truth.tend() || !log.tend()) state.SkipWithError("tending failed");
        first += rows_a_batch;
    }
    const auto settled = first > rows_a_batch ? first - 1 - rows_a_batch : 0;
    if (truth.state().counts.total() != settled || log.lines_written() != settled)
        state.SkipWithError("the counts are wrong");
    state.SetItemsProcessed(static_cast<std::int64_t>(first - 1));
    state.counters["journal_bytes_a_row"] =
        static_cast<double>(truth.bytes_written()) / static_cast<double>(first - 1);
}
BENCHMARK(commit_and_lines);

void recovery_of_a_run(benchmark::State& state) {
    const char* const wanted = std::getenv("TIDINGS_BENCH_ROWS");
    const core::row_number rows = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 100'000;
    const bench_folder folder;
    posix_disk disk;
    {
        auto truth = *journal::create(disk, folder.journal(), options_of_bench(), moment(0));
        core::journal_batch batch;
        for (core::row_number first = 1; first <= rows; first += rows_a_batch) {
            fill(batch, first);
            if (!truth.commit(batch, moment(first))) return state.SkipWithError("a commit failed");
        }
    }
    for (auto _ : state) {
        const auto found =
            recover(disk, folder.journal(), {.window_longest = std::chrono::hours(1)});
        if (!found || found->state.counts.total() != rows - rows_a_batch ||
            found->in_doubt() != rows_a_batch)
            state.SkipWithError("the recovery is wrong");
    }
    state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(recovery_of_a_run)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tidings::store
