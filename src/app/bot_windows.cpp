#include "app/bot_windows.hpp"

#include "store/recovery.hpp"
#include "store/run_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace tidings::app {

namespace {

constexpr std::uint32_t full_window = std::numeric_limits<std::uint32_t>::max();

bool belongs(const store::recorded_lane& lane, const store::bot_key& key) {
    return key.account ? lane.account == key.bot
                       : lane.identity.bot == key.bot && lane.url == key.url;
}

// One limit of the scopes that a key owns.
struct owned_limit {
    core::scope_kind scope;
    std::string name;
    core::rate_limit limit;
};

std::vector<owned_limit> limits_of(const campaign& settings, const store::bot_key& key) {
    std::vector<owned_limit> owned;
    if (key.account) {
        if (const auto account = settings.accounts.find(key.bot);
            account != settings.accounts.end())
            for (const auto& limit : account->second.limits)
                owned.push_back({core::scope_kind::account, key.bot, limit});
        return owned;
    }
    for (const auto& bot : settings.bots) {
        if (bot.bot_id != key.bot || bot.url != key.url) continue;
        for (const auto& limit : bot.limits)
            owned.push_back({core::scope_kind::bot, bot.bot_id, limit});
        for (const auto& sender : bot.senders)
            for (const auto& limit : sender.limits)
                owned.push_back({core::scope_kind::sender, sender.from.text(), limit});
    }
    return owned;
}

core::window_snapshot snapshot_of(const owned_limit& one,
                                  const std::vector<store::sender_slots>& taken,
                                  const std::vector<store::learned_limit>& learned,
                                  core::time_stamp now, std::uint32_t boot) {
    core::window_snapshot made;
    made.scope = one.scope;
    made.name = one.name;
    made.limit = one.limit;
    made.believed = one.limit.count;
    for (const auto& known : learned) {
        if (known.scope != one.scope || known.name != one.name || known.asked != one.limit)
            continue;
        made.believed = known.believed;
        made.believed_at =
            store::moment_of({.boot = known.boot, .count = 1, .at = known.since}, now, boot);
    }
    const bool of_sender = one.scope == core::scope_kind::sender;
    for (const auto& slots : taken)
        if (!of_sender || slots.from.empty() || slots.from == one.name)
            made.spent.push_back({.answered = store::moment_of(slots.slots, now, boot),
                                  .count = std::min(slots.slots.count, one.limit.count)});
    std::sort(made.spent.begin(), made.spent.end(),
              [](const auto& a, const auto& b) { return a.answered < b.answered; });
    return made;
}

}  // namespace

std::string state_folder_of_process() {
    return store::state_folder(std::getenv("XDG_STATE_HOME"), std::getenv("HOME"));
}

core::result<std::vector<store::sender_slots>> slots_of_earlier_runs(
    store::disk& disk, const store::bot_window& window, const store::bot_key& key,
    const std::string& own_folder, core::duration window_longest, core::time_stamp now,
    std::uint32_t boot, bool live) {
    auto taken = window.slots;
    if (!window.died_in.empty() && window.died_in != own_folder) {
        const auto record = store::run_folder::peek(disk, window.died_in);
        const auto known = store::recover(disk, store::run_paths(window.died_in).journal,
                                          {.window_longest = window_longest, .live = live});
        if (record && known) {
            for (const auto& slots : known->slots_taken(now, boot)) {
                if (slots.lane == core::lane_none)
                    taken.push_back({.from = {}, .slots = slots});
                else if (slots.lane < record->lanes.size() &&
                         belongs(record->lanes[slots.lane], key))
                    taken.push_back(
                        {.from = record->lanes[slots.lane].identity.from, .slots = slots});
            }
        } else {
            taken.push_back({.from = {}, .slots = {.boot = boot, .count = full_window, .at = now}});
        }
    }
    std::erase_if(taken, [&](const store::sender_slots& one) {
        return store::moment_of(one.slots, now, boot) + window_longest <= now.steady;
    });
    // They are kept for the run after this one: a calendar that is set meanwhile must not shift
    // them.
    for (auto& one : taken)
        one.slots = store::told_now(one.slots, now, boot);
    return taken;
}

core::limiter_snapshot window_snapshots(const campaign& settings, const store::bot_key& key,
                                        const std::vector<store::sender_slots>& taken,
                                        const std::vector<store::learned_limit>& learned,
                                        core::time_stamp now, std::uint32_t boot) {
    core::limiter_snapshot made;
    for (const auto& one : limits_of(settings, key))
        made.push_back(snapshot_of(one, taken, learned, now, boot));
    return made;
}

std::vector<store::learned_limit> learned_of(const campaign& settings, const store::bot_key& key,
                                             std::span<const core::limit_progress> limits,
                                             const std::vector<store::learned_limit>& before,
                                             core::time_stamp now, std::uint32_t boot) {
    std::vector<store::learned_limit> found;
    for (const auto& one : limits_of(settings, key)) {
        const auto told =
            std::find_if(limits.begin(), limits.end(), [&](const core::limit_progress& its) {
                return its.given && its.scope == one.scope && its.scope_name == one.name &&
                       its.limit == one.limit;
            });
        if (told == limits.end()) continue;
        store::learned_limit made{.scope = one.scope,
                                  .name = one.name,
                                  .asked = one.limit,
                                  .believed = told->given->count,
                                  .boot = boot,
                                  .since = now};
        for (const auto& old : before)
            if (old.scope == made.scope && old.name == made.name && old.asked == made.asked &&
                old.believed == made.believed)
                made = old;
        found.push_back(std::move(made));
    }
    return found;
}

core::result<answer_times> restore_for_looking(store::disk& disk, const std::string& state_folder,
                                               const campaign& settings, campaign_cores& cores,
                                               core::time_stamp now, std::uint32_t boot) {
    std::vector<store::bot_window> windows;
    for (const auto& key : state_keys_of(settings)) {
        const auto window = store::bot_state::peek(disk, state_folder, key);
        if (!window) return window.error();
        const auto taken =
            slots_of_earlier_runs(disk, *window, key, {}, cores.window_longest, now, boot, true);
        if (!taken) return taken.error();
        cores.limits->restore(window_snapshots(settings, key, *taken, window->learned, now, boot),
                              now.steady);
        windows.push_back(*window);
    }
    return answers_of(windows);
}

void keep_probe(store::disk& disk, const std::string& state_folder, const campaign& settings,
                std::size_t bot, std::uint32_t count, std::vector<core::duration> took,
                core::time_stamp now, std::uint32_t boot) {
    const auto& asked = settings.bots[bot];
    for (const auto& key : state_keys_of(settings)) {
        const bool its = key.account ? key.bot == asked.account
                                     : key.bot == asked.bot_id && key.url == asked.url;
        if (!its) continue;
        // A run that died on the bot stays the one whose journal must be read.
        const auto before = store::bot_state::peek(disk, state_folder, key);
        if (!before) return;
        auto held = store::bot_state::take(disk, state_folder, key, before->died_in);
        if (!held) return;
        auto window = held->window();
        window.slots.push_back({.from = {}, .slots = {.boot = boot, .count = count, .at = now}});
        if (!key.account && window.latency.count() == 0 && !took.empty()) {
            const auto answers = answer_times::measured(answer_times::source::probed, took);
            window.latency = answers.typical;
            window.latencies = answers.equally_likely;
        }
        const auto kept =
            window.died_in.empty() ? held->end(std::move(window)) : held->begin(std::move(window));
        if (!kept) return;
    }
}

answer_times answers_of(std::span<const store::bot_window> windows) {
    const auto slowest = std::max_element(
        windows.begin(), windows.end(),
        [](const auto& one, const auto& other) { return one.latency < other.latency; });
    if (slowest == windows.end() || slowest->latency.count() <= 0) return {};
    if (!slowest->latencies.empty())
        return answer_times::measured(answer_times::source::last_run, slowest->latencies);
    return {
        .from = answer_times::source::last_run, .typical = slowest->latency, .equally_likely = {}};
}

}  // namespace tidings::app
