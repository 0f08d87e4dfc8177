#include "store/recovery.hpp"

#include "store/checkpoint.hpp"
#include "store/durable_mark.hpp"
#include "store/emergency_files.hpp"
#include "store/journal_rules.hpp"
#include "store/log_walk.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tidings::store {

namespace {

core::failure broken_rule(const std::string& folder, std::uint64_t sequence,
                          const std::string& rule) {
    return {core::trouble::journal,
            fmt::format("frame {} of the journal in {} contradicts what is before it ({}); "
                        "nothing was changed",
                        sequence, folder, rule)};
}

// Applies what the emergency files have and the journal has not.
core::result<core::journal_batch> apply_emergency(disk& where, const std::string& folder,
                                                  std::uint64_t journal_id, journal_state& state) {
    auto read = read_emergency_files(where, folder, journal_id, state.sequence);
    if (!read) return read.error();
    journal_rules rules(state);
    auto fresh = rules.what_is_new(read->batch);
    if (fresh.empty()) return fresh;
    codec::frame_head head;
    head.sequence = state.sequence;
    head.at = read->at;
    head.boot = read->boot;
    if (const auto broken = rules.apply(head, fresh))
        return broken_rule(folder, state.sequence, *broken);
    return fresh;
}

std::optional<core::wall_time> date_in(const std::vector<dated_release>& all,
                                       core::row_number row) {
    const auto after = std::upper_bound(
        all.begin(), all.end(), row,
        [](core::row_number one, const dated_release& run) { return one < run.rows.first; });
    if (after == all.begin()) return std::nullopt;
    const auto& run = *std::prev(after);
    if (row >= run.rows.first + run.rows.count) return std::nullopt;
    return run.at;
}

}  // namespace

std::optional<core::wall_time> recovery::released_at(core::row_number row) const {
    return date_in(state.releases, row);
}

std::function<std::optional<core::wall_time>(core::row_number)> recovery::release_dates() const {
    return [all = state.releases](core::row_number row) { return date_in(all, row); };
}

std::vector<slot_run> journal_state::slots_taken(const clock_reading& now) const {
    auto known = slots;
    if (now.boot != boot) known.begin_boot({last, boot}, now);
    auto taken = known.within(now);
    for (auto one : unread.all()) {
        one.boot = now.boot;
        one.at = now.at;
        taken.push_back(one);
    }
    return taken;
}

std::vector<slot_run> recovery::slots_taken(const clock_reading& now) const {
    auto taken = state.slots_taken(now);
    if (state.released != 0)
        taken.push_back(
            {core::lane_none, now.boot, static_cast<std::uint32_t>(state.released), now.at, true});
    return taken;
}

core::result<recovery> recover(disk& where, const std::string& folder,
                               const recovery_options& options) {
    auto log = log_walk::open(where, folder, options.live);
    if (!log) return log.error();
    recovery found;
    found.journal_id = log->journal_id();
    found.last_segment = log->last_segment();
    if (options.journal_id != 0 && found.journal_id != options.journal_id)
        return core::failure{
            core::trouble::journal,
            fmt::format("the journal in {} is another run's, so it says nothing of who was texted "
                        "in this one: put this run's own back",
                        folder)};
    auto saved = read_checkpoint(where, folder, found.journal_id);
    if (!saved) return saved.error();

    journal_place from;
    const bool covers = *saved && (*saved)->state.slots.window() >= options.window_longest;
    if (covers && options.use_checkpoint) {
        found.state = std::move((*saved)->state);
        found.log = (*saved)->log;
        found.from_checkpoint = true;
        from = (*saved)->place;
        if (!options.live)
            if (auto whole = log->check_before(from, found.state.sequence); !whole)
                return whole.error();
    } else {
        found.state.slots = slot_history(options.window_longest);
        found.state.first = log->first().created;
        found.state.last = log->first().created;
        found.state.boot = log->first().boot;
    }
    found.begun_at = from;
    found.begun_behind = found.state.sequence;
    const auto saved_sequence = *saved ? (*saved)->state.sequence : 0;
    // Of a journal that is being written the mark may already be further than what was found.
    const auto marked = options.live ? 0 : read_durable_mark(where, folder, found.journal_id);
    const auto known_to_exist = std::max(saved_sequence, marked);

    journal_rules rules(found.state);
    auto walked = log->walk(
        from, found.state.sequence,
        [&](const codec::frame_head& head, const core::journal_batch& batch) -> core::result<void> {
            rules.begin_process(log->current().created, log->current().boot);
            if (const auto broken = rules.apply(head, batch))
                return broken_rule(folder, head.sequence, *broken);
            return {};
        });
    if (!walked) return walked.error();
    // Whoever died while lines were changed left some of them before the checkpoint's position.
    if (rules.changed_outcomes()) found.log = {};
    if (found.state.sequence < known_to_exist)
        return core::failure{
            core::trouble::journal,
            fmt::format("the journal in {} ends with frame {}, but its {} knows frame {}: the end "
                        "of the journal is lost, and rows that were sent would be sent again; put "
                        "the folder back from a copy",
                        folder, found.state.sequence,
                        marked > saved_sequence ? "mark of what was durable" : "checkpoint",
                        known_to_exist)};
    found.last_offset = log->end().offset;
    found.bytes_replayed = log->bytes_walked();
    found.bytes_cut = log->bytes_cut();

    auto emergency = apply_emergency(where, folder, found.journal_id, found.state);
    if (!emergency) return emergency.error();
    found.emergency = std::move(*emergency);
    rules.sort_releases();
    return found;
}

core::result<void> visit_frames(disk& where, const std::string& folder, const frame_visitor& visit,
                                bool live) {
    auto log = log_walk::open(where, folder, live);
    if (!log) return log.error();
    journal_state state;
    journal_rules rules(state);
    auto walked = log->walk(
        {}, 0,
        [&](const codec::frame_head& head, const core::journal_batch& batch) -> core::result<void> {
            if (const auto broken = rules.apply(head, batch))
                return broken_rule(folder, head.sequence, *broken);
            visit(head.sequence, batch);
            return {};
        });
    if (!walked) return walked.error();
    auto emergency = apply_emergency(where, folder, log->journal_id(), state);
    if (!emergency) return emergency.error();
    if (!emergency->empty()) visit(0, *emergency);
    return {};
}

}  // namespace tidings::store
