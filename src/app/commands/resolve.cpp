// `tidings resolve`: settles rows in doubt on the operator's word, and records that it was so.
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/run_files.hpp"
#include "app/screen/terminal.hpp"
#include "app/this_machine.hpp"
#include "core/wording.hpp"
#include "run/list_standing.hpp"
#include "run/resolution.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace tidings::app {

namespace {

using ruling = resolve_command::ruling;

bool named(const resolve_command& asked, core::row_number row) {
    if (asked.rows.empty()) return true;
    return std::any_of(asked.rows.begin(), asked.rows.end(), [row](const row_span& span) {
        return span.first <= row && row <= span.last;
    });
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
    this_machine machine;
    auto folder =
        store::run_folder::open(machine.disk, store::absolute_path(asked.run.folder.string()));
    if (!folder) return folder.error();
    const auto rows = run::rows_in_doubt(machine.disk, folder->paths(),
                                         [&](core::row_number row) { return named(asked, row); });
    if (!rows) return rows.error();
    if (rows->empty()) {
        std::printf("No row is in doubt.\n");
        return exit_status::accepted;
    }
    const auto settings = campaign_of_run(folder->record(), {}, environment_of_process());
    if (!settings) return settings.error();
    // Whoever names rows has looked them up somewhere.
    const auto list = run::standing_of(
        machine.disk, folder->record(), folder->paths(),
        list_of(*settings, list_path_of(*settings, folder->paths())).list, run::looking::quickly);
    if (!list && !asked.rows.empty()) return list.error();
    if (list && !list->same)
        std::fprintf(stderr, "%s: rows are those of the run's own record (outcomes.ndjson)\n",
                     list->words.c_str());
    const auto facts = look_at_terminal(asked.display.colour);
    if (!asked.yes && !facts.can_ask)
        return core::failure{core::trouble::usage,
                             "there is nobody to ask whether you mean it: answer with --yes"};
    if (!asked.yes && !ask_yes_no(question(asked, rows->size()))) return exit_status::work_left;

    const auto cores = make_cores(*settings, machine.clock.wall_now());
    if (!cores) return cores.error();
    const auto as = asked.as == ruling::sent ? run::ruling::sent : run::ruling::resend;
    if (const auto done = run::settle(machine.around(), *folder, *rows, as,
                                      {.window_longest = cores->window_longest});
        !done)
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
