// Turns the values of a campaign file into the parts that perform it: limits, lanes, calendar, stop
// rules, bots. Opens trust anchors' and secrets' files, no list and no run folder: that is
// app/run_session.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/calendar.hpp"
#include "core/dispatcher.hpp"
#include "core/lane_choice.hpp"
#include "core/limit_plan.hpp"
#include "core/limiter.hpp"
#include "core/stop_rules.hpp"
#include "runner/campaign.hpp"
#include "runner/list_reader.hpp"
#include "runner/zones.hpp"
#include "store/bot_state.hpp"
#include "store/run_folder.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tidings::app {

// The pure cores of a campaign, each made from its own settings. Their addresses stay.
struct campaign_cores {
    std::unique_ptr<core::limiter> limits;
    std::unique_ptr<core::lane_choice> lanes;
    std::unique_ptr<core::calendar> hours;
    std::unique_ptr<runner::zones> zones;  // fills `hours` with the zones that a list names
    core::duration window_longest{};       // of any limit
    bool reaches_far = false;              // `hours` was made to reach further, to look ahead
};

// Lanes in the order of the file: bot by bot, sender by sender.
std::vector<store::recorded_lane> lanes_of(const campaign& settings);
std::vector<runner::campaign_lane> runner_lanes_of(const campaign& settings);
// The bots' states and their accounts', in the order of the file, each once.
std::vector<store::bot_key> state_keys_of(const campaign& settings);

core::limit_plan limit_plan_of(const campaign& settings);
core::result<campaign_cores> make_cores(const campaign& settings, core::wall_time now);
core::result<runner::hours_options> hours_options_of(const campaign& settings);
core::dispatcher_options dispatch_options_of(const campaign& settings, std::uint64_t seed);
runner::list_reader_options list_options_of(const campaign& settings);
// The suppression files, read; null when there are none.
core::result<std::unique_ptr<store::suppression_list>> load_suppression(const campaign& settings);
// Fails (list) when something of them could not be read, and nobody said that it may be ignored.
core::result<void> check_suppression(const campaign& settings,
                                     std::span<const store::suppression_findings> found);

// Reads secrets and keys, so that what is wrong with them shows before anything else happens.
core::result<std::vector<runner::campaign_bot>> make_bots(const campaign& settings,
                                                          const environment& variables);
// How to make the signer of a bot, each time anew from where the secret lies.
runner::signer_source signer_source_of(const bot_settings& bot, environment variables);

}  // namespace tidings::app
