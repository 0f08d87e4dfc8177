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
    return course_.running() && book_.room() > 0 &&
           held_.some_dry([this](bot_id bot) { return endpoints_.room(bot) > 0; });
}

void release_plan::release(time_stamp now) {
    if (!course_.running() || !hours_.started(now.wall) || now.steady < from_) return;
    for (bot_id bot = 0; bot < roster_.bots(); ++bot)
        if (endpoints_.open(bot)) take_back(bot);
    held_.for_each_changed([&](lane_id lane) {
        if (roster_.given_up(lane)) return false;
        if (endpoints_.open(roster_.bot_of(lane))) return true;
        // Looked at again when its bot is connected.
        return roster_.connected(lane) && !release_of(lane, now);
    });
}

void release_plan::take_back(bot_id bot) {
    for (const lane_id lane : roster_.lanes_of(bot)) {
        if (roster_.given_up(lane)) continue;
        held_.take_back_released(lane, [this](const held_row& row) { book_.park(row.row); });
        held_.delay_due(lane);
    }
}

// What one commit interval needs, twice, so that the next commit is hidden behind it.
void release_plan::look_ahead(lane_plan& plan) {
    // Batches in which nothing of it left count as well.
    for (auto missed = book_.that_batch() - plan.planned; missed > 1 && plan.ahead_wanted > 2;
         --missed)
        plan.ahead_wanted = plan.ahead_wanted / 2 + 1;
    plan.planned = book_.that_batch();
    if (plan.starved && !plan.bounded)
        plan.ahead_wanted = std::min(ahead_max_, plan.ahead_wanted * 2);
    else
        plan.ahead_wanted = std::clamp(plan.left_since_commit * 2 + 1, plan.ahead_wanted / 2 + 1,
                                       plan.ahead_wanted);
    plan.starved = plan.bounded = false;
    plan.left_since_commit = 0;
}

// False: it was cut short, by the bound on rows in doubt or because its endpoint starts slowly.
bool release_plan::release_of(lane_id lane, time_stamp now) {
    auto& plan = plans_[lane];
    const auto& queue = held_.queue(lane);
    look_ahead(plan);
    // A slow start sends a few, and may fail.
    const auto bot = roster_.bot_of(lane);
    const bool trying = endpoints_.trying(bot);
    const auto most =
        trying ? std::min(endpoints_.room(bot), plan.ahead_wanted) : plan.ahead_wanted;
    while (queue.ahead() < most && queue.waiting() > 0) {
        if (book_.room() == 0) {
            plan.bounded = true;
            book_.ask_room(plan.ahead_wanted - queue.ahead());
            return false;
        }
        const auto& next = queue.next_waiting();
        if (hours_.next_open(next.zone, next.to, now.wall) > now.wall) {
            put_off_closed(lane, now);
            continue;
        }
        book_.release(next.row);
        held_.release_next(lane);
    }
    return !trying;
}

// All of the lane at once: a zone closes for many of its recipients.
void release_plan::put_off_closed(lane_id lane, time_stamp now) {
    held_.remove_waiting_unless(lane, [&](const held_row& row) {
        const auto open = hours_.next_open(row.zone, row.to, now.wall);
        if (open <= now.wall) return true;
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
