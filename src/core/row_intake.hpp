// Decides which rows of the list are taken up, and when more of it is read: how far a pass is, what
// it left for the next one, and whether that is worth a walk through the list. What the reader
// found in a row is its own (runner/list_reader); which lane a row goes to is core/lane_choice's.
#pragma once

#include "core/calendar.hpp"
#include "core/doubt_policy.hpp"
#include "core/held_rows.hpp"
#include "core/lane_choice.hpp"
#include "core/lane_roster.hpp"
#include "core/postponement.hpp"
#include "core/row.hpp"
#include "core/run_course.hpp"
#include "core/settlement_book.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tidings::core {

class row_intake {
  public:
    static constexpr std::size_t rows_per_batch_max = held_rows::rows_per_batch_max;

    row_intake(const run_course& course, const lane_roster& roster, const lane_choice& lanes,
               calendar& hours, const late_suppression& suppressed, held_rows& held,
               postponement& later, doubt_policy& doubts, settlement_book& book);

    bool wants_rows() const;  // there is room for a batch of rows_per_batch_max
    void on_rows_read(const listed_batch& batch, time_stamp now);
    void on_pass_ended();     // the reader came to the end of the list
    bool wants_pass() const;  // rows were left, and there is room for them now
    void on_pass_begun();
    // Rows that were left because too many others wait already may leave by now.
    void on_time(time_stamp now);
    // When on_time has something to say; `never`: not by itself.
    instant next_due(time_stamp now) const;

    bool all_read() const noexcept { return !first_pass_; }
    std::uint64_t rows_read() const noexcept { return rows_read_; }
    bool pass_under_way() const noexcept { return pass_under_way_; }
    // No row of the list waits to be taken up.
    bool nothing_left() const noexcept {
        return !pass_under_way_ && skipped_ + book_.put_back_count() == 0;
    }

  private:
    struct lane_share {
        std::uint64_t skipped = 0;  // its rows of this pass that are left for the next
        std::uint64_t to_come = 0;  // its rows that this pass will come by, as the last one left it
    };

    void take(const listed_row& row, std::string_view text, time_stamp now);
    void settle_in_doubt(const listed_row& row, time_stamp now);
    bool take_in(const listed_row& row, time_stamp now);
    void settle(const listed_row& row, outcome what, std::string_view why, time_stamp now);
    bool some_run_short() const;

    const run_course& course_;
    const lane_roster& roster_;
    const lane_choice& lanes_;
    calendar& hours_;
    const late_suppression& suppressed_;
    held_rows& held_;
    postponement& later_;
    doubt_policy& doubts_;
    settlement_book& book_;

    std::vector<lane_share> shares_;
    bool first_pass_ = true;
    bool pass_under_way_ = true;
    std::uint64_t skipped_ = 0;  // rows of this pass that are left for the next
    std::uint64_t rows_read_ = 0;
    struct left_waiting {
        std::uint64_t rows = 0;
        wall_time until = wall_time::max();  // when the first of them may leave
        instant walk_again{};                // walks for their sake are apart
        bool may_leave = false;
    };
    left_waiting left_;  // rows of this pass for which there was no room to wait
};

}  // namespace tidings::core
