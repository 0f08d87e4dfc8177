// The rate windows of a bot or an account between runs: what earlier runs still take of them, in
// the words of core/limiter.
#pragma once

#include "tidings/core/limiter_facts.hpp"
#include "tidings/store/bot_state.hpp"

#include <string>
#include <vector>

#include "app/campaign_file.hpp"

namespace tidings::app {

// Slots of other runs than the one in `own_folder` that may still matter: what the last one wrote
// down at its end, or, where it died, what its journal says. A journal that is gone counts as full
// windows, now.
core::result<std::vector<store::sender_slots>> slots_of_earlier_runs(
    store::disk& disk, const store::bot_window& window, const store::bot_key& key,
    const std::string& own_folder, core::duration window_longest, core::time_stamp now,
    std::uint32_t boot);

// The same for limiter::restore: the bot's own limits and its senders', or the account's.
core::limiter_snapshot window_snapshots(const campaign& settings, const store::bot_key& key,
                                        const std::vector<store::sender_slots>& taken,
                                        core::time_stamp now, std::uint32_t boot);

}  // namespace tidings::app
