#include "core/departure_order.hpp"

#include <algorithm>

namespace tidings::core {

departure_order::departure_order(departure_parts parts) : parts_(parts) {
    on_limits_changed();
}

void departure_order::on_limits_changed() {
    turns_.clear();
    turns_.reserve(parts_.roster.bots());
    lanes_of_bot_.clear();
    for (bot_id bot = 0; bot < parts_.roster.bots(); ++bot) {
        const auto its = parts_.roster.lanes_of(bot);
        turns_.emplace_back(parts_.limits, its);
        lanes_of_bot_.push_back(its.size());
        for (const lane_id lane : its)
            if (parts_.held.in_lane(lane) > 0) turns_.back().wants(lane);
    }
}

void departure_order::on_slots_back(lane_id lane, bool at_once) {
    // Bots of one account share its limits.
    for (auto& turns : turns_)
        at_once ? turns.wake_early(lane) : turns.wake(lane);
}

bool departure_order::open(time_stamp now) const {
    return parts_.course.running() && parts_.hours.started(now.wall) && !parts_.rules.holding();
}

void departure_order::admit() {
    auto& lanes = parts_.held.newly_there();
    for (const lane_id lane : lanes)
        turns_[parts_.roster.bot_of(lane)].wants(lane);
    lanes.clear();
    auto& back = parts_.endpoints.slots_back();
    for (const lane_id lane : back)
        on_slots_back(lane, true);
    back.clear();
}

lane_id departure_order::next_of(bot_id bot, time_stamp now) {
    auto& turns = turns_[bot];
    while (true) {
        const lane_id lane = turns.next(now.steady);
        if (lane == lane_none) return lane_none;
        if (parts_.held.in_lane(lane) > 0 && !parts_.roster.given_up(lane)) return lane;
        turns.rests();
    }
}

void departure_order::depart(bot_id bot, std::size_t room, time_stamp now,
                             std::vector<departure>& out) {
    // One lane takes all the room there is; several take turns, a few messages each.
    const std::size_t share = lanes_of_bot_[bot] == 1 ? room : 16;
    room = std::min<std::size_t>({room, parts_.flights.room(), parts_.endpoints.room(bot)});
    admit();
    while (room > 0 && open(now)) {
        const lane_id lane = next_of(bot, now);
        if (lane == lane_none) return;
        const std::size_t sent = send_some(lane, std::min(room, share), now, out);
        room -= sent;
        // A dry lane comes back with its release.
        if (parts_.held.ready(lane) == 0)
            turns_[bot].rests();
        else
            turns_[bot].left();
    }
}

std::size_t departure_order::send_some(lane_id lane, std::size_t most, time_stamp now,
                                       std::vector<departure>& out) {
    most = static_cast<std::size_t>(parts_.rules.room(most));
    const std::size_t allowed =
        parts_.limits.available(lane, now.steady, static_cast<std::uint32_t>(most));
    std::size_t sent = send_due(lane, allowed, now, out);
    const auto& queue = parts_.held.queue(lane);
    while (sent < allowed && queue.ready() > 0) {
        const held_row row = parts_.held.pop(lane);
        if (row.when.expired(now.wall)) {
            parts_.later.expire({.held = row, .lane = lane, .released = true}, now.wall);
            continue;
        }
        if (const auto open = may_leave(row, now); open > now.wall) {
            parts_.later.until_open(row, lane, open, true, now);
            continue;
        }
        send_one(lane, row, false, now, out);
        ++sent;
    }
    parts_.releases.on_left(lane, sent, sent < allowed && queue.size() > 0);
    return sent;
}

std::size_t departure_order::send_due(lane_id lane, std::size_t most, time_stamp now,
                                      std::vector<departure>& out) {
    std::size_t sent = 0;
    while (sent < most && parts_.held.has_due(lane)) {
        const delayed_row row = parts_.held.pop_due(lane);
        if (row.held.when.expired(now.wall)) {
            parts_.later.expire(row, now.wall);
            continue;
        }
        // It has waited for its turn since it came due, and its recipient's day may be over.
        const auto open = may_leave(row.held, now);
        if (open <= now.wall) {
            send_one(lane, row.held, row.probe, now, out);
            ++sent;
        } else if (row.probe) {
            parts_.later.probe_until_open(row, open, now);
        } else {
            parts_.later.until_open(row.held, lane, open, true, now);
        }
    }
    return sent;
}

wall_time departure_order::may_leave(const held_row& held, time_stamp now) {
    const auto open = parts_.hours.next_open(held.zone, held.to, now.wall);
    const auto free = parts_.caps.free_at(held.to, now);
    if (free <= now.steady) return open;
    return std::max(open, now.wall + std::chrono::ceil<wall_time::duration>(free - now.steady));
}

void departure_order::send_one(lane_id lane, const held_row& held, bool probe, time_stamp now,
                               std::vector<departure>& out) {
    // Its turn came when the pace said so, even if a connection was free only later. Without a
    // pace there is no plan: its turn is now.
    // What is sent again in doubt needs a token of its own, and no release gives it one.
    const wall_time named = held.may_have_arrived ? now.wall : held.released_at;
    const instant planned = parts_.limits.earliest(lane, now.steady);
    parts_.limits.take(lane, now.steady);
    parts_.caps.take(held.to);
    parts_.rules.on_departed();
    ++parts_.tally.requests;
    flight one{.held = held,
               .left = now.steady,
               .token = parts_.tokens.generation(parts_.roster.bot_of(lane)),
               .lane = lane,
               .probe = probe,
               .number = parts_.endpoints.on_left(parts_.roster.bot_of(lane), now.steady)};
    if (held.tries == 0)
        one.held.due =
            planned <= instant{} ? now.steady : std::min(std::max(planned, held.due), now.steady);
    ++one.held.tries;
    out.push_back({.which = parts_.flights.begin(one),
                   .lane = lane,
                   .row = held.row,
                   .to = held.to,
                   .released_at = named,
                   .probe = probe});
}

std::size_t departure_order::wanting(bot_id bot, time_stamp now, std::size_t most) {
    most = std::min<std::size_t>(most, parts_.endpoints.room(bot));
    if (most == 0 || !open(now)) return 0;
    admit();
    const lane_id first = next_of(bot, now);
    if (first == lane_none) return turns_[bot].next_due() < now.steady + connect_ahead ? 1 : 0;
    const auto limit = static_cast<std::uint32_t>(std::min(most, parts_.held.in_lane(first)));
    const std::size_t of_it = parts_.limits.available(first, now.steady, limit);
    turns_[bot].stays();
    // The others that stand in line have a message each, as far as anyone knows.
    return std::min(most, of_it + turns_[bot].others_in_line());
}

instant departure_order::next_due(time_stamp now) {
    if (!open(now)) return never;
    admit();
    instant next = never;
    for (bot_id bot = 0; bot < turns_.size(); ++bot) {
        if (parts_.endpoints.open(bot)) continue;
        // What could leave already waits for a connection: an event, not a moment.
        if (next_of(bot, now) == lane_none)
            next = std::min(next, turns_[bot].next_due());
        else
            turns_[bot].stays();
    }
    return next;
}

bool departure_order::held_by_trouble() const {
    if (!parts_.endpoints.some_open()) return false;
    bool some = false;
    for (lane_id lane = 0; lane < parts_.roster.lanes(); ++lane) {
        if (parts_.held.in_lane(lane) == 0 || parts_.roster.given_up(lane)) continue;
        if (!parts_.endpoints.open(parts_.roster.bot_of(lane))) return false;
        some = true;
    }
    return some;
}

std::optional<wait_reason> departure_order::waiting_for(time_stamp now) const {
    std::optional<wait_reason> first;
    for (bot_id bot = 0; bot < turns_.size(); ++bot) {
        // An endpoint in trouble is told of by itself.
        if (parts_.endpoints.open(bot)) continue;
        const auto& turns = turns_[bot];
        if (turns.next_due() == instant::min()) return std::nullopt;
        const lane_id lane = turns.first_held_back();
        if (lane == lane_none) continue;
        const auto why = parts_.limits.why_waiting(lane, now.steady);
        if (why.what == wait_reason::cause::nothing) return std::nullopt;
        if (!first || why.until < first->until) first = why;
    }
    return first;
}

}  // namespace tidings::core
