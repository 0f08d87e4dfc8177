// The dispatcher's departures: who goes next, and when somebody has to look again.
#include "core/dispatcher.hpp"

#include <algorithm>

namespace tidings::core {

bool dispatcher::may_send(const lane_hold& one, time_stamp now) const {
    return phase_ == send_phase::running && !one.given_up && hours_.started(now.wall) &&
           !rules_.holding();
}

void dispatcher::on_time(time_stamp now) {
    if (phase_ == send_phase::draining || phase_ == send_phase::drained) return;
    if (hours_.expired(now.wall)) expire_held(now);
    obey(rules_.on_time(now.steady));
    if (phase_ == send_phase::paused) return;
    while (delayed_.next_due() <= now.steady)
        come_due(delayed_.pop(), now);
}

// Always puts the row somewhere or settles it; where that is the heap again, its moment lies ahead.
void dispatcher::come_due(const delayed_row& row, time_stamp now) {
    auto& lane = lanes_[row.lane];
    delayed_row again = row;
    if ((row.probe || row.held.may_have_arrived) && lane.given_up)
        return settle_held(row.held, true, outcome::unknown, "no proof before its bot ended", now);
    if (row.probe && now.wall - row.held.released_at >= options_.probe_within)
        return settle_held(row.held, true, outcome::unknown, "no proof while its token lived", now);
    // Its number may have been listed while it was under way.
    if (listed_ && !row.probe && listed_(row.held.to))
        return settle_held(row.held, row.released, outcome::suppressed, listed_why_, now);
    if (row.released) {
        if (batches_durable_ >= row.after_batch) {
            lane.urgent.push_back(row);
            return;
        }
        again.until = now.steady + std::chrono::milliseconds(1);
    } else if (const auto open = hours_.next_open(row.held.zone, row.held.to, now.wall);
               open > now.wall) {
        again.until = moment_of(open, now);
    } else if (lane.queue.full()) {
        again.until = now.steady + std::chrono::seconds(1);
    } else {
        lane.queue.push(row.held);
        return;
    }
    delayed_.push(again);
}

void dispatcher::depart(bot_id bot, std::size_t room, time_stamp now, std::vector<departure>& out) {
    // One lane takes all the room there is; several take turns, a few messages each.
    const std::size_t lanes = lanes_.size();
    const std::size_t share = lanes == 1 ? room : 16;
    room = std::min<std::size_t>(room, flights_.room());
    std::size_t idle = 0;
    while (room > 0 && idle < lanes) {
        const auto id = static_cast<lane_id>(turn_++ % lanes);
        std::size_t sent = 0;
        if (lanes_[id].bot == bot && may_send(lanes_[id], now))
            sent = send_some(id, std::min(room, share), now, out);
        room -= sent;
        idle = sent > 0 ? 0 : idle + 1;
    }
}

std::size_t dispatcher::send_some(lane_id id, std::size_t most, time_stamp now,
                                  std::vector<departure>& out) {
    auto& lane = lanes_[id];
    most = static_cast<std::size_t>(rules_.room(most));
    const std::size_t allowed = limits_.available(id, now.steady, static_cast<std::uint32_t>(most));
    std::size_t sent = 0;
    while (sent < allowed && !lane.urgent.empty()) {
        delayed_row row = lane.urgent.front();
        lane.urgent.pop_front();
        // It has waited for its turn since it came due, and its recipient's day may be over.
        const auto open = hours_.next_open(row.held.zone, row.held.to, now.wall);
        if (open <= now.wall) {
            send_one(id, row.held, row.probe, now, out);
            ++sent;
            continue;
        }
        row.until = moment_of(open, now);
        if (row.probe)
            delayed_.push(row);
        else
            park(row.held, id, row.until);
    }
    while (sent < allowed && lane.queue.ready() > 0) {
        const held_row row = lane.queue.front();
        lane.queue.pop();
        if (const auto open = hours_.next_open(row.zone, row.to, now.wall); open > now.wall) {
            park(row, id, moment_of(open, now));
            continue;
        }
        send_one(id, row, false, now, out);
        ++sent;
    }
    lane.left_since_commit += static_cast<std::uint32_t>(sent);
    lane.starved = lane.starved || (sent < allowed && lane.queue.size() > 0);
    return sent;
}

void dispatcher::send_one(lane_id id, const held_row& held, bool probe, time_stamp now,
                          std::vector<departure>& out) {
    // Its turn came when the pace said so, even if a connection was free only later. Without a
    // pace there is no plan: its turn is now.
    // What is sent again in doubt needs a token of its own, and no release gives it one.
    const wall_time named = held.may_have_arrived ? now.wall : held.released_at;
    const instant planned = limits_.earliest(id, now.steady);
    limits_.take(id, now.steady);
    rules_.on_departed();
    ++requests_;
    flight one{.held = held,
               .left = now.steady,
               .token = bots_[lanes_[id].bot].token,
               .lane = id,
               .probe = probe};
    if (held.tries == 0)
        one.held.due =
            planned <= instant{} ? now.steady : std::min(std::max(planned, held.due), now.steady);
    ++one.held.tries;
    const ticket which = flights_.begin(one);
    out.push_back({.which = which,
                   .lane = id,
                   .row = held.row,
                   .to = held.to,
                   .released_at = named,
                   .probe = probe});
}

std::size_t dispatcher::wanting(bot_id bot, time_stamp now, std::size_t most) {
    std::size_t sum = 0;
    for (lane_id id = 0; id < lanes_.size() && sum < most; ++id) {
        const auto& lane = lanes_[id];
        const std::size_t there = lane.urgent.size() + lane.queue.size();
        if (lane.bot != bot || there == 0 || !may_send(lane, now)) continue;
        const auto limit = static_cast<std::uint32_t>(std::min(most - sum, there));
        // A lane whose turn comes soon wants its connection ready by then.
        const auto allowed = limits_.available(id, now.steady, limit);
        const bool soon =
            allowed == 0 && limits_.earliest(id, now.steady) < now.steady + connect_ahead;
        sum += soon ? 1 : allowed;
    }
    return sum;
}

instant dispatcher::next_due(time_stamp now) {
    if (phase_ != send_phase::running) return never;
    instant next = std::min(delayed_.next_due(), rules_.ends_at());
    next = std::min(next, releases_from_ > now.steady ? releases_from_ : never);
    const auto at_wall = [&](wall_time moment) {
        if (moment > now.wall) next = std::min(next, now.steady + (moment - now.wall));
    };
    if (const auto start = hours_.starts_at()) at_wall(*start);
    if (const auto end = hours_.expires_at()) at_wall(*end);
    for (lane_id id = 0; id < lanes_.size(); ++id) {
        const auto& lane = lanes_[id];
        if (lane.urgent.empty() && lane.queue.ready() == 0) continue;
        if (!may_send(lane, now)) continue;
        // What could leave already waits for a connection: an event, not a moment.
        const auto when = limits_.earliest(id, now.steady);
        if (when > now.steady) next = std::min(next, when);
    }
    return next;
}

std::optional<instant> dispatcher::idle_until() const {
    if (delayed_.empty() || flights_.in_use() > 0) return std::nullopt;
    for (const auto& lane : lanes_)
        if (!lane.urgent.empty() || lane.queue.size() > 0) return std::nullopt;
    return delayed_.next_due();
}

std::optional<wait_reason> dispatcher::waiting_for(time_stamp now) const {
    std::optional<wait_reason> first;
    for (lane_id id = 0; id < lanes_.size(); ++id) {
        const auto& lane = lanes_[id];
        if (lane.urgent.empty() && lane.queue.size() == 0) continue;
        const auto why = limits_.why_waiting(id, now.steady);
        if (why.what == wait_reason::cause::nothing) return std::nullopt;
        if (!first || why.until < first->until) first = why;
    }
    return first;
}

}  // namespace tidings::core
