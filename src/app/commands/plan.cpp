// `tidings plan`: reads everything and sends nothing; says what would happen and when it is done.
#include "tidings/core/forecast.hpp"
#include "tidings/runner/clock.hpp"
#include "tidings/store/posix_disk.hpp"

#include <cstdio>
#include <string>

#include "app/bot_windows.hpp"
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/list_survey.hpp"
#include "app/plan_text.hpp"
#include "app/presenter.hpp"
#include "app/probe.hpp"
#include "app/run_files.hpp"

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
    const auto now = clock.stamp();
    store::posix_disk disk;
    const auto latency = restore_for_looking(disk, state_folder_of_process(), *settings, *cores,
                                             now, store::boot_tag());
    if (!latency) return latency.error();
    const auto ahead = forecast_options_of(*settings, *latency);
    auto when = core::forecast(*cores->limits, *cores->hours, loads, now, ahead);
    if (when.left_over > 0 && cores->zones->restrict_hours()) {
        // The calendar of a run goes on with it; here it has to reach to the end at once.
        constexpr int days_max = 4000;
        if (const auto further = cores->zones->reach(*cores->hours, days_max); !further)
            return further.error();
        when = core::forecast(*cores->limits, *cores->hours, loads, now, ahead);
    }
    const auto more = core::forecast_with_one_more_bot(
        limit_plan_of(*settings), cores->limits->snapshot(), *cores->hours, loads, now, ahead);
    const plan_content content{.settings = &*settings,
                               .survey = &*survey,
                               .when = when,
                               .one_more = more,
                               .now = now.wall};
    if (asked.display.json)
        std::printf("%s\n", plan_json(content).c_str());
    else
        std::printf("%s", plan_text(content, page_for(asked.display)).c_str());
    if (asked.probe) return probe_bots(*settings, std::move(*bots), asked.display);
    return survey->counts.sendable == survey->no_lane ? exit_status::nothing_to_send
                                                      : exit_status::accepted;
}

}  // namespace tidings::app
