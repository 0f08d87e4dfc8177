#include "app/campaign_start.hpp"

#include "app/campaign_assembly.hpp"
#include "app/kept_list.hpp"
#include "app/run_files.hpp"
#include "run/list_standing.hpp"
#include "run/look_ahead.hpp"
#include "runner/clock.hpp"

#include <utility>

namespace tidings::app {

namespace {

// Fails (exists) where the list went to these bots before, unless that is meant.
core::result<void> check_history(const campaign& settings, const store::list_fingerprint& list,
                                 const start_options& how, run::people_roll& people,
                                 store::disk& disk) {
    const auto runs = run::earlier_runs(disk,
                                        {.whole_sha256 = list.whole_sha256,
                                         .bots = run::stems_of(window_owners_of(settings)),
                                         .state = state_of_campaign(settings)},
                                        &people);
    if (!runs) return runs.error();
    if (!how.again && !runs->empty() && runs->front().same)
        return core::failure{core::trouble::exists, run::why_refused(runs->front())};
    if (how.on_earlier_runs) how.on_earlier_runs(*runs);
    return {};
}

// Fails when opt-outs cannot be read and that is not to be ignored.
core::result<void> check_opt_outs(
    const campaign& settings,
    const std::function<void(std::span<const store::suppression_findings>)>& told) {
    const auto suppression = run::load_suppression(list_of(settings, {}));
    if (!suppression) return suppression.error();
    if (!*suppression) return {};
    const auto found = (*suppression)->findings();
    if (told) told(found);
    return check_suppression(settings, found);
}

// False: the list has no rows at all.
core::result<bool> has_rows(const campaign& settings, const std::string& list) {
    auto reader = runner::list_reader::open(list_of(settings, list).list);
    if (!reader) return reader.error();
    core::listed_batch batch;
    const auto more = reader->read(batch);
    if (!more && reader->counts().rows == 0 && reader->first_pass_done()) return false;
    if (!more) return more.error();
    return *more;
}

core::result<void> check_name(const campaign& settings, const std::string& folder,
                              const store::run_paths& paths, this_machine& machine) {
    if (!machine.disk.exists(paths.record)) return {};
    return core::failure{core::trouble::exists, "there is a run \"" + settings.name +
                                                    "\" already (" + folder +
                                                    "): `tidings resume " + folder +
                                                    "` goes on with it, `--again NAME` starts "
                                                    "another that texts everybody again"};
}

core::result<void> check_bots(const campaign& settings, const environment& variables,
                              bool own_carriers) {
    if (own_carriers) return {};
    if (const auto bots = make_bots(settings, variables); !bots) return bots.error();
    return {};
}

// Fails where the run would go on with other people: its list is known by its bytes, and told by
// its rows.
core::result<void> check_list(store::disk& disk, const campaign& settings,
                              const store::run_folder& folder) {
    const auto path = list_path_of(settings, folder.paths());
    const auto recorded = store::list_fingerprint::parse(folder.record().list_fingerprint);
    if (!recorded) return core::failure{core::trouble::journal, "run.json: no list_fingerprint"};
    const auto match = store::compare(*recorded, path);
    if (!match) return match.error();
    if (*match != store::list_match::changed) return {};
    const auto list = run::standing_of(disk, folder.record(), folder.paths(),
                                       list_of(settings, path).list, run::looking::closely);
    const auto words =
        list && !list->same
            ? list->words
            : path + " is not the list this run was started with: other bytes, the same people";
    return core::failure{core::trouble::list,
                         words +
                             ". Put the old file back, or start a new campaign with the rows "
                             "that are left (tidings export --from-log has the others)"};
}

}  // namespace

core::result<campaign_prospect> prospect_of(const campaign& settings, const std::string& list,
                                            const run::surroundings& around,
                                            run::people_roll* people) {
    auto cores = make_cores(settings, around.now().wall);
    if (!cores) return cores.error();
    auto screened = list_of(settings, list);
    if (const auto done = add_objections(screened, settings, around, 0); !done) return done.error();
    auto survey = run::survey_list(screened, *cores, {.people = people});
    if (!survey) return survey.error();
    auto answers =
        run::restore_for_looking(around, state_of_campaign(settings), window_owners_of(settings),
                                 *cores->limits, cores->window_longest);
    if (!answers) return answers.error();
    const auto now = around.now();
    auto when = run::look_ahead(*cores->limits, *cores, survey->loads, now,
                                run::forecast_options_of(settings.stop, *answers));
    if (!when) return when.error();
    return campaign_prospect{std::move(*survey), std::move(*answers), std::move(*when), now};
}

core::result<started_run> start_run(const wanted_campaign& wanted, const start_options& how,
                                    this_machine& machine) {
    const auto& settings = wanted.settings;
    const auto folder = (settings.output.dir / settings.name).string();
    const store::run_paths paths(store::absolute_path(folder));
    if (const auto fresh = check_name(settings, folder, paths, machine); !fresh)
        return fresh.error();
    if (const auto ready = check_bots(settings, wanted.variables, how.own_carriers); !ready)
        return ready.error();
    if (const auto heard = check_opt_outs(settings, how.on_opt_outs); !heard) return heard.error();
    const auto list = kept_list::take(settings, paths.folder, machine.disk, how.on_unfinished);
    if (!list) return list.error();
    if (how.on_files && !list->files().empty()) how.on_files(list->files());
    const auto rows = has_rows(settings, list->path());
    if (!rows) return list->named(rows.error());
    if (!*rows) return started_run{.held = {}, .refusal = start_refusal::no_rows};
    const auto fingerprint = store::whole_fingerprint(list->path());
    if (!fingerprint) return fingerprint.error();
    const auto around = machine.around();
    auto people =
        run::people_roll::begin(machine.disk, state_of_campaign(settings), runner::random_key());
    if (!people) return people.error();
    if (const auto kept = people->keep_rows(machine.disk, list->kept().people); !kept)
        return kept.error();
    // The list is read once before anything is sent, whether anybody is asked or not.
    std::optional<campaign_prospect> prospect;
    if (how.agree) {
        auto ahead = prospect_of(settings, list->path(), around, &*people);
        if (!ahead) return ahead.error();
        prospect = std::move(*ahead);
    } else if (const auto read = people->add_list(list_of(settings, list->path()).list); !read) {
        return read.error();
    }
    if (const auto fresh = check_history(settings, *fingerprint, how, *people, machine.disk);
        !fresh)
        return fresh.error();
    if (prospect) {
        const auto yes = how.agree(*prospect);
        if (!yes) return yes.error();
        if (!*yes) return started_run{.held = {}, .refusal = start_refusal::not_agreed};
    }
    auto held = begin_run(settings,
                          {.configuration = wanted.configuration,
                           .list = *fingerprint,
                           .kept = list->kept(),
                           .people = &*people,
                           .again = how.again},
                          around, state_folders_of(settings.state));
    if (!held) return held.error();
    return started_run{.held = std::move(*held)};
}

core::result<resumed_run> resume_run(const std::string& folder_name, const resume_options& how,
                                     const environment& variables, this_machine& machine) {
    auto folder =
        store::run_folder::open(machine.disk, store::absolute_path(folder_name), how.moved);
    if (!folder) return folder.error();
    auto settings = campaign_of_run(folder->record(), how.overrides, variables);
    if (!settings) return settings.error();
    if (const auto ready = check_bots(*settings, variables, how.own_carriers); !ready)
        return ready.error();
    if (const auto heard = check_opt_outs(*settings, how.on_opt_outs); !heard) return heard.error();
    if (const auto same = check_list(machine.disk, *settings, *folder); !same) return same.error();
    auto held = go_on_with_run(*settings, std::move(*folder), machine.around(),
                               state_folders_of(settings->state));
    if (!held) return held.error();
    return resumed_run{std::move(*settings), std::move(*held)};
}

}  // namespace tidings::app
