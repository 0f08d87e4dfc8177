#include "core/postponement.hpp"

#include <algorithm>

namespace tidings::core {

postponement::postponement(postponement_options options, const run_course& course,
                           const lane_roster& roster, const endpoint_watch& endpoints,
                           calendar& hours, const late_suppression& suppressed, held_rows& held,
                           country_caps& caps, settlement_book& book)
    : options_(options),
      course_(course),
      roster_(roster),
      endpoints_(endpoints),
      hours_(hours),
      suppressed_(suppressed),
      held_(held),
      caps_(caps),
      book_(book) {}

void postponement::retry(const held_row& held, lane_id lane, duration wait, bool had_left,
                         instant now) {
    const bool new_token = options_.token_each && had_left;
    if (new_token || roster_.given_up(lane) || wait > options_.park_after || !course_.running())
        return park(held, lane, now + wait);
    held_.delayed().push({.held = held,
                          .until = now + wait,
                          .after_batch = had_left ? book_.that_batch() : 0,
                          .lane = lane,
                          .released = true});
}

void postponement::park(const held_row& held, lane_id lane, instant until) {
    if (held.may_have_arrived)
        return held_.delayed().push({.held = held,
                                     .until = until,
                                     .after_batch = book_.empty() ? 0 : book_.that_batch(),
                                     .lane = lane,
                                     .released = true});
    if (roster_.given_up(lane)) return book_.put_back(held.row, true);
    book_.park(held.row);
    held_.delayed().push({.held = held, .until = until, .lane = lane});
}

void postponement::until_open(const held_row& held, lane_id lane, wall_time open, bool released,
                              time_stamp now) {
    if (released) return park(held, lane, moment_of(held, open, now));
    held_.delayed().push({.held = held, .until = moment_of(held, open, now), .lane = lane});
}

void postponement::probe_until_open(delayed_row row, wall_time open, time_stamp now) {
    row.until = moment_of(row.held, open, now);
    held_.delayed().push(row);
}

void postponement::probe(const held_row& held, lane_id lane, bool left, instant now) {
    held_.delayed().push({.held = held,
                          .until = now + options_.probe_after,
                          .after_batch = left ? book_.that_batch() : 0,
                          .lane = lane,
                          .released = true,
                          .probe = true});
}

std::string_view postponement::why_no_probe(const held_row& held, wall_time now) const {
    if (suppressed_.holds(held.to)) return opted_out_in_doubt;
    if (hours_.expired(now) || held.when.expired(now)) return expired_in_doubt;
    return {};
}

void postponement::bring_back(time_stamp now) {
    while (held_.delayed().next_due() <= now.steady)
        come_due(held_.delayed().pop(), now);
}

// Always puts the row somewhere or settles it; where that is the heap again, its moment lies ahead.
void postponement::come_due(delayed_row row, time_stamp now) {
    const auto& held = row.held;
    if ((row.probe || held.may_have_arrived) && roster_.given_up(row.lane))
        return book_.settle(held, true, outcome::unknown, "no proof before its bot ended",
                            now.wall);
    if (row.probe && !may_probe(held, now.wall)) {
        const auto why = why_no_probe(held, now.wall);
        return book_.settle(held, true, outcome::unknown,
                            why.empty() ? "no proof while its token lived" : why, now.wall);
    }
    // Its number may have been listed while it was under way.
    if (!row.probe && suppressed_.holds(held.to))
        return book_.settle(held, row.released, outcome::suppressed, suppressed_.why(), now.wall);
    if (!row.probe && held.when.expired(now.wall)) return expire(row, now.wall);
    const bool in_doubt = row.probe || held.may_have_arrived;
    if (row.released && !in_doubt && blocked(row.lane)) {
        book_.park(held.row);
        row.released = false;
    }
    if (row.released && blocked(row.lane)) {
        row.until = now.steady + std::chrono::seconds(1);
    } else if (row.released) {
        if (book_.is_durable(row.after_batch)) {
            return held_.push_due(row);
        }
        row.until = now.steady + std::chrono::milliseconds(1);
    } else if (const auto open = hours_.next_open(held.zone, held.to, held.when, now.wall);
               open > now.wall) {
        row.until = moment_of(held, open, now);
    } else if (held_.full(row.lane)) {
        row.until = now.steady + std::chrono::seconds(1);
    } else if (const auto free = admit(held.to, now); free > now.wall) {
        row.until = moment_of(held, free, now);
    } else {
        return held_.push(row.lane, held);
    }
    held_.delayed().push(row);
}

wall_time postponement::admit(phone_number to, time_stamp now) {
    const auto when = caps_.admit(to, now);
    return now.wall + std::chrono::ceil<wall_time::duration>(when - now.steady);
}

void postponement::expire(const delayed_row& row, wall_time now) {
    if (row.probe) return book_.settle(row.held, true, outcome::unknown, expired_in_doubt, now);
    book_.settle(row.held, row.released, outcome::expired, expired_unsent, now);
}

// The calendar is asked again at least once a day: it may step, and its spans may end.
instant postponement::moment_of(const held_row& held, wall_time open, time_stamp now) {
    constexpr std::chrono::microseconds longest = std::chrono::hours(24);
    const auto moment = held.when.expires == 0 ? open : std::min(open, held.when.expires_at());
    if (moment - now.wall > longest) return now.steady + longest;
    return now.steady + (moment - now.wall);
}

}  // namespace tidings::core
