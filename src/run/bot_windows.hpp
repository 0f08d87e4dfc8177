// The rate windows of a bot or an account between runs: what runs still take of them and what they
// learned of them, in the words of core/limiter. What is written where is run/session's business.
#pragma once

#include "core/limiter.hpp"
#include "core/progress.hpp"
#include "run/answer_times.hpp"
#include "run/surroundings.hpp"
#include "store/bot_state.hpp"
#include "store/recovery.hpp"
#include "store/run_folder.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::run {

struct owned_limit {
    core::scope_kind scope = core::scope_kind::bot;
    std::string name;  // of the scope
    core::rate_limit limit;
};

// A bot or an account that a run uses, with the limits of the scopes that are its own: a bot's
// senders are.
struct window_owner {
    store::bot_key key;
    std::vector<owned_limit> limits;
};

// bot_key::file_stem of the bots among them.
std::vector<std::string> stems_of(std::span<const window_owner> owners);
// The state folders of a run in that folder: those that are named, and the one beside it. Absolute,
// each once.
store::state_folders state_of(const store::state_folders& named, const std::string& run_folder);

// What the journal of a run tells of the windows of its bots, once no process writes it.
struct run_trace {
    std::string folder;
    std::uint64_t run = 0;  // the journal's id
    std::vector<store::recorded_lane> lanes;
    std::vector<store::slot_run> slots;  // told by the clocks of now; rows in doubt as taken now
    store::clock_reading last{};         // of its last frame
    std::uint64_t sequence = 0;          // likewise

    static run_trace of(const store::run_record& record, const store::recovery& known,
                        store::clock_reading now);
    // Of a run that lives: its process reads its clocks now.
    static run_trace of(const store::run_record& record, const store::journal_state& known,
                        store::clock_reading now);
};

// The lane's slots count against the key's windows.
bool belongs(const store::recorded_lane& lane, const store::bot_key& key);

// Slots that still matter, each once, told by the clocks of now: what was written down of the bot
// and, of a run that died since, what its journal has more. `own` is the trace of the run that is
// to go on (null: a new one), which the bot may not know. A journal that is gone counts as full
// windows, now. `live`: the run before may be under way.
std::vector<store::sender_slots> slots_taken(const surroundings& around,
                                             const store::bot_window& window,
                                             const store::bot_key& key, const run_trace* own,
                                             core::duration window_longest, bool live = false);

// The same for limiter::restore, each limit believed to be what was learned.
core::limiter_snapshot window_snapshots(const window_owner& owner,
                                        const std::vector<store::sender_slots>& taken,
                                        const std::vector<store::learned_limit>& learned,
                                        store::clock_reading now);

// What is to be kept of the owner's limits: those that are given less than asked for. What `before`
// holds already keeps its moment.
std::vector<store::learned_limit> learned_of(const window_owner& owner,
                                             std::span<const core::limit_progress> limits,
                                             const std::vector<store::learned_limit>& before,
                                             store::clock_reading now);

// Fills the limits with what runs take of them, for looking ahead only: it takes no bot, and a bot
// that is in use just now counts as its journal says at this moment. Returns how long answers took
// lately, the slowest bot's.
core::result<answer_times> restore_for_looking(const surroundings& around,
                                               const store::state_folders& state,
                                               std::span<const window_owner> owners,
                                               core::limiter& limits,
                                               core::duration window_longest);

// Writes down that a bot was asked `count` times just now, which may count against its limits and
// its account's (`keys`), and how long its answers took where no run has measured that. A bot that
// is in use keeps its own account; nothing that goes wrong here matters to whoever asked.
void keep_probe(const surroundings& around, const store::state_folders& state,
                std::span<const store::bot_key> keys, std::uint32_t count,
                const std::vector<core::duration>& took);

// How long the answers of the slowest of these bots took in their last runs.
answer_times answers_of(std::span<const store::bot_window> windows);

}  // namespace tidings::run
