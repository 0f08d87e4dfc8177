#include "run/bot_windows.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace tidings::run {

namespace {

constexpr std::uint32_t full_window = std::numeric_limits<std::uint32_t>::max();

// For so long at least what was given up may still be read by a server that stood still: whoever
// goes on takes it for unread until the endpoint's first good answer. One that stands still for
// longer, and over the end of a run, is not provided for.
constexpr core::duration unread_for = std::chrono::hours(1);

store::clock_reading read(const surroundings& around) {
    return {around.now(), around.boot};
}

core::window_snapshot snapshot_of(const owned_limit& one,
                                  const std::vector<store::sender_slots>& taken,
                                  const std::vector<store::learned_limit>& learned,
                                  store::clock_reading now) {
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
            store::moment_of({.boot = known.boot, .count = 1, .at = known.since}, now);
    }
    const bool of_sender = one.scope == core::scope_kind::sender;
    for (const auto& slots : taken) {
        if (of_sender && !slots.from.empty() && slots.from != one.name) continue;
        const auto count = std::min(slots.slots.count, one.limit.count);
        if (slots.slots.unread)
            made.unread = std::min(made.unread + count, one.limit.count);
        else
            made.spent.push_back({.answered = store::moment_of(slots.slots, now), .count = count});
    }
    std::sort(made.spent.begin(), made.spent.end(),
              [](const auto& a, const auto& b) { return a.answered < b.answered; });
    return made;
}

// nullopt: it is gone, or cannot be read, or is not the one that was known.
std::optional<run_trace> trace_of_dead(const surroundings& around, const store::bot_window& window,
                                       core::duration window_longest, bool live) {
    const auto record = store::run_folder::peek(around.disk, window.died_in);
    if (!record) return std::nullopt;
    const auto known = store::recover(around.disk, store::run_paths(window.died_in).journal,
                                      {.window_longest = window_longest, .live = live});
    if (!known) return std::nullopt;
    auto made = run_trace::of(*record, *known, read(around));
    const bool older = window.told.run == made.run && made.sequence < window.told.sequence;
    return older ? std::nullopt : std::optional(std::move(made));
}

bool knows(const std::vector<store::sender_slots>& taken, std::uint64_t run) {
    return std::any_of(taken.begin(), taken.end(),
                       [run](const store::sender_slots& one) { return one.run == run; });
}

void add(std::vector<store::sender_slots>& taken, const run_trace& trace, const store::bot_key& key,
         core::instant from = core::instant::min()) {
    for (const auto& slots : trace.slots) {
        const bool any = slots.lane == core::lane_none;
        if (!any && (slots.lane >= trace.lanes.size() || !belongs(trace.lanes[slots.lane], key)))
            continue;
        if (slots.at.steady < from) continue;
        taken.push_back({.from = any ? std::string() : trace.lanes[slots.lane].identity.from,
                         .slots = slots,
                         .run = trace.run});
    }
}

// What the journal of the run that used the bot last has more than the account of the bot.
void add_since(std::vector<store::sender_slots>& taken, const store::account_mark& told,
               const run_trace& trace, const store::bot_key& key, store::clock_reading now) {
    if (told.run == trace.run && told.sequence == trace.sequence) return;
    // Its slots are told by the clocks of now; so is the moment from which on they are new.
    if (told.run == trace.run && told.read.boot == trace.last.boot) {
        const store::slot_run then{
            .boot = told.read.boot,
            .count = 1,
            .at = store::told_by({.boot = told.read.boot, .at = told.read.at}, trace.last).at};
        // What is unread it tells anew, all of it.
        std::erase_if(taken, [&](const store::sender_slots& one) {
            return one.run == trace.run && one.slots.unread;
        });
        return add(taken, trace, key, store::moment_of(then, now));
    }
    std::erase_if(taken, [&](const store::sender_slots& one) { return one.run == trace.run; });
    add(taken, trace, key);
}

}  // namespace

std::vector<std::string> stems_of(std::span<const window_owner> owners) {
    std::vector<std::string> stems;
    for (const auto& owner : owners)
        if (!owner.key.account) stems.push_back(owner.key.file_stem());
    return stems;
}

store::state_folders state_of(const store::state_folders& named, const std::string& run_folder) {
    store::state_folders all;
    auto wanted = named;
    wanted.push_back(store::state_beside(store::absolute_path(run_folder)));
    for (const auto& folder : wanted) {
        const auto path = store::absolute_path(folder);
        if (std::find(all.begin(), all.end(), path) == all.end()) all.push_back(path);
    }
    return all;
}

run_trace run_trace::of(const store::run_record& record, const store::journal_state& known,
                        store::clock_reading now) {
    return {.folder = record.folder,
            .run = record.journal_id,
            .lanes = record.lanes,
            .slots = known.slots_taken(now),
            .last = now,
            .sequence = known.sequence};
}

run_trace run_trace::of(const store::run_record& record, const store::recovery& known,
                        store::clock_reading now) {
    return {.folder = record.folder,
            .run = record.journal_id,
            .lanes = record.lanes,
            .slots = known.slots_taken(now),
            .last = {known.state.last, known.state.boot},
            .sequence = known.state.sequence};
}

bool belongs(const store::recorded_lane& lane, const store::bot_key& key) {
    return key.account ? lane.account == key.bot
                       : lane.identity.bot == key.bot && lane.url == key.url;
}

std::vector<store::sender_slots> slots_taken(const surroundings& around,
                                             const store::bot_window& window,
                                             const store::bot_key& key, const run_trace* own,
                                             core::duration window_longest, bool live) {
    const auto now = read(around);
    auto taken = window.slots;
    const bool own_died = own != nullptr && !window.died_in.empty() &&
                          (own->run == window.told.run || own->folder == window.died_in);
    std::optional<run_trace> other;
    if (!window.died_in.empty() && !own_died)
        other = trace_of_dead(around, window, window_longest, live);
    const auto* died = own_died ? own : other ? &*other : nullptr;
    // They were told when the run that died began. Its frames know the calendar since then.
    const bool read_since = died != nullptr && died->last.boot == window.told.read.boot &&
                            died->last.at.steady >= window.told.read.at.steady;
    for (auto& one : taken) {
        if (read_since && one.slots.boot == died->last.boot)
            one.slots = store::told_by(one.slots, died->last);
        one.slots = store::told_now(one.slots, now);
    }
    if (died != nullptr) add_since(taken, window.told, *died, key, now);
    if (own != nullptr && own != died && !knows(taken, own->run)) add(taken, *own, key);
    if (!window.died_in.empty() && died == nullptr)
        taken.push_back(
            {.from = {}, .slots = {.boot = now.boot, .count = full_window, .at = now.at}});
    std::erase_if(taken, [&](const store::sender_slots& one) {
        const auto matters =
            one.slots.unread ? std::max(window_longest, unread_for) : window_longest;
        return store::moment_of(one.slots, now) + matters <= now.at.steady;
    });
    return taken;
}

core::limiter_snapshot window_snapshots(const window_owner& owner,
                                        const std::vector<store::sender_slots>& taken,
                                        const std::vector<store::learned_limit>& learned,
                                        store::clock_reading now) {
    core::limiter_snapshot made;
    for (const auto& one : owner.limits)
        made.push_back(snapshot_of(one, taken, learned, now));
    return made;
}

std::vector<store::learned_limit> learned_of(const window_owner& owner,
                                             std::span<const core::limit_progress> limits,
                                             const std::vector<store::learned_limit>& before,
                                             store::clock_reading now) {
    std::vector<store::learned_limit> found;
    for (const auto& one : owner.limits) {
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
                                  .boot = now.boot,
                                  .since = now.at};
        for (const auto& old : before)
            if (old.scope == made.scope && old.name == made.name && old.asked == made.asked &&
                old.believed == made.believed)
                made = old;
        found.push_back(std::move(made));
    }
    return found;
}

core::result<answer_times> restore_for_looking(const surroundings& around,
                                               const store::state_folders& state,
                                               std::span<const window_owner> owners,
                                               core::limiter& limits,
                                               core::duration window_longest) {
    std::vector<store::bot_window> windows;
    for (const auto& owner : owners) {
        const auto window = store::bot_state::peek(around.disk, state, owner.key);
        if (!window) return window.error();
        const auto taken = slots_taken(around, *window, owner.key, nullptr, window_longest, true);
        const auto now = read(around);
        limits.restore(window_snapshots(owner, taken, window->learned, now), now.at.steady);
        windows.push_back(*window);
    }
    return answers_of(windows);
}

void keep_probe(const surroundings& around, const store::state_folders& state,
                std::span<const store::bot_key> keys, std::uint32_t count,
                const std::vector<core::duration>& took) {
    for (const auto& key : keys) {
        // A run that died on the bot stays the one whose journal must be read.
        const auto before = store::bot_state::peek(around.disk, state, key);
        if (!before) return;
        auto held = store::bot_state::take(around.disk, state, key, before->died_in);
        if (!held) return;
        const auto now = read(around);
        auto window = held->window();
        if (window.died_in.empty()) {
            for (auto& one : window.slots)
                one.slots = store::told_now(one.slots, now);
            window.told.read = now;
        }
        window.slots.push_back(
            {.from = {}, .slots = {.boot = now.boot, .count = count, .at = now.at}});
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

}  // namespace tidings::run
