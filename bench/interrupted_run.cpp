// Fills a run that was begun and stopped, as far as if it had died at row N: journal and outcome
// log through store, a few hundred rows still released. What bench/resume goes on with.
//   interrupted_run RUN-FOLDER N
#include "accepted_row.hpp"
#include "runner/clock.hpp"
#include "store/journal.hpp"
#include "store/outcome_log.hpp"
#include "store/posix_disk.hpp"
#include "store/run_folder.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace {

using namespace tidings;

constexpr core::row_number rows_a_batch = 2000;

core::journal_batch batch_of(core::row_number first, core::time_stamp at, bool is_last) {
    core::journal_batch batch;
    for (core::row_number row = first; row < first + rows_a_batch; ++row)
        batch.settled.push_back(bench::accepted_row(row, at.wall));
    const auto released = static_cast<std::uint32_t>(is_last ? 500 : rows_a_batch);
    batch.released.push_back({first + rows_a_batch, released});
    return batch;
}

int fail(const core::failure& why) {
    std::fprintf(stderr, "interrupted_run: %s\n", why.text.c_str());
    return 1;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 2;
    const runner::system_clock clock;
    store::posix_disk disk;
    const store::run_paths paths(words[1]);
    const core::row_number rows = std::strtoull(words[2], nullptr, 10);
    const auto record = store::run_folder::peek(disk, paths.folder);
    if (!record) return fail(record.error());
    store::outcome_log_options lines;
    lines.run = record->name;
    for (const auto& lane : record->lanes)
        lines.lanes.push_back(lane.identity);
    store::journal_options options;
    options.window_longest = std::chrono::hours(1);
    options.boot = store::boot_tag();
    options.id = record->journal_id;
    auto known = store::recover(disk, paths.journal, {.window_longest = options.window_longest});
    if (!known) return fail(known.error());
    core::row_number first = known->state.rows.next(core::row_state::untouched, 1);
    auto log = store::outcome_log::open(disk, paths.folder, paths.journal, lines, *known);
    if (!log) return fail(log.error());
    auto journal =
        store::journal::open(disk, paths.journal, options, std::move(*known), clock.stamp());
    if (!journal) return fail(journal.error());
    core::journal_batch open;
    open.released.push_back({first, rows_a_batch});
    if (const auto done = journal->commit(open, clock.stamp()); !done) return fail(done.error());
    for (; first + rows_a_batch <= rows; first += rows_a_batch) {
        const auto at = clock.stamp();
        const auto batch = batch_of(first, at, first + 2 * rows_a_batch > rows);
        if (const auto done = journal->commit(batch, at); !done) return fail(done.error());
        if (const auto done = log->append(batch); !done) return fail(done.error());
        if (!journal->tend() || !log->tend()) return 1;
        if (!journal->checkpoint_due()) continue;
        const auto position = log->sync_all(journal->state().sequence);
        if (!position) return fail(position.error());
        journal->begin_checkpoint(*position);
    }
    std::printf("%llu rows have their outcome, %llu are in doubt\n",
                static_cast<unsigned long long>(journal->state().counts.total()),
                static_cast<unsigned long long>(journal->state().released));
    return 0;
}
