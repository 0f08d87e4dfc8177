// `tidings plan`: reads everything and sends nothing; says what would happen and when it is done.
#include "app/bot_windows.hpp"
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/list_survey.hpp"
#include "app/look_ahead.hpp"
#include "app/probe.hpp"
#include "app/run_files.hpp"
#include "app/screen/plan_text.hpp"
#include "app/screen/presenter.hpp"
#include "core/forecast.hpp"
#include "runner/clock.hpp"
#include "store/posix_disk.hpp"

#include <cstdio>
#include <optional>
#include <string>

namespace tidings::app {

core::result<exit_status> perform(const plan_command& asked) {
    const auto variables = environment_of_process();
    const auto settings = load_campaign(asked.campaign.file, asked.campaign.overrides, variables);
    if (!settings) return settings.error();
    if (settings->recipients.file == "-")
        return core::failure{core::trouble::usage,
                             "plan reads the list and forgets it; standard input could not be sent "
                             "afterwards: put it into a file"};
    auto bots = make_bots(*settings, variables);
    if (!bots) return bots.error();
    const runner::system_clock clock;
    auto cores = make_cores(*settings, clock.wall_now());
    if (!cores) return cores.error();
    const auto survey = survey_list(*settings, settings->recipients.file.string(), *cores);
    if (!survey) return survey.error();
    const auto& loads = survey->loads;
    std::optional<probe_findings> probed;
    if (asked.probes > 0) {
        auto found = probe_bots(*settings, std::move(*bots), asked.probes,
                                state_folder_of_process(), asked.display.json);
        if (!found) return found.error();
        probed = std::move(*found);
    }
    const auto now = clock.stamp();
    store::posix_disk disk;
    auto answers = restore_for_looking(disk, state_folder_of_process(), *settings, *cores, now,
                                       store::boot_tag());
    if (!answers) return answers.error();
    if (probed && !probed->took.empty())
        *answers = answer_times::measured(answer_times::source::probed, probed->took);
    const auto ahead = forecast_options_of(*settings, *answers);
    const auto when = look_ahead(*cores->limits, *cores, loads, now, ahead);
    if (!when) return when.error();
    const auto more = core::forecast_with_one_more_bot(
        limit_plan_of(*settings), cores->limits->snapshot(), *cores->hours, loads, now, ahead);
    const plan_content content{.settings = &*settings,
                               .survey = &*survey,
                               .when = *when,
                               .one_more = more,
                               .answers = *answers,
                               .now = now.wall};
    if (asked.display.json)
        std::printf("%s\n", plan_json(content).c_str());
    else
        std::printf("%s", plan_text(content, page_for(asked.display)).c_str());
    if (const auto usable = check_suppression(*settings, survey->opt_outs); !usable)
        return usable.error();
    if (probed) {
        std::printf("%s", probed->text.c_str());
        return probed->status;
    }
    return survey->counts.sendable == survey->no_lane ? exit_status::nothing_to_send
                                                      : exit_status::accepted;
}

}  // namespace tidings::app
