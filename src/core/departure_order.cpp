#include "core/departure_order.hpp"

#include <algorithm>

namespace tidings::core {

bool departure_order::open(time_stamp now) const {
    return parts_.course.running() && parts_.hours.started(now.wall) && !parts_.rules.holding();
}

void departure_order::depart(bot_id bot, std::size_t room, time_stamp now,
                             std::vector<departure>& out) {
    // One lane takes all the room there is; several take turns, a few messages each.
    const std::size_t lanes = parts_.roster.lanes();
    const std::size_t share = lanes == 1 ? room : 16;
    room = std::min<std::size_t>({room, parts_.flights.room(), parts_.endpoints.room(bot)});
    std::size_t idle = 0;
    while (room > 0 && idle < lanes) {
        const auto lane = static_cast<lane_id>(turn_++ % lanes);
        std::size_t sent = 0;
        if (parts_.roster.bot_of(lane) == bot && !parts_.roster.given_up(lane) && open(now))
            sent = send_some(lane, std::min(room, share), now, out);
        room -= sent;
        idle = sent > 0 ? 0 : idle + 1;
    }
}

std::size_t departure_order::send_some(lane_id lane, std::size_t most, time_stamp now,
                                       std::vector<departure>& out) {
    most = static_cast<std::size_t>(parts_.rules.room(most));
    const std::size_t allowed =
        parts_.limits.available(lane, now.steady, static_cast<std::uint32_t>(most));
    std::size_t sent = send_due(lane, allowed, now, out);
    auto& queue = parts_.held.queue(lane);
    while (sent < allowed && queue.ready() > 0) {
        const held_row row = queue.front();
        queue.pop();
        if (const auto open = parts_.hours.next_open(row.zone, row.to, now.wall); open > now.wall) {
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
    auto& due = parts_.held.due(lane);
    std::size_t sent = 0;
    while (sent < most && !due.empty()) {
        const delayed_row row = due.front();
        due.pop_front();
        // It has waited for its turn since it came due, and its recipient's day may be over.
        const auto open = parts_.hours.next_open(row.held.zone, row.held.to, now.wall);
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

void departure_order::send_one(lane_id lane, const held_row& held, bool probe, time_stamp now,
                               std::vector<departure>& out) {
    // Its turn came when the pace said so, even if a connection was free only later. Without a
    // pace there is no plan: its turn is now.
    // What is sent again in doubt needs a token of its own, and no release gives it one.
    const wall_time named = held.may_have_arrived ? now.wall : held.released_at;
    const instant planned = parts_.limits.earliest(lane, now.steady);
    parts_.limits.take(lane, now.steady);
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
    if (!open(now)) return 0;
    most = std::min<std::size_t>(most, parts_.endpoints.room(bot));
    std::size_t sum = 0;
    for (lane_id lane = 0; lane < parts_.roster.lanes() && sum < most; ++lane) {
        const std::size_t there = parts_.held.in_lane(lane);
        if (parts_.roster.bot_of(lane) != bot || there == 0 || parts_.roster.given_up(lane))
            continue;
        const auto limit = static_cast<std::uint32_t>(std::min(most - sum, there));
        // A lane whose turn comes soon wants its connection ready by then.
        const auto allowed = parts_.limits.available(lane, now.steady, limit);
        const bool soon =
            allowed == 0 && parts_.limits.earliest(lane, now.steady) < now.steady + connect_ahead;
        sum += soon ? 1 : allowed;
    }
    return sum;
}

instant departure_order::next_due(time_stamp now) {
    if (!open(now)) return never;
    instant next = never;
    for (lane_id lane = 0; lane < parts_.roster.lanes(); ++lane) {
        if (parts_.held.ready(lane) == 0 || parts_.roster.given_up(lane)) continue;
        if (parts_.endpoints.open(parts_.roster.bot_of(lane))) continue;
        // What could leave already waits for a connection: an event, not a moment.
        const auto when = parts_.limits.earliest(lane, now.steady);
        if (when > now.steady) next = std::min(next, when);
    }
    return next;
}

bool departure_order::held_by_trouble() const {
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
    for (lane_id lane = 0; lane < parts_.roster.lanes(); ++lane) {
        // An endpoint in trouble is told of by itself.
        if (parts_.held.in_lane(lane) == 0 || parts_.endpoints.open(parts_.roster.bot_of(lane)))
            continue;
        const auto why = parts_.limits.why_waiting(lane, now.steady);
        if (why.what == wait_reason::cause::nothing) return std::nullopt;
        if (!first || why.until < first->until) first = why;
    }
    return first;
}

}  // namespace tidings::core
