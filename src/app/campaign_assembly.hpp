// Turns the values of a campaign file into what performs it: limits, lanes, calendar, stop rules,
// bots, and the options of the run. Opens trust anchors' and secrets' files, no list and no run
// folder: that is run/session.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/dispatcher.hpp"
#include "core/limit_plan.hpp"
#include "core/stop_rules.hpp"
#include "run/cores.hpp"
#include "run/list_survey.hpp"
#include "run/session.hpp"
#include "runner/campaign.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::app {

// Lanes in the order of the file: bot by bot, sender by sender.
std::vector<store::recorded_lane> lanes_of(const campaign& settings);
std::vector<runner::campaign_lane> runner_lanes_of(const campaign& settings);
// The bots and their accounts, in the order of the file, each once.
std::vector<run::window_owner> window_owners_of(const campaign& settings);

// The state folders of its run.
store::state_folders state_of_campaign(const campaign& settings);

core::limit_plan limit_plan_of(const campaign& settings);
core::result<run::campaign_cores> make_cores(const campaign& settings, core::wall_time now);
// The numbers that [recipients] caps are for.
core::result<core::capped_countries> caps_of(const campaign& settings);
core::dispatcher_options dispatch_options_of(const campaign& settings, std::uint64_t seed);
codec::column_names columns_of(const campaign& settings);
// The list as it lies at `path`, and what screens it.
run::screened_list list_of(const campaign& settings, const std::string& path);
// Puts in whom it leaves out besides, by what other runs did. `own_run`: the journal's id; 0: none
// yet.
core::result<void> add_objections(run::screened_list& list, const campaign& settings,
                                  const run::surroundings& around, std::uint64_t own_run);
// Fails (list) when something of them could not be read, and nobody said that it may be ignored.
core::result<void> check_suppression(const campaign& settings,
                                     std::span<const store::suppression_findings> found);
run::session_options session_options_of(const campaign& settings, const std::string& list_path,
                                        core::duration window_longest,
                                        const store::state_folders& state);

// Whether the host is spelled localhost, 127.0.0.1 or [::1]: a rehearsal.
bool is_this_machine(std::string_view url);
// Reads secrets and keys, so that what is wrong with them shows before anything else happens.
core::result<std::vector<runner::campaign_bot>> make_bots(const campaign& settings,
                                                          const environment& variables);
// How to make the signer of a bot, each time anew from where the secret lies.
runner::signer_source signer_source_of(const bot_settings& bot, environment variables);

}  // namespace tidings::app
