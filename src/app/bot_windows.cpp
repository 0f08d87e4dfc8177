#include "app/bot_windows.hpp"

#include "tidings/store/recovery.hpp"
#include "tidings/store/run_folder.hpp"

#include <algorithm>
#include <limits>

namespace tidings::app {

namespace {

constexpr std::uint32_t full_window = std::numeric_limits<std::uint32_t>::max();

bool belongs(const store::recorded_lane& lane, const store::bot_key& key) {
    return key.account ? lane.account == key.bot
                       : lane.identity.bot == key.bot && lane.url == key.url;
}

core::window_snapshot snapshot_of(core::scope_kind scope, std::string name,
                                  const core::rate_limit& limit,
                                  const std::vector<store::sender_slots>& taken,
                                  std::string_view from, core::time_stamp now, std::uint32_t boot) {
    core::window_snapshot made;
    made.scope = scope;
    made.name = std::move(name);
    made.limit = limit;
    made.believed = limit.count;
    for (const auto& one : taken)
        if (from.empty() || one.from.empty() || one.from == from)
            made.spent.push_back({.answered = store::moment_of(one.slots, now, boot),
                                  .count = std::min(one.slots.count, limit.count)});
    std::sort(made.spent.begin(), made.spent.end(),
              [](const auto& a, const auto& b) { return a.answered < b.answered; });
    return made;
}

}  // namespace

core::result<std::vector<store::sender_slots>> slots_of_earlier_runs(
    store::disk& disk, const store::bot_window& window, const store::bot_key& key,
    const std::string& own_folder, core::duration window_longest, core::time_stamp now,
    std::uint32_t boot) {
    auto taken = window.slots;
    if (!window.died_in.empty() && window.died_in != own_folder) {
        const auto record = store::run_folder::peek(disk, window.died_in);
        const auto known = store::recover(disk, store::run_paths(window.died_in).journal,
                                          {.window_longest = window_longest});
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
    return taken;
}

core::limiter_snapshot window_snapshots(const campaign& settings, const store::bot_key& key,
                                        const std::vector<store::sender_slots>& taken,
                                        core::time_stamp now, std::uint32_t boot) {
    core::limiter_snapshot made;
    if (key.account) {
        const auto account = settings.accounts.find(key.bot);
        if (account == settings.accounts.end()) return made;
        for (const auto& limit : account->second.limits)
            made.push_back(
                snapshot_of(core::scope_kind::account, key.bot, limit, taken, {}, now, boot));
        return made;
    }
    for (const auto& bot : settings.bots) {
        if (bot.bot_id != key.bot || bot.url != key.url) continue;
        for (const auto& limit : bot.limits)
            made.push_back(
                snapshot_of(core::scope_kind::bot, bot.bot_id, limit, taken, {}, now, boot));
        for (const auto& sender : bot.senders)
            for (const auto& limit : sender.limits)
                made.push_back(snapshot_of(core::scope_kind::sender, sender.from.text(), limit,
                                           taken, sender.from.text(), now, boot));
    }
    return made;
}

}  // namespace tidings::app
