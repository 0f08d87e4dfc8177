#include "app/opened_run.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"
#include "app/settings/campaign_words.hpp"
#include "run/list_standing.hpp"
#include "runner/clock.hpp"
#include "tidings/version.hpp"

#include <utility>

namespace tidings::app {

core::result<opened_run> begin_run(const campaign& settings, run_beginnings from,
                                   const run::surroundings& around,
                                   const store::state_folders& state) {
    auto cores = make_cores(settings, around.now().wall);
    if (!cores) return cores.error();
    run::new_run wanted{.folder = (settings.output.dir / settings.name).string(),
                        .record = {},
                        .kept = std::move(from.kept),
                        .people = from.people,
                        .again = from.again};
    wanted.record.name = settings.name;
    wanted.record.version = std::string(version);
    wanted.record.list_path = settings.recipients.is_kept()
                                  ? "-"
                                  : store::absolute_path(settings.recipients.file.string());
    wanted.record.list_fingerprint = from.list.text();
    wanted.record.configuration = std::move(from.configuration);
    wanted.record.numbers = std::string(settings::word_for(number_words, settings.output.numbers));
    wanted.record.journal_id = runner::random_seed();
    wanted.record.created = around.now().wall;
    const auto list = list_path_of(settings, store::run_paths(wanted.folder));
    auto options = session_options_of(settings, wanted.kept.list.empty() ? list : wanted.kept.list,
                                      cores->window_longest, state);
    auto session =
        run::session::create(std::move(wanted), std::move(options),
                             run::opening_of(list_of(settings, list).list), around, *cores->limits);
    if (!session) return session.error();
    return opened_run{.cores = std::move(*cores), .session = std::move(*session)};
}

core::result<opened_run> go_on_with_run(const campaign& settings, store::run_folder folder,
                                        const run::surroundings& around,
                                        const store::state_folders& state) {
    auto cores = make_cores(settings, around.now().wall);
    if (!cores) return cores.error();
    const auto list = list_path_of(settings, folder.paths());
    auto reading = list_of(settings, list).list;
    auto witness = run::witness_of(around.disk, folder.paths(), list);
    if (!witness) return witness.error();
    reading.witness = std::move(*witness);
    auto session = run::session::reopen(
        std::move(folder), session_options_of(settings, list, cores->window_longest, state),
        run::opening_of(std::move(reading)), around, *cores->limits);
    if (!session) return session.error();
    return opened_run{.cores = std::move(*cores), .session = std::move(*session)};
}

}  // namespace tidings::app
