// The rate windows of a bot or an account between runs: what earlier runs still take of them and
// what they learned of them, in the words of core/limiter.
#pragma once

#include "app/campaign_assembly.hpp"
#include "app/look_ahead.hpp"
#include "app/settings/campaign_file.hpp"
#include "core/limiter_facts.hpp"
#include "core/progress.hpp"
#include "store/bot_state.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::app {

// Where the states of bots lie, by this process's environment.
std::string state_folder_of_process();

// Slots of other runs than the one in `own_folder` that may still matter: what the last one wrote
// down at its end, or, where it died, what its journal says. A journal that is gone counts as full
// windows, now. `live`: that run may be under way.
core::result<std::vector<store::sender_slots>> slots_of_earlier_runs(
    store::disk& disk, const store::bot_window& window, const store::bot_key& key,
    const std::string& own_folder, core::duration window_longest, core::time_stamp now,
    std::uint32_t boot, bool live = false);

// The same for limiter::restore: the bot's own limits and its senders', or the account's, each
// believed to be what was learned.
core::limiter_snapshot window_snapshots(const campaign& settings, const store::bot_key& key,
                                        const std::vector<store::sender_slots>& taken,
                                        const std::vector<store::learned_limit>& learned,
                                        core::time_stamp now, std::uint32_t boot);

// What is to be kept of the limits that `key` owns: those that are given less than asked for. What
// `before` holds already keeps its moment.
std::vector<store::learned_limit> learned_of(const campaign& settings, const store::bot_key& key,
                                             std::span<const core::limit_progress> limits,
                                             const std::vector<store::learned_limit>& before,
                                             core::time_stamp now, std::uint32_t boot);

// Fills the limits with what earlier runs take of them, for looking ahead only: it takes no bot,
// and a bot that is in use just now counts as its journal says at this moment. Returns how long
// answers took lately, the slowest bot's.
core::result<answer_times> restore_for_looking(store::disk& disk, const std::string& state_folder,
                                               const campaign& settings, campaign_cores& cores,
                                               core::time_stamp now, std::uint32_t boot);

// Writes down that the bot was asked `count` times just now, which may count against its limits
// and its account's, and how long its answers took where no run has measured that. A bot that is in
// use keeps its own account; nothing that goes wrong here matters to whoever asked.
void keep_probe(store::disk& disk, const std::string& state_folder, const campaign& settings,
                std::size_t bot, std::uint32_t count, std::vector<core::duration> took,
                core::time_stamp now, std::uint32_t boot);

// How long the answers of the slowest of these bots took in their last runs.
answer_times answers_of(std::span<const store::bot_window> windows);

}  // namespace tidings::app
