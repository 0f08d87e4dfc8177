#include "core/row_recall.hpp"

#include <utility>

namespace tidings::core {

row_recall::row_recall(run_course& course, lane_roster& roster, lane_choice& lanes,
                       late_suppression& suppressed, held_rows& held, settlement_book& book)
    : course_(course),
      roster_(roster),
      lanes_(lanes),
      suppressed_(suppressed),
      held_(held),
      book_(book) {}

void row_recall::suppress(late_suppression::test listed, std::string_view why, wall_time now) {
    suppressed_.set(std::move(listed), why);
    held_.remove_unless([&](const held_row& row, held_place place) {
        if (!suppressed_.holds(row.to)) return true;
        if (place.probe)
            book_.settle(row, true, outcome::unknown, opted_out_in_doubt, now);
        else
            book_.settle(row, place.released, outcome::suppressed, suppressed_.why(), now);
        return false;
    });
}

void row_recall::expire(wall_time now) {
    held_.remove_unless([&](const held_row& row, held_place place) {
        if (place.probe)
            book_.settle(row, true, outcome::unknown, expired_in_doubt, now);
        else
            book_.settle(row, place.released, outcome::expired, expired_unsent, now);
        return false;
    });
}

void row_recall::put_back_released(wall_time now) {
    held_.remove_unless([&](const held_row& row, held_place place) {
        if (!place.released) return true;
        if (place.probe || row.may_have_arrived)
            book_.settle(row, true, outcome::unknown, "no proof before the end", now);
        else
            book_.put_back(row.row, true);
        return false;
    });
}

void row_recall::give_up_bot(bot_id bot, const halt_reason& why) {
    if (const auto its = roster_.give_up_bot(bot); !its.empty()) give_up_lanes(its, why);
}

void row_recall::give_up_lanes(const std::vector<lane_id>& which, const halt_reason& why) {
    course_.add(why);
    for (const auto lane : which)
        roster_.give_up(lane);
    if (roster_.all_given_up()) return course_.drain(why);
    for (const auto lane : which) {
        lanes_.exclude(lane);
        held_.delay_due(lane);
    }
    held_.remove_unless([&](const held_row& row, held_place place) {
        // What is in doubt is settled when it comes due.
        if (!roster_.given_up(place.lane) || place.probe || row.may_have_arrived) return true;
        book_.put_back(row.row, place.released);
        return false;
    });
}

}  // namespace tidings::core
