#include "run/resolution.hpp"

#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tidings::run {

namespace {

constexpr std::size_t rows_per_commit = 4096;

core::settlement on_your_word(core::row_number row, core::wall_time now) {
    core::settlement made;
    made.row = row;
    made.what = core::outcome::accepted;
    made.by = static_cast<std::uint8_t>(core::settled_by::operator_word);
    made.at = now;
    return made;
}

core::result<void> record(store::journal& journal, const std::vector<core::row_number>& rows,
                          ruling as, const surroundings& around) {
    core::journal_batch batch;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (as == ruling::sent)
            batch.settled.push_back(on_your_word(rows[i], around.now().wall));
        else
            batch.parked.push_back(rows[i]);
        const bool full = batch.settled.size() + batch.parked.size() >= rows_per_commit;
        if (!full && i + 1 < rows.size()) continue;
        if (const auto done = journal.commit(batch, around.now()); !done) return done.error();
        batch.clear();
    }
    return {};
}

// The line as it was, with the outcome that the operator gives it.
std::string settled_line(std::string_view line) {
    constexpr std::string_view was = R"("outcome":"unknown")";
    constexpr std::string_view is = R"("outcome":"accepted")";
    constexpr std::string_view detail = R"("detail":")";
    std::string made(line);
    if (const auto at = made.find(was); at != std::string::npos) made.replace(at, was.size(), is);
    if (const auto at = made.find(detail); at != std::string::npos)
        made.replace(at, std::string::npos,
                     std::string(detail) + R"(settled by the operator: sent"})");
    return made + "\n";
}

core::result<void> change_lines(store::disk& disk, const store::run_paths& paths,
                                const std::vector<core::row_number>& rows, ruling as) {
    const auto change = [&](const store::logged_line& line) -> std::optional<std::string> {
        const bool ours = line.whole && line.seen.what == core::outcome::unknown &&
                          std::binary_search(rows.begin(), rows.end(), line.seen.row);
        if (!ours) return std::nullopt;
        return as == ruling::sent ? settled_line(line.text) : std::string();
    };
    const auto changed = store::rewrite_lines(disk, paths.folder, change);
    if (!changed) return changed.error();
    return {};
}

}  // namespace

core::result<std::vector<core::row_number>> rows_in_doubt(
    store::disk& disk, const store::run_paths& paths,
    const std::function<bool(core::row_number)>& named) {
    const auto fates = store::read_fates(disk, paths.journal);
    if (!fates) return fates.error();
    std::vector<core::row_number> rows;
    for (core::row_number row = 1; row < fates->end(); ++row) {
        const auto fate = (*fates)[row];
        if (fate == store::row_fate::released)
            return core::failure{core::trouble::usage,
                                 "the run was interrupted and its rows in doubt are not recorded "
                                 "yet: `tidings resume " +
                                     paths.folder + "` first"};
        if (fate == store::row_fate::unknown && named(row)) rows.push_back(row);
    }
    return rows;
}

core::result<void> settle(const surroundings& around, const store::run_folder& run,
                          const std::vector<core::row_number>& rows, ruling as,
                          store::journal_options options) {
    const auto& paths = run.paths();
    auto known =
        store::recover(around.disk, paths.journal, {.window_longest = options.window_longest});
    if (!known) return known.error();
    options.boot = around.boot;
    options.id = run.record().journal_id;
    auto journal =
        store::journal::open(around.disk, paths.journal, options, std::move(*known), around.now());
    if (!journal) return journal.error();
    // The journal first: then the next resume knows which lines are to be put right.
    if (const auto done = record(*journal, rows, as, around); !done) return done.error();
    if (const auto done = journal->checkpoint_now({}); !done) return done.error();
    return change_lines(around.disk, paths, rows, as);
}

}  // namespace tidings::run
