// Which lanes run short of rows, and whether the list has more for them. Counts only, so that
// asking costs nothing, however many lanes there are: core/held_rows tells what lanes hold,
// core/row_intake what it has left in the list.
#pragma once

#include "core/row.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::core {

class lane_supply {
  public:
    explicit lane_supply(std::size_t lanes) : lanes_(lanes), short_(lanes) {
        for (auto& one : lanes_)
            one.is_short = true;
    }

    // So few rows that it may run dry before more of the list is read.
    void set_short(lane_id lane, bool yes) noexcept { change(lanes_[lane], &part::is_short, yes); }
    // The pass under way has rows of it yet to come.
    void set_coming(lane_id lane, bool yes) noexcept { change(lanes_[lane], &part::coming, yes); }
    // The pass under way has left rows of it for the next.
    void set_left(lane_id lane, bool yes) noexcept { change(lanes_[lane], &part::left, yes); }

    std::size_t short_lanes() const noexcept { return short_; }
    std::size_t coming() const noexcept { return coming_; }
    std::size_t short_and_coming() const noexcept { return short_coming_; }
    std::size_t short_and_left() const noexcept { return short_left_; }

  private:
    struct part {
        bool is_short = false;
        bool coming = false;
        bool left = false;
    };

    void change(part& lane, bool part::*which, bool yes) noexcept {
        if (lane.*which == yes) return;
        count(lane, false);
        lane.*which = yes;
        count(lane, true);
    }
    void count(const part& lane, bool in) noexcept {
        const auto by = [in](std::size_t& sum, bool counts) {
            if (counts) sum = in ? sum + 1 : sum - 1;
        };
        by(short_, lane.is_short);
        by(coming_, lane.coming);
        by(short_coming_, lane.is_short && lane.coming);
        by(short_left_, lane.is_short && lane.left);
    }

    std::vector<part> lanes_;
    std::size_t short_;
    std::size_t coming_ = 0;
    std::size_t short_coming_ = 0;
    std::size_t short_left_ = 0;
};

}  // namespace tidings::core
