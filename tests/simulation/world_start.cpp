// How a simulated process begins (as app/run_session does it) and what is looked at then.
#include "tidings/store/row_fates.hpp"
#include "tidings/store/verify.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "simulation/process.hpp"
#include "simulation/world.hpp"

namespace tidings::simulation {

namespace {

constexpr const char* run_folder = "run";
constexpr const char* journal_folder = "run/journal";
constexpr core::wall_time epoch{std::chrono::seconds(1'795'420'800)};

store::outcome_log_options log_options(const scenario& plan) {
    store::outcome_log_options options;
    options.run = "simulated";
    for (const auto& lane : plan.lanes)
        options.lanes.push_back({lane.from.text(), lane.bot});
    options.piece_bytes = 8192;
    return options;
}

std::function<std::optional<core::wall_time>(core::row_number)> dates_of(
    const store::recovery& known) {
    std::map<core::row_number, core::wall_time> dates;
    const auto& rows = known.state.rows;
    for (auto row = rows.next(core::row_state::released, 1); row != 0;
         row = rows.next(core::row_state::released, row + 1))
        if (const auto at = known.released_at(row)) dates[row] = *at;
    return [dates](core::row_number row) -> std::optional<core::wall_time> {
        const auto found = dates.find(row);
        return found == dates.end() ? std::nullopt : std::optional(found->second);
    };
}

}  // namespace

// False: it could not begin; `broken` says why if that may not be.
bool world::open() {
    const auto now = stamp();
    store::journal_options options;
    options.window_longest = plan_.window_longest();
    options.boot = boot_;
    options.id = 42;
    options.segment_bytes = 8192;
    options.checkpoint_bytes = 6000;
    auto known = store::recover(disk_, journal_folder, {.window_longest = options.window_longest});
    if (!known && known.error().kind == core::trouble::missing) {
        require(bound_ == 0, "the journal is gone");
        auto journal = store::journal::create(disk_, journal_folder, options, now);
        require(bool(journal), journal ? "" : "no journal: " + journal.error().text);
        if (!journal) return false;
        auto log = store::outcome_log::create(disk_, run_folder, log_options(plan_));
        require(bool(log), log ? "" : "no outcome log: " + log.error().text);
        if (!log) return false;
        start_process(std::move(*journal), std::move(*log), {}, {});
        return true;
    }
    require(bool(known), known ? "" : "no recovery: " + known.error().text);
    if (!known) return false;
    note(fmt::format("STARTS, {} rows in doubt", known->in_doubt()));
    require(known->in_doubt() <= bound_,
            fmt::format("{} rows are in doubt, {} were at risk", known->in_doubt(), bound_));
    counts_.in_doubt += known->in_doubt();
    bound_ = known->in_doubt();
    const auto slots = known->slots_taken(now, boot_);
    core::dispatcher::past before;
    before.states = known->state.rows;
    before.counts = known->state.counts;
    before.requests = known->state.requests;
    before.released_at = dates_of(*known);
    auto log =
        store::outcome_log::open(disk_, run_folder, journal_folder, log_options(plan_), *known);
    require(bool(log), log ? "" : "the outcome log does not open: " + log.error().text);
    if (!log) return false;
    auto journal = store::journal::open(disk_, journal_folder, options, std::move(*known), now);
    require(bool(journal), journal ? "" : "the journal does not open: " + journal.error().text);
    if (!journal) return false;
    if (!complete_lines(*log)) return false;
    judge_fates(false);
    start_process(std::move(*journal), std::move(*log), std::move(before), slots);
    return true;
}

bool world::complete_lines(store::outcome_log& log) {
    core::row_number from = 1;
    while (log.missing() > 0) {
        auto missing = log.missing_after(from, 50);
        require(bool(missing), "missing lines cannot be found");
        if (!missing) return false;
        if (missing->settled.empty()) return true;
        for (auto& one : missing->settled)
            one.to = plan_.rows[one.row - 1].to;
        from = missing->settled.back().row + 1;
        const auto written = log.append(*missing);
        require(bool(written), "missing lines cannot be written");
        if (!written) return false;
    }
    return true;
}

void world::start_process(store::journal journal, store::outcome_log outcomes,
                          core::dispatcher::past before,
                          const std::vector<store::slot_run>& slots) {
    const auto now = stamp();
    core::calendar_options hours;
    if (plan_.expires)
        hours.expires_at =
            epoch + std::chrono::duration_cast<std::chrono::microseconds>(*plan_.expires);
    const auto texted =
        before.counts[core::outcome::accepted] + before.counts[core::outcome::unknown];
    own_ = std::make_unique<process>(
        plan_, simulated_writer(disk_, journal_folder, std::move(journal), std::move(outcomes)),
        std::move(before), hours, now, texted, requests_.size());
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
    own_->committed_at = own_->reader_next = now_;
}

// What the journal says of each row against what the provider did.
void world::judge_fates(bool at_end) {
    const auto fates = store::read_fates(disk_, journal_folder);
    require(bool(fates), "the fates cannot be read");
    if (!fates) return;
    using store::row_fate;
    for (const auto& row : plan_.rows) {
        const auto fate = (*fates)[row.row];
        const auto where = fmt::format("row {} has fate {}", row.row, static_cast<int>(fate));
        if (at_end) require(store::is_settled(fate), where + " at the end");
        const bool unique =
            row.found == core::screening::sendable || row.found == core::screening::suppressed;
        if (!store::is_settled(fate) || !unique) continue;
        const auto times = provider_.processed(row.to);
        if (fate == row_fate::accepted)
            require(times == 1, fmt::format("{} and was texted {} times", where, times));
        else if (fate != row_fate::unknown)
            require(times == 0, fmt::format("{} and was texted {} times", where, times));
    }
}

void world::judge_windows() {
    const auto within = [&](tests::rolling_counter& of, const std::vector<core::rate_limit>& all,
                            const std::string& whose) {
        for (const auto& limit : all) {
            const auto worst = of.worst(limit.window);
            require(worst <= limit.count,
                    fmt::format("{} requests of {} in a window of {:.3f} s, which takes {}", worst,
                                whose, std::chrono::duration<double>(limit.window).count(),
                                limit.count));
        }
    };
    within(provider_.of_all(), plan_.account_limits, "the account");
    for (std::size_t bot = 0; bot < plan_.bots; ++bot)
        within(provider_.of_bot(bot), plan_.bot_limits, fmt::format("bot {}", bot));
    for (std::size_t lane = 0; lane < plan_.lanes.size(); ++lane)
        within(provider_.of_lane(lane), plan_.lane_limits, fmt::format("lane {}", lane));
}

void world::judge_end() {
    judge_fates(true);
    judge_windows();
    const auto before = store::recover(disk_, journal_folder);
    require(before && before->state.finished, "the journal does not say that it is finished");
    const auto proof = store::verify(disk_, run_folder, journal_folder, plan_.rows.size());
    require(bool(proof), "the run cannot be verified");
    if (!broken_.empty() || !proof) return;
    require(proof->complete(),
            proof->sentence() + (proof->findings.empty() ? "" : ": " + proof->findings.front()));
    // Going on with what is finished changes nothing.
    const auto requests = counts_.requests;
    disk_.kill_process();
    disk_.set_capacity(~std::uint64_t{0} >> 2);
    plan_.crashes = 0;
    quiet_ = true;
    require(live() == ending::finished, "a finished run does not finish again");
    require(counts_.requests == requests, "a finished run sent again");
    const auto after = store::recover(disk_, journal_folder);
    require(after && after->state.counts == before->state.counts, "a finished run changed");
    judge_fates(true);
}

}  // namespace tidings::simulation
