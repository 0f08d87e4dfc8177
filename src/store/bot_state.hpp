// What belongs to a bot or an account and outlives a run: who is using it now, how full its windows
// were when the last one ended, and which limits turned out lower than asked for. Lies in state
// folders. It remembers; converting to the limiter's clock is slot_history's moment_of, which lists
// went to a bot is known_runs'.
#pragma once

#include "core/failure.hpp"
#include "core/limiter_facts.hpp"
#include "core/rate_limit.hpp"
#include "store/disk.hpp"
#include "store/slot_history.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::store {

// $XDG_STATE_HOME/tidings, else $HOME/.local/state/tidings; both values are handed in. Empty where
// neither says anything.
std::string state_folder(const char* xdg_state_home, const char* home);

// Where what belongs to bots and people is kept, each time in all of them: whoever shares one of
// them with a run finds it.
using state_folders = std::vector<std::string>;
// Beside the runs: in the folder that the run's own folder lies in.
std::string state_beside(const std::string& run_folder);

// Whose state it is.
struct bot_key {
    std::string url;  // as configured; for an account: empty
    std::string bot;  // bot id; for an account: its name
    bool account = false;

    std::string text() const;       // for messages
    std::string file_stem() const;  // a hash: url and bot id make no good file name
    friend bool operator==(const bot_key&, const bot_key&) = default;
};

// Slots of one sender of the bot.
struct sender_slots {
    std::string from;       // E.164; empty: not known which, counts for every sender
    slot_run slots;         // slots.lane has no meaning here
    std::uint64_t run = 0;  // id of the journal that knows them too; 0: none does

    friend bool operator==(const sender_slots&, const sender_slots&) = default;
};

// A limit that refusals have lowered.
struct learned_limit {
    core::scope_kind scope = core::scope_kind::bot;
    std::string name;            // of the scope: bot id, account or sender's number
    core::rate_limit asked;      // it says nothing about another limit
    std::uint32_t believed = 0;  // 1 .. asked.count - 1
    std::uint32_t boot = 0;      // which boot `since.steady` belongs to
    core::time_stamp since{};    // when that was found

    friend bool operator==(const learned_limit&, const learned_limit&) = default;
};

// Until when an account of slots reaches: as the last run on the bot began, or ended cleanly.
struct account_mark {
    clock_reading read{};        // then; all slots are told by it
    std::uint64_t run = 0;       // id of that run's journal; 0: not known
    std::uint64_t sequence = 0;  // of its last frame then: an older journal is another one's copy

    friend bool operator==(const account_mark&, const account_mark&) = default;
};

// What is known about the bot's windows.
struct bot_window {
    // Of all runs on the bot, up to the moment at which they were told.
    std::vector<sender_slots> slots;
    // The last run on the bot did not end cleanly: what came after that moment is in its journal
    // (store::recover of run_paths(folder).journal). Empty: it ended cleanly. When that folder is
    // gone every slot of every window counts as taken now.
    std::string died_in;
    account_mark told{};
    std::vector<learned_limit> learned;
    core::duration latency{};  // half of the last run's answers came sooner; 0: not known
    // How long they took: values that were equally likely, ascending; empty: not known. At most
    // latencies_max are kept.
    std::vector<core::duration> latencies{};
    static constexpr std::size_t latencies_max = 64;
    bool troubled = false;  // its endpoint was in trouble when that was last looked at

    friend bool operator==(const bot_window&, const bot_window&) = default;
};

// The bot, held by this process: one campaign a bot at a time.
class bot_state {
  public:
    // trouble::busy when another process uses the bot: the text names its run and pid. Where
    // folders know different windows, the one that was written most often counts.
    static core::result<bot_state> take(disk& where, const state_folders& folders,
                                        const bot_key& key, const std::string& run_folder);

    // Only looks, whoever holds it; the answer may be old by the time it is read.
    static core::result<bot_window> peek(disk& where, const state_folders& folders,
                                         const bot_key& key);

    const bot_window& window() const noexcept { return window_; }
    // Before the first message, and again whenever something was learned: from now on the window is
    // in that run's journal. What window() said is kept beside it, as far as the caller hands it in
    // again.
    core::result<void> begin(bot_window known);
    // At a clean end: the window itself. `died_in` is this class's business in both.
    core::result<void> end(bot_window known);

  private:
    bot_state(disk& where, std::string run_folder)
        : where_(&where), run_folder_(std::move(run_folder)) {}
    core::result<void> write(const bot_window& known);

    disk* where_;
    std::string run_folder_;
    std::vector<std::string> paths_;  // of the window, one a folder
    std::vector<disk_file> locks_;
    std::uint64_t written_ = 0;  // so often was the window written
    bot_window window_;
};

}  // namespace tidings::store
