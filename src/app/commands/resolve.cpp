// `tidings resolve`: settles rows in doubt on the operator's word, and records that it was so.
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/run_files.hpp"
#include "app/screen/terminal.hpp"
#include "core/wording.hpp"
#include "runner/clock.hpp"
#include "store/journal.hpp"
#include "store/outcome_log.hpp"
#include "store/posix_disk.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace tidings::app {

namespace {

using ruling = resolve_command::ruling;

constexpr std::size_t rows_per_commit = 4096;

bool named(const resolve_command& asked, core::row_number row) {
    if (asked.rows.empty()) return true;
    return std::any_of(asked.rows.begin(), asked.rows.end(), [row](const row_span& span) {
        return span.first <= row && row <= span.last;
    });
}

core::result<std::vector<core::row_number>> rows_in_doubt(store::disk& disk,
                                                          const store::run_paths& paths,
                                                          const resolve_command& asked) {
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
        if (fate == store::row_fate::unknown && named(asked, row)) rows.push_back(row);
    }
    return rows;
}

core::settlement on_your_word(core::row_number row, core::wall_time now) {
    core::settlement made;
    made.row = row;
    made.what = core::outcome::accepted;
    made.by = static_cast<std::uint8_t>(core::settled_by::operator_word);
    made.at = now;
    return made;
}

core::result<void> record(store::journal& journal, const std::vector<core::row_number>& rows,
                          ruling as, const runner::system_clock& clock) {
    core::journal_batch batch;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (as == ruling::sent)
            batch.settled.push_back(on_your_word(rows[i], clock.wall_now()));
        else
            batch.parked.push_back(rows[i]);
        const bool full = batch.settled.size() + batch.parked.size() >= rows_per_commit;
        if (!full && i + 1 < rows.size()) continue;
        if (const auto done = journal.commit(batch, clock.stamp()); !done) return done.error();
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

std::string question(const resolve_command& asked, std::size_t rows) {
    const auto count = core::shown_count(rows);
    return asked.as == ruling::sent
               ? "Record " + count + " rows as sent?"
               : "Send " + count +
                     " rows again with the next resume? Whoever did get the first "
                     "message is texted twice.";
}

}  // namespace

core::result<exit_status> perform(const resolve_command& asked) {
    store::posix_disk disk;
    auto folder = store::run_folder::open(disk, store::absolute_path(asked.run.folder.string()));
    if (!folder) return folder.error();
    const auto rows = rows_in_doubt(disk, folder->paths(), asked);
    if (!rows) return rows.error();
    if (rows->empty()) {
        std::printf("No row is in doubt.\n");
        return exit_status::accepted;
    }
    const auto facts = look_at_terminal(asked.display.colour);
    if (!asked.yes && !facts.can_ask)
        return core::failure{core::trouble::usage,
                             "there is nobody to ask whether you mean it: answer with --yes"};
    if (!asked.yes && !ask_yes_no(question(asked, rows->size()))) return exit_status::work_left;

    const runner::system_clock clock;
    const auto settings = campaign_of_run(folder->record(), {}, environment_of_process());
    if (!settings) return settings.error();
    const auto cores = make_cores(*settings, clock.wall_now());
    if (!cores) return cores.error();
    auto known =
        store::recover(disk, folder->paths().journal, {.window_longest = cores->window_longest});
    if (!known) return known.error();
    auto journal = store::journal::open(disk, folder->paths().journal,
                                        {.window_longest = cores->window_longest,
                                         .boot = store::boot_tag(),
                                         .id = folder->record().journal_id},
                                        std::move(*known), clock.stamp());
    if (!journal) return journal.error();
    // The journal first: an interrupted rewriting of the lines is then put right by the next
    // resume.
    if (const auto done = record(*journal, *rows, asked.as, clock); !done) return done.error();
    if (const auto done = journal->checkpoint_now({}); !done) return done.error();
    if (const auto done = change_lines(disk, folder->paths(), *rows, asked.as); !done)
        return done.error();
    if (asked.as == ruling::sent)
        std::printf("%s rows are recorded as accepted, on your word.\n",
                    core::shown_count(rows->size()).c_str());
    else
        std::printf("%s rows will be sent again: tidings resume %s\n",
                    core::shown_count(rows->size()).c_str(), folder->paths().folder.c_str());
    return exit_status::accepted;
}

}  // namespace tidings::app
