// How a simulated process begins and ends, as app/run_session does it: bots, journal, outcome log,
// the windows of earlier runs.
#include "simulation/process.hpp"
#include "simulation/world.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace tidings::simulation {

namespace {

constexpr const char* state_folder = "state";

store::bot_window window_with(std::vector<store::sender_slots> slots) {
    store::bot_window made;
    made.slots = std::move(slots);
    return made;
}

std::size_t index_in(const store::bot_key& key) {
    return static_cast<std::size_t>(key.bot.back() - '0');
}

}  // namespace

store::outcome_log_options world::log_options() const {
    store::outcome_log_options options;
    options.run = run_folder();
    for (const auto& lane : plan_.lanes)
        options.lanes.push_back({lane.from.text(), lane.bot});
    options.piece_bytes = 8192;
    return options;
}

store::journal_options world::journal_options() const {
    store::journal_options options;
    options.window_longest = plan_.window_longest();
    options.boot = boot_;
    options.id = 42 + campaign_;
    options.segment_bytes = plan_.segment_bytes;
    options.checkpoint_bytes = plan_.checkpoint_bytes;
    return options;
}

// False: it could not begin; `broken` says why if that may not be.
bool world::open() {
    const auto now = stamp();
    const bool injured = disk_.failing();
    const auto must = [&](bool done, const char* what, const std::string& why) {
        require(done || injured, fmt::format("{}: {}", what, why));
        return done;
    };
    const auto text = [](const auto& got) { return got ? std::string() : got.error().text; };
    held_ = std::make_unique<held_bots>();
    if (!must(take_bots(), "a bot cannot be taken", "")) return false;
    const auto options = journal_options();
    auto known =
        store::recover(disk_, journal_folder(), {.window_longest = options.window_longest});
    if (!known && known.error().kind == core::trouble::missing) {
        require(bound_ == 0, "the journal is gone");
        auto journal = store::journal::create(disk_, journal_folder(), options, now);
        if (!must(bool(journal), "no journal", text(journal))) return false;
        (void)disk_.unlink(run_folder() + "/outcomes.ndjson");
        auto log = store::outcome_log::create(disk_, run_folder(), log_options());
        if (!must(bool(log), "no outcome log", text(log))) return false;
        start_process(std::move(*journal), std::move(*log), {}, {});
        return own_ != nullptr;
    }
    if (!must(bool(known), "no recovery", text(known))) return false;
    note("STARTS, {} rows in doubt", known->in_doubt());
    require(known->in_doubt() <= bound_,
            fmt::format("{} rows are in doubt, {} were at risk", known->in_doubt(), bound_));
    counts_.in_doubt += known->in_doubt();
    bound_ = known->in_doubt();
    const auto slots = known->slots_taken(now, boot_);
    core::dispatcher::past before;
    before.states = known->state.rows;
    before.counts = known->state.counts;
    before.requests = known->state.requests;
    before.released_at = known->release_dates();
    auto log =
        store::outcome_log::open(disk_, run_folder(), journal_folder(), log_options(), *known);
    if (!must(bool(log), "the outcome log does not open", text(log))) return false;
    auto journal = store::journal::open(disk_, journal_folder(), options, std::move(*known), now);
    if (!must(bool(journal), "the journal does not open", text(journal))) return false;
    if (!must(complete_lines(*log), "lines cannot be completed", "")) return false;
    judge_fates(false);
    start_process(std::move(*journal), std::move(*log), std::move(before), slots);
    return own_ != nullptr;
}

bool world::complete_lines(store::outcome_log& log) {
    core::row_number from = 1;
    while (log.missing() > 0) {
        auto missing = log.missing_after(from, 50);
        if (!missing) return false;
        if (missing->settled.empty()) return true;
        for (auto& one : missing->settled)
            one.to = rows()[one.row - 1].to;
        from = missing->settled.back().row + 1;
        if (!log.append(*missing)) return false;
    }
    return true;
}

void world::start_process(store::journal journal, store::outcome_log outcomes,
                          core::dispatcher::past before,
                          const std::vector<store::slot_run>& slots) {
    const auto now = stamp();
    const auto texted =
        before.counts[core::outcome::accepted] + before.counts[core::outcome::unknown];
    own_ =
        std::make_unique<process>(plan_, store::recorder(std::move(journal), std::move(outcomes)),
                                  std::move(before), now, texted, requests_.size());
    restore_windows();
    if (!own_) return;
    for (const auto& one : slots) {
        const auto at = store::moment_of(one, now, boot_);
        for (core::lane_id lane = 0; lane < plan_.lanes.size(); ++lane)
            if (one.lane == core::lane_none || one.lane == lane)
                own_->limits.spent_before(lane, at, now.steady, one.count);
    }
    for (core::bot_id bot = 0; bot < plan_.bots; ++bot) {
        own_->token[bot] = provider_.good_token(bot);
        own_->connected_from[bot] = now_ + up_to(milliseconds(300));
    }
    own_->reader_next = now_;
}

bool world::take_bots() {
    auto& keys = held_->keys;
    for (std::size_t bot = 0; bot < plan_.bots; ++bot)
        keys.push_back({.url = "https://sms.example", .bot = fmt::format("st-{}", bot)});
    for (std::size_t account = 0; account < plan_.accounts; ++account)
        keys.push_back({.url = {}, .bot = fmt::format("main-{}", account), .account = true});
    for (const auto& key : keys) {
        auto taken = store::bot_state::take(disk_, state_folder, key, run_folder());
        if (!taken) return false;
        held_->states.push_back(std::move(*taken));
    }
    return true;
}

// Slots of other runs that may still matter, as app/bot_windows finds them.
std::vector<store::sender_slots> world::slots_of_others(const store::bot_state& bot,
                                                        const store::bot_key& key) {
    const auto now = stamp();
    auto taken = bot.window().slots;
    const auto& died_in = bot.window().died_in;
    if (!died_in.empty() && died_in != run_folder()) {
        const auto known =
            store::recover(disk_, died_in + "/journal", {.window_longest = plan_.window_longest()});
        require(known || known.error().kind == core::trouble::missing || disk_.failing(),
                "the journal of the run before cannot be read");
        if (known)
            for (const auto& slots : known->slots_taken(now, boot_)) {
                if (slots.lane == core::lane_none) {
                    taken.push_back({.from = {}, .slots = slots});
                    continue;
                }
                const auto owner = plan_.lane_bots[slots.lane];
                const auto whose = key.account ? plan_.bot_accounts[owner] : owner;
                if (whose == index_in(key))
                    taken.push_back({.from = plan_.lanes[slots.lane].from.text(), .slots = slots});
            }
    }
    for (auto& one : taken)
        one.slots = store::told_now(one.slots, now, boot_);
    return taken;
}

core::limiter_snapshot world::windows_of(const store::bot_key& key,
                                         const std::vector<store::sender_slots>& taken) const {
    core::limiter_snapshot made;
    const auto add = [&](core::scope_kind scope, const std::string& name,
                         const std::vector<core::rate_limit>& limits, const std::string& from) {
        for (const auto& limit : limits) {
            core::window_snapshot window;
            window.scope = scope;
            window.name = name;
            window.limit = limit;
            window.believed = limit.count;
            for (const auto& one : taken)
                if (from.empty() || one.from.empty() || one.from == from)
                    window.spent.push_back({.answered = store::moment_of(one.slots, stamp(), boot_),
                                            .count = std::min(one.slots.count, limit.count)});
            std::sort(window.spent.begin(), window.spent.end(),
                      [](const auto& a, const auto& b) { return a.answered < b.answered; });
            made.push_back(std::move(window));
        }
    };
    if (key.account) {
        add(core::scope_kind::account, key.bot, plan_.account_limits, {});
        return made;
    }
    add(core::scope_kind::bot, key.bot, plan_.bot_limits, {});
    for (std::size_t lane = 0; lane < plan_.lanes.size(); ++lane)
        if (plan_.lane_bots[lane] == index_in(key)) {
            const auto from = plan_.lanes[lane].from.text();
            add(core::scope_kind::sender, from, plan_.lane_limits, from);
        }
    return made;
}

void world::restore_windows() {
    for (std::size_t i = 0; i < held_->keys.size(); ++i) {
        auto earlier = slots_of_others(held_->states[i], held_->keys[i]);
        own_->limits.restore(windows_of(held_->keys[i], earlier), stamp().steady);
        if (!held_->states[i].begin(window_with(earlier))) {
            require(disk_.failing(), "the bot's state cannot be written");
            own_.reset();
            return;
        }
        held_->before.push_back(std::move(earlier));
    }
}

// At a clean end the windows go with the bots. False: they stay where a crash leaves them.
bool world::close_bots() {
    if (own_->writer.broken()) return false;
    const auto now = stamp();
    const auto own = own_->writer.state().slots.within(now, boot_);
    for (std::size_t i = 0; i < held_->keys.size(); ++i) {
        const auto& key = held_->keys[i];
        auto taken = std::move(held_->before[i]);
        for (const auto& slots : own) {
            const auto owner = plan_.lane_bots[slots.lane];
            if ((key.account ? plan_.bot_accounts[owner] : owner) == index_in(key))
                taken.push_back({.from = plan_.lanes[slots.lane].from.text(), .slots = slots});
        }
        if (!held_->states[i].end(window_with(std::move(taken)))) return false;
    }
    return true;
}

}  // namespace tidings::simulation
