// Takes rows back that have not left: when their numbers are suppressed, their deadline passes,
// their lane is given up or the run drains. What is under way is not its business, and what is left
// in the list stays there (core/row_intake).
#pragma once

#include "core/held_rows.hpp"
#include "core/lane_choice.hpp"
#include "core/lane_roster.hpp"
#include "core/late_suppression.hpp"
#include "core/run_course.hpp"
#include "core/settlement_book.hpp"

#include <string_view>
#include <vector>

namespace tidings::core {

class row_recall {
  public:
    row_recall(run_course& course, lane_roster& roster, lane_choice& lanes,
               late_suppression& suppressed, held_rows& held, settlement_book& book);

    // What has not left is settled; what is under way, and what was read before, when its turn
    // comes.
    void suppress(late_suppression::test listed, std::string_view why, wall_time now);
    // The campaign's deadline: what has not left will not.
    void expire(wall_time now);
    // A clean end leaves nothing in doubt: what was released and has not left is put back.
    void put_back_released(wall_time now);
    // They send nothing more in this run. Their rows that have not left go to the others where
    // their lane was our choice; with no lane left the run drains.
    void give_up_bot(bot_id bot, const halt_reason& why);
    void give_up_lanes(const std::vector<lane_id>& which, const halt_reason& why);

  private:
    run_course& course_;
    lane_roster& roster_;
    lane_choice& lanes_;
    late_suppression& suppressed_;
    held_rows& held_;
    settlement_book& book_;
};

}  // namespace tidings::core
