#include "core/release_plan.hpp"

#include <algorithm>

namespace tidings::core {

release_plan::release_plan(std::uint32_t ahead_max, const run_course& course,
                           const lane_roster& roster, const endpoint_watch& endpoints,
                           calendar& hours, held_rows& held, postponement& later,
                           settlement_book& book)
    : ahead_max_(ahead_max),
      course_(course),
      roster_(roster),
      endpoints_(endpoints),
      hours_(hours),
      held_(held),
      later_(later),
      book_(book),
      plans_(roster.lanes()) {}

bool release_plan::is_urgent() const {
    if (!course_.running() || book_.room() == 0) return false;
    for (lane_id lane = 0; lane < plans_.size(); ++lane) {
        const auto& queue = held_.queue(lane);
        if (roster_.connected(lane) && queue.ready() == 0 && queue.waiting() > 0 &&
            endpoints_.room(roster_.bot_of(lane)) > 0)
            return true;
    }
    return false;
}

void release_plan::release(time_stamp now) {
    if (!course_.running() || !hours_.started(now.wall) || now.steady < from_) return;
    for (lane_id lane = 0; lane < plans_.size(); ++lane) {
        if (roster_.given_up(lane)) continue;
        if (endpoints_.open(roster_.bot_of(lane)))
            take_back(lane);
        else if (roster_.connected(lane))
            release_of(lane, now);
    }
}

void release_plan::take_back(lane_id lane) {
    held_.queue(lane).take_back_released([this](const held_row& row) { book_.park(row.row); });
    held_.delay_due(lane);
}

void release_plan::release_of(lane_id lane, time_stamp now) {
    auto& plan = plans_[lane];
    auto& queue = held_.queue(lane);
    // What one commit interval needs, twice, so that the next commit is hidden behind it.
    if (plan.starved && !plan.bounded)
        plan.ahead_wanted = std::min(ahead_max_, plan.ahead_wanted * 2);
    else
        plan.ahead_wanted = std::clamp(plan.left_since_commit * 2 + 1, plan.ahead_wanted / 2 + 1,
                                       plan.ahead_wanted);
    plan.starved = plan.bounded = false;
    plan.left_since_commit = 0;
    // A slow start sends a few, and may fail.
    const auto bot = roster_.bot_of(lane);
    const auto most = endpoints_.trying(bot) ? endpoints_.room(bot) : plan.ahead_wanted;
    while (queue.ahead() < std::min(plan.ahead_wanted, most) && queue.waiting() > 0) {
        if (book_.room() == 0) {
            plan.bounded = true;
            return book_.ask_room(plan.ahead_wanted - queue.ahead());
        }
        const auto& next = queue.next_waiting();
        if (hours_.next_open(next.zone, next.to, now.wall) > now.wall) {
            put_off_closed(lane, now);
            continue;
        }
        book_.release(next.row);
        queue.release_next();
    }
}

// All of the lane at once: a zone closes for many of its recipients.
void release_plan::put_off_closed(lane_id lane, time_stamp now) {
    held_.queue(lane).remove_unless([&](const held_row& row, held_where where) {
        const auto open = hours_.next_open(row.zone, row.to, now.wall);
        if (where == held_where::released || open <= now.wall) return true;
        later_.until_open(row, lane, open, false, now);
        return false;
    });
}

void release_plan::on_refused(instant now) {
    book_.take_back_releases(held_.take_back_releases());
    from_ = now + std::chrono::seconds(1);
}

void release_plan::on_journal_failed() {
    book_.take_back_releases(held_.take_back_releases());
}

}  // namespace tidings::core
