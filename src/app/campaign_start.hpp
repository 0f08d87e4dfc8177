// How a run comes to be held: a new one from a campaign's settings, an interrupted one from its
// folder. Everything that can be wrong is found before anything is made. The one way that `send`,
// `resume` and the library (app/door) share; running it is app/campaign_run's.
#pragma once

#include "app/opened_run.hpp"
#include "app/settings/campaign_file.hpp"
#include "app/this_machine.hpp"
#include "core/forecast.hpp"
#include "run/answer_times.hpp"
#include "run/earlier_runs.hpp"
#include "run/list_survey.hpp"
#include "run/people_roll.hpp"
#include "store/merged_list.hpp"
#include "store/suppression_list.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::app {

// A campaign as it was asked for, and what its run keeps of that.
struct wanted_campaign {
    campaign settings;
    std::string configuration;  // recorded_configuration()
    environment variables;
};

// What a campaign would do, for the question before its first message.
struct campaign_prospect {
    run::list_survey survey;
    run::answer_times answers;
    core::forecast_answer when;
    core::time_stamp now;
};
// `people`, where it is given, takes down whom the list names.
core::result<campaign_prospect> prospect_of(const campaign& settings, const std::string& list,
                                            const run::surroundings& around,
                                            run::people_roll* people = nullptr);

struct start_options {
    bool again = false;         // this list may have gone to these bots before
    bool own_carriers = false;  // no endpoint is reached, so that no secret is needed
    // Told of the files of opt-outs, where there are any, before what is unreadable in them is
    // refused.
    std::function<void(std::span<const store::suppression_findings>)> on_opt_outs;
    // Told which rows are whose, where several files were merged.
    std::function<void(const std::vector<store::merged_file>&)> on_files;
    // Told of earlier runs on these bots that share people with the list.
    std::function<void(std::span<const run::earlier_run>)> on_earlier_runs;
    // Asked before the run is made; null: agreed. The list is counted for it.
    std::function<core::result<bool>(const campaign_prospect&)> agree;
    // Told which files are to be removed should the process end now; none: nothing is left to be.
    std::function<void(const std::vector<std::string>&)> on_unfinished;
};

enum class start_refusal : std::uint8_t { no_rows, not_agreed };
struct started_run {
    std::optional<opened_run> held;
    start_refusal refusal = start_refusal::no_rows;  // where nothing is held
};

core::result<started_run> start_run(const wanted_campaign& wanted, const start_options& how,
                                    this_machine& machine);

struct resume_options {
    bool moved = false;  // the folder is elsewhere now, and no copy of it will be resumed
    bool own_carriers = false;
    std::vector<setting_override> overrides;
    std::function<void(std::span<const store::suppression_findings>)> on_opt_outs;
};
struct resumed_run {
    campaign settings;
    opened_run held;
};
core::result<resumed_run> resume_run(const std::string& folder, const resume_options& how,
                                     const environment& variables, this_machine& machine);

}  // namespace tidings::app
