// Every row in our hands that has not left: in its lane's queue, due again and first in its lane,
// or waiting for a moment of its own. It decides nothing: who puts a row where, and takes it out,
// does (core/row_intake, core/postponement, core/departure_order, core/row_recall).
#pragma once

#include "core/delayed_rows.hpp"
#include "core/lane_queue.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace tidings::core {

// Where a row was found.
struct held_place {
    lane_id lane = lane_none;
    bool released = false;  // or its release is under way
    bool probe = false;     // in doubt: it only waits to ask again
};

class held_rows {
  public:
    held_rows(std::size_t lanes, std::size_t lane_capacity, std::size_t delayed_max)
        : delayed_(delayed_max) {
        lanes_.reserve(lanes);
        for (std::size_t i = 0; i < lanes; ++i)
            lanes_.push_back({.queue = lane_queue(lane_capacity), .due = {}});
    }

    std::size_t lanes() const noexcept { return lanes_.size(); }
    lane_queue& queue(lane_id lane) noexcept { return lanes_[lane].queue; }
    const lane_queue& queue(lane_id lane) const noexcept { return lanes_[lane].queue; }
    // Released rows whose moment has come: they leave before the queue.
    std::deque<delayed_row>& due(lane_id lane) noexcept { return lanes_[lane].due; }
    delayed_rows& delayed() noexcept { return delayed_; }
    const delayed_rows& delayed() const noexcept { return delayed_; }

    std::size_t in_lane(lane_id lane) const noexcept {
        return lanes_[lane].due.size() + lanes_[lane].queue.size();
    }
    // So many of it may leave, as far as their releases go.
    std::size_t ready(lane_id lane) const noexcept {
        return lanes_[lane].due.size() + lanes_[lane].queue.ready();
    }
    bool lanes_are_empty() const noexcept {
        return std::all_of(lanes_.begin(), lanes_.end(), [](const lane_rows& one) {
            return one.due.empty() && one.queue.size() == 0;
        });
    }

    // A batch is durable: what it released may leave from `now` on.
    void on_durable(wall_time frame, instant now) noexcept {
        for (auto& one : lanes_)
            one.queue.on_batch_durable(frame, now);
    }
    // It is not, and never will be. Returns how many rows wait again.
    std::size_t take_back_releases() noexcept {
        std::size_t rows = 0;
        for (auto& one : lanes_)
            rows += one.queue.take_back_releases();
        return rows;
    }

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
    // What is due in the lane is judged anew by whoever brings delayed rows back.
    void delay_due(lane_id lane) {
        for (const auto& row : std::exchange(lanes_[lane].due, {}))
            delayed_.push(row);
    }

  private:
    struct lane_rows {
        lane_queue queue;
        std::deque<delayed_row> due;
    };

    template <class Keep>
    void remove_from(lane_id lane, Keep& keep) {
        lanes_[lane].queue.remove_unless([&](const held_row& row, held_where where) {
            return keep(row, held_place{.lane = lane, .released = where == held_where::released});
        });
        std::erase_if(lanes_[lane].due, [&](const delayed_row& row) {
            return !keep(row.held, held_place{.lane = lane, .released = true, .probe = row.probe});
        });
    }

    std::vector<lane_rows> lanes_;
    delayed_rows delayed_;
};

}  // namespace tidings::core
