// Every row in our hands that has not left: in its lane's queue, due again and first in its lane,
// or waiting for a moment of its own. It decides nothing: who puts a row where, and takes it out,
// does (core/row_intake, core/postponement, core/departure_order, core/row_recall). It keeps count,
// so that nobody has to go through lanes in which nothing has happened.
//
// All lanes share the room there is; a lane takes what it needs, up to a bound of its own.
#pragma once

#include "core/delayed_rows.hpp"
#include "core/due_rows.hpp"
#include "core/lane_queue.hpp"
#include "core/lane_roster.hpp"
#include "core/lane_supply.hpp"
#include "core/row_chunks.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::core {

struct held_rows_options {
    std::size_t lane_max = 8192;  // rows a lane holds
    // Rows in all queues together: so many, or so many for each lane where that is more.
    std::size_t queued_max = 65536;
    std::size_t queued_a_lane = 200;
    std::size_t delayed_max = 65536;  // rows that wait for a moment of their own
};

// Where a row was found.
struct held_place {
    lane_id lane = lane_none;
    bool released = false;  // or its release is under way
    bool probe = false;     // in doubt: it only waits to ask again
};

class held_rows {
  public:
    // Rows that come at once from the reader, at most.
    static constexpr std::size_t rows_per_batch_max = 1024;

    held_rows(held_rows_options options, const lane_roster& roster);
    held_rows(const held_rows&) = delete;  // queues refer to the chunks
    held_rows& operator=(const held_rows&) = delete;

    // --- the queues -------------------------------------------------------------------------
    const lane_queue& queue(lane_id lane) const noexcept { return lanes_[lane].queue; }
    bool full(lane_id lane) const noexcept {
        const std::size_t size = lanes_[lane].queue.size();
        return size >= bounds_.lane_max || (queued_ >= bounds_.queued_max && size >= bounds_.floor);
    }
    void push(lane_id lane, const held_row& row) {
        auto& its = lanes_[lane];
        if (its.queue.size() == 0 && its.due.empty()) newly_there_.push_back(lane);
        its.queue.push(row);
        ++queued_;
        const std::size_t size = its.queue.size();
        if (its.queue.waiting() == 1 || size == bounds_.floor || size == bounds_.tight_from)
            count_anew(its, lane);
        mark_changed(lane);
    }
    // Pre: waiting() > 0 in its queue. Its release goes into the batch being built.
    void release_next(lane_id lane) {
        auto& its = lanes_[lane];
        its.queue.release_next();
        if (!std::exchange(its.releasing, true)) releasing_.push_back(lane);
        if (its.queue.waiting() == 0) count_anew(its, lane);
    }
    // Pre: ready() > 0 in its queue.
    held_row pop(lane_id lane) {
        auto& its = lanes_[lane];
        const held_row row = its.queue.front();
        its.queue.pop();
        --queued_;
        const std::size_t size = its.queue.size();
        if (its.queue.ready() == 0 || size + 1 == bounds_.floor || size + 1 == bounds_.tight_from)
            count_anew(its, lane);
        return row;
    }
    // A batch is durable: what it released may leave from `now` on.
    void on_durable(wall_time frame, instant now);
    // It is not, and never will be. Returns how many rows wait again.
    std::size_t take_back_releases();
    // What is released in the lane waits again, after each(row). Pre: no batch that released some
    // is under way.
    template <class Each>
    void take_back_released(lane_id lane, Each each) {
        auto& its = lanes_[lane];
        its.queue.take_back_released(each);
        count_anew(its, lane);
        mark_changed(lane);
        if (in_lane(lane) > 0) newly_there_.push_back(lane);
    }

    // --- due, and delayed -------------------------------------------------------------------
    void push_due(const delayed_row& row);
    bool has_due(lane_id lane) const noexcept { return !lanes_[lane].due.empty(); }
    delayed_row pop_due(lane_id lane);  // pre: has_due()
    delayed_rows& delayed() noexcept { return delayed_; }
    const delayed_rows& delayed() const noexcept { return delayed_; }

    // --- counts -----------------------------------------------------------------------------
    std::size_t in_lane(lane_id lane) const noexcept {
        return lanes_[lane].due.size() + lanes_[lane].queue.size();
    }
    // So many of it may leave, as far as their releases go.
    std::size_t ready(lane_id lane) const noexcept {
        return lanes_[lane].due.size() + lanes_[lane].queue.ready();
    }
    std::size_t in_lanes() const noexcept { return queued_ + due_; }
    // A batch of the reader fits, whatever lanes its rows are for.
    bool have_room() const noexcept {
        return tight_ == 0 && queued_ + rows_per_batch_max <= bounds_.queued_max;
    }
    // Some lane of a bot with a connection, for which may_go(bot), has rows, and none of them is
    // released or due.
    template <class MayGo>
    bool some_dry(MayGo may_go) const {
        for (bot_id bot = 0; bot < dry_of_bot_.size(); ++bot)
            if (dry_of_bot_[bot] > 0 && roster_.bot_connected(bot) && may_go(bot)) return true;
        return false;
    }
    lane_supply& supply() noexcept { return supply_; }
    const lane_supply& supply() const noexcept { return supply_; }

    // --- what has changed -------------------------------------------------------------------
    // Lanes that have got rows, or releases of rows, or rows that need a connection before they can
    // be released, since whoever asks has cleared it.
    std::vector<lane_id>& newly_there() noexcept { return newly_there_; }
    // Lanes that have rows to be released, and in which something has happened: they stay until
    // plan(lane) says false.
    template <class Plan>
    void for_each_changed(Plan plan) {
        std::erase_if(changed_, [&](lane_id lane) {
            lanes_[lane].changed = lanes_[lane].queue.waiting() > 0 && plan(lane);
            return !lanes_[lane].changed;
        });
    }
    void mark_changed(lane_id lane) {
        if (!std::exchange(lanes_[lane].changed, true)) changed_.push_back(lane);
    }
    // The bot has a connection now: all that it has is looked at.
    void mark_bot_changed(bot_id bot);
    // It has none any more: all its lanes that have rows want one, released or not.
    void mark_bot_wanting(bot_id bot);

    // Calls keep(row, place) for every row and takes out those for which it says false. Linear.
    template <class Keep>
    void remove_unless(Keep keep) {
        for (lane_id lane = 0; lane < lanes_.size(); ++lane)
            remove_from(lane, keep);
        delayed_.remove_unless([&](const delayed_row& row) {
            return keep(row.held,
                        held_place{.lane = row.lane, .released = row.released, .probe = row.probe});
        });
    }
    // The same of what waits in one queue for its release.
    template <class Keep>
    void remove_waiting_unless(lane_id lane, Keep keep) {
        remove_from_queue(lane, [&](const held_row& row, held_where where) {
            return where == held_where::released || keep(row);
        });
    }
    // What is due in the lane is judged anew by whoever brings delayed rows back.
    void delay_due(lane_id lane);

  private:
    // In rows.
    struct bounds {
        std::size_t lane_max;
        std::size_t tight_from;  // of a lane: a batch might not fit any more
        std::size_t queued_max;
        std::size_t floor;  // a lane that has fewer may take more, whatever the others hold
    };
    struct lane_rows {
        lane_queue queue;
        due_rows due;
        bool dry = false;        // rows, and none of them released or due
        bool tight = false;      // a batch might not fit
        bool releasing = false;  // the batch being built, or under way, releases some
        bool changed = false;
    };

    static bounds bounds_of(const held_rows_options& options, std::size_t lanes);
    template <class Keep>
    void remove_from_queue(lane_id lane, Keep keep) {
        auto& its = lanes_[lane];
        queued_ -= its.queue.size();
        its.queue.remove_unless(keep);
        queued_ += its.queue.size();
        count_anew(its, lane);
    }
    template <class Keep>
    void remove_from(lane_id lane, Keep& keep) {
        remove_from_queue(lane, [&](const held_row& row, held_where where) {
            return keep(row, held_place{.lane = lane, .released = where == held_where::released});
        });
        auto& its = lanes_[lane];
        if (its.due.empty()) return;
        due_ -= its.due.size();
        its.due.remove_unless([&](const delayed_row& row) {
            return keep(row.held, held_place{.lane = lane, .released = true, .probe = row.probe});
        });
        due_ += its.due.size();
    }
    // Counts follow. Called where a flag of the lane may have changed.
    void count_anew(lane_rows& its, lane_id lane) noexcept;

    const bounds bounds_;
    const lane_roster& roster_;
    row_chunks chunks_;
    std::vector<lane_rows> lanes_;
    delayed_rows delayed_;
    lane_supply supply_;
    std::size_t queued_ = 0;
    std::size_t due_ = 0;
    std::size_t tight_ = 0;                  // lanes
    std::vector<std::uint32_t> dry_of_bot_;  // lanes
    std::vector<lane_id> releasing_;
    std::vector<lane_id> changed_;
    std::vector<lane_id> newly_there_;
};

}  // namespace tidings::core
