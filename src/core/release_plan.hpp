// Decides which rows are released, and when: a little ahead of need, so that the sync is hidden,
// and never more than people were told may be in doubt. That a release is durable, and where it is
// written, is others' (core/settlement_book keeps the batch, store/recorder writes it).
#pragma once

#include "core/calendar.hpp"
#include "core/endpoint_watch.hpp"
#include "core/held_rows.hpp"
#include "core/lane_roster.hpp"
#include "core/postponement.hpp"
#include "core/run_course.hpp"
#include "core/settlement_book.hpp"

#include <cstdint>
#include <vector>

namespace tidings::core {

class release_plan {
  public:
    // A lane releases at most `ahead_max` rows ahead of need.
    release_plan(std::uint32_t ahead_max, const run_course& course, const lane_roster& roster,
                 const endpoint_watch& endpoints, calendar& hours, held_rows& held,
                 postponement& later, settlement_book& book);

    // A lane could send and has nothing released.
    bool is_urgent() const;
    // Puts into the batch being built what may be released now, and takes back what was released
    // to an endpoint that is in trouble: a crash in it leaves none of that in doubt.
    void release(time_stamp now);
    // So many rows of the lane have left; `starved`: more could have.
    void on_left(lane_id lane, std::size_t rows, bool starved) {
        auto& plan = plans_[lane];
        plan.left_since_commit += static_cast<std::uint32_t>(rows);
        plan.starved = plan.starved || starved;
        held_.mark_changed(lane);
    }
    // The disk is full: what the batch under way released waits again, and nothing is released for
    // a while.
    void on_refused(instant now);
    // The journal is gone: nothing is released any more.
    void on_journal_failed();
    // When releases go on that the disk had refused; never: none were.
    instant goes_on_at(instant now) const noexcept { return from_ > now ? from_ : never; }

  private:
    struct lane_plan {
        std::uint32_t ahead_wanted = 2;  // rows to keep released
        std::uint32_t left_since_commit = 0;
        std::uint64_t planned = 0;  // for the last time, in that batch
        bool starved = false;       // could have sent and had nothing released
        bool bounded = false;       // the bound on rows in doubt cut its last release short
    };

    void take_back(bot_id bot);
    void look_ahead(lane_plan& plan);
    bool release_of(lane_id lane, time_stamp now);
    void put_off_closed(lane_id lane, time_stamp now);

    const std::uint32_t ahead_max_;
    const run_course& course_;
    const lane_roster& roster_;
    const endpoint_watch& endpoints_;
    calendar& hours_;
    held_rows& held_;
    postponement& later_;
    settlement_book& book_;
    std::vector<lane_plan> plans_;
    instant from_ = instant::min();  // a full disk holds releases back until then
};

}  // namespace tidings::core
