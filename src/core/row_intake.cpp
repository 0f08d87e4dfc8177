#include "core/row_intake.hpp"

#include <algorithm>
#include <utility>

namespace tidings::core {

namespace {

// Rows whose moments differ by seconds do not make the list be walked each second.
constexpr duration walks_apart = std::chrono::minutes(1);
constexpr std::size_t settled_max = 8 * row_intake::rows_per_batch_max;

// Pre: not sendable.
outcome outcome_of(screening found) {
    switch (found) {
        case screening::sendable:
        case screening::invalid: return outcome::invalid;
        case screening::duplicate: return outcome::duplicate;
        case screening::suppressed: return outcome::suppressed;
    }
    return outcome::invalid;
}

}  // namespace

row_intake::row_intake(const run_course& course, const lane_roster& roster,
                       const lane_choice& lanes, calendar& hours,
                       const late_suppression& suppressed, held_rows& held, postponement& later,
                       doubt_policy& doubts, settlement_book& book)
    : course_(course),
      roster_(roster),
      lanes_(lanes),
      hours_(hours),
      suppressed_(suppressed),
      held_(held),
      later_(later),
      doubts_(doubts),
      book_(book),
      shares_(roster.lanes()) {}

bool row_intake::wants_rows() const {
    if (course_.ending() || book_.settled_waiting() > settled_max) return false;
    if (!pass_under_way_) return false;
    // With several lanes a full one must not stop the others: its rows are left for another pass.
    return held_.have_room() || (shares_.size() > 1 && some_run_short());
}

// Lanes that the pass under way may still bring rows for. Where there are none, what is left of the
// list has its outcome already; the pass only has to end.
bool row_intake::some_run_short() const {
    const auto& supply = held_.supply();
    const bool any = first_pass_ || roster_.some_given_up() || supply.coming() == 0;
    return any ? supply.short_lanes() > 0 : supply.short_and_coming() > 0;
}

void row_intake::on_rows_read(const listed_batch& batch, time_stamp now) {
    for (const auto& row : batch.rows) {
        if (first_pass_) rows_read_ = std::max(rows_read_, row.row);
        take(row, batch.text_of(row), now);
    }
}

void row_intake::take(const listed_row& row, std::string_view text, time_stamp now) {
    switch (book_.state_of(row.row)) {
        case row_state::settled: return;
        case row_state::released:
            // In the first pass nobody but a process that died can have released it; later it is
            // in our own hands.
            if (first_pass_) settle_in_doubt(row, now);
            return;
        case row_state::untouched:
        case row_state::parked: break;
    }
    if (row.found != screening::sendable) return settle(row, outcome_of(row.found), text, now);
    // The reader may have read it before its number was listed.
    if (suppressed_.holds(row.to)) return settle(row, outcome::suppressed, suppressed_.why(), now);
    if (!take_in(row, now)) ++skipped_;
}

void row_intake::settle_in_doubt(const listed_row& row, time_stamp now) {
    const auto chosen = lanes_.choose(row.to, row.from);
    doubts_.on_found(row, chosen ? *chosen : lane_none, now);
}

bool row_intake::take_in(const listed_row& row, time_stamp now) {
    if (hours_.expired(now.wall) || row.when.expired(now.wall)) {
        settle(row, outcome::expired, expired_unsent, now);
        return true;
    }
    const auto chosen = lanes_.choose(row.to, row.from);
    if (!chosen) {
        settle(row, outcome::invalid, chosen.error().text, now);
        return true;
    }
    const lane_id lane = *chosen;
    if (roster_.given_up(lane)) return true;  // stays untouched, for a later run
    auto& share = shares_[lane];
    if (share.to_come > 0 && --share.to_come == 0) held_.supply().set_coming(lane, false);
    const held_row held{.row = row.row,
                        .to = row.to,
                        .zone = row.zone,
                        .fixed_lane = !row.from.empty(),
                        .when = row.when};
    auto open = hours_.next_open(row.zone, row.to, row.when, now.wall);
    if (open <= now.wall && !held_.full(lane)) open = later_.admit(row.to, now);
    const bool waits = open > now.wall;
    if (waits ? held_.delayed().full() : held_.full(lane)) {
        ++share.skipped;
        if (waits) {
            ++left_.rows;
            left_.until = std::min(left_.until, open);
        } else {
            held_.supply().set_left(lane, true);
        }
        return false;
    }
    book_.take_up(row.row);
    if (waits)
        later_.until_open(held, lane, open, false, now);
    else
        held_.push(lane, held);
    return true;
}

void row_intake::settle(const listed_row& row, outcome what, std::string_view why, time_stamp now) {
    book_.settle_unheld({.row = row.row, .to = row.to, .what = what, .at = now.wall}, why);
}

void row_intake::on_pass_ended() {
    first_pass_ = false;
    pass_under_way_ = false;
}

bool row_intake::wants_pass() const {
    if (pass_under_way_ || nothing_left() || !course_.running()) return false;
    // Worth a walk through the list only when a good part of it can be taken in: for a lane that
    // has rows there. Else a slow lane would make it be walked again and again for a fast one.
    if (book_.settled_waiting() > settled_max) return false;
    if (left_.may_leave) return true;
    const auto& supply = held_.supply();
    if (supply.short_and_left() > 0) return true;
    if (held_.delayed().size() > held_.delayed().capacity() / 2) return false;
    return (left_.rows > 0 || roster_.some_given_up()) && supply.short_lanes() > 0;
}

void row_intake::on_time(time_stamp now) {
    if (pass_under_way_ || left_.until > now.wall || left_.walk_again > now.steady) return;
    left_.may_leave = true;
    left_.until = wall_time::max();
    left_.walk_again = now.steady + walks_apart;
}

instant row_intake::next_due(time_stamp now) const {
    if (pass_under_way_ || left_.until == wall_time::max()) return never;
    constexpr std::chrono::microseconds longest = std::chrono::hours(24);
    return std::max(now.steady + std::min(left_.until - now.wall, longest), left_.walk_again);
}

void row_intake::on_pass_begun() {
    pass_under_way_ = true;
    skipped_ = 0;
    book_.forget_put_back();
    left_ = {.walk_again = left_.walk_again};
    for (lane_id lane = 0; lane < shares_.size(); ++lane) {
        auto& share = shares_[lane];
        share.to_come = std::exchange(share.skipped, 0);
        held_.supply().set_coming(lane, share.to_come > 0);
        held_.supply().set_left(lane, false);
    }
}

}  // namespace tidings::core
