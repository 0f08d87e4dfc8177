// `tidings plan`: reads everything and sends nothing; says what would happen and when it is done.
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/kept_list.hpp"
#include "app/probe.hpp"
#include "app/screen/plan_text.hpp"
#include "app/screen/presenter.hpp"
#include "app/this_machine.hpp"
#include "core/forecast.hpp"
#include "core/foreign_text.hpp"
#include "run/earlier_runs.hpp"
#include "run/look_ahead.hpp"
#include "store/list_fingerprint.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::app {

namespace {

// Says of rows of a merged list in which file they stand.
void name_files(run::list_survey& survey, const std::vector<store::merged_file>& files) {
    survey.oddities.notes.insert(survey.oddities.notes.begin(), store::in_words(files));
    for (auto& problem : survey.problems)
        problem.text = store::place_of(problem.row, files) + ": " + problem.text;
}

std::vector<way_out> ways_of(const std::vector<runner::campaign_bot>& bots) {
    std::vector<way_out> ways;
    for (const auto& bot : bots)
        if (bot.where.through)
            ways.push_back({.bot = bot.id, .proxy = bot.where.through->authority});
    return ways;
}

// With one more of the scope that decides, where one does.
std::optional<core::forecast_answer> one_more(const campaign& settings,
                                              const run::campaign_cores& cores,
                                              const core::forecast_answer& when,
                                              const std::vector<core::forecast_load>& loads,
                                              core::time_stamp now,
                                              const core::forecast_options& ahead) {
    if (when.decider != core::forecast_decider::limit) return std::nullopt;
    return core::forecast_with_one_more(limit_plan_of(settings), when.limit,
                                        cores.limits->snapshot(), *cores.hours, loads, now, ahead);
}

}  // namespace

core::result<exit_status> perform(const plan_command& asked) {
    const auto variables = environment_of_process();
    const auto settings = load_campaign(asked.campaign.file, asked.campaign.overrides, variables);
    if (!settings) return settings.error();
    auto bots = make_bots(*settings, variables);
    if (!bots) return bots.error();
    this_machine machine;
    auto cores = make_cores(*settings, machine.clock.wall_now());
    if (!cores) return cores.error();
    const auto list = kept_list::look(*settings);
    if (!list) return list.error();
    const auto state = state_of_campaign(*settings);
    auto people = run::people_roll::begin_looking(machine.disk, state);
    if (!people) return people.error();
    auto screened = list_of(*settings, list->path());
    if (const auto done = add_objections(screened, *settings, machine.around(), 0); !done)
        return done.error();
    auto survey = run::survey_list(screened, *cores, {.people = &*people});
    if (!survey) return list->named(survey.error());
    if (!list->files().empty()) name_files(*survey, list->files());
    const auto fingerprint = store::whole_fingerprint(list->path());
    if (!fingerprint) return fingerprint.error();
    const auto earlier = run::earlier_runs(machine.disk,
                                           {.whole_sha256 = fingerprint->whole_sha256,
                                            .bots = run::stems_of(window_owners_of(*settings)),
                                            .state = state},
                                           &*people);
    if (!earlier) return earlier.error();
    const auto& loads = survey->loads;
    auto ways = ways_of(*bots);
    std::optional<probe_findings> probed;
    if (asked.probes > 0) {
        auto found = probe_bots(*settings, std::move(*bots), asked.probes, machine, state,
                                asked.display.json);
        if (!found) return found.error();
        probed = std::move(*found);
    }
    auto answers = run::restore_for_looking(machine.around(), state, window_owners_of(*settings),
                                            *cores->limits, cores->window_longest);
    if (!answers) return answers.error();
    if (probed && !probed->took.empty())
        *answers = run::answer_times::measured(run::answer_times::source::probed, probed->took);
    const auto now = machine.clock.stamp();
    const auto ahead = run::forecast_options_of(settings->stop, *answers);
    const auto when = run::look_ahead(*cores->limits, *cores, loads, now, ahead);
    if (!when) return when.error();
    const plan_content content{.settings = &*settings,
                               .survey = &*survey,
                               .when = *when,
                               .one_more = one_more(*settings, *cores, *when, loads, now, ahead),
                               .answers = *answers,
                               .earlier = *earlier,
                               .now = now.wall,
                               .ways = std::move(ways),
                               .hours = cores->zones->standings(loads, now.wall)};
    if (asked.display.json)
        std::printf("%s\n", plan_json(content).c_str());
    else
        std::printf("%s", core::lines_of(plan_text(content, page_for(asked.display))).c_str());
    if (const auto usable = check_suppression(*settings, survey->opt_outs); !usable)
        return usable.error();
    if (probed) {
        std::printf("%s", core::lines_of(probed->text).c_str());
        return probed->status;
    }
    return survey->to_send() == 0 ? exit_status::nothing_to_send : exit_status::accepted;
}

}  // namespace tidings::app
