// Holds the slots of requests of one endpoint that may still be read there: those that were given
// up, and those in doubt from before. A server that stands still (stopped, swapped out, behind a
// proxy that has lost patience) reads them all when it goes on, so that the end of our waiting says
// nothing of when they count. They are given back when it is known to be well again: with its first
// good answer to something written later. What a slot is, and how long it stays away after that, is
// core/limiter's; what a good answer is, core/verdict's.
//
// Where every slot of a window is owed, nothing can be written that could bring them back but a
// question that needs none: oldest() says since when.
#pragma once

#include "core/row.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tidings::core {

class owed_slots {
  public:
    // A slot of the lane's request, which was given up at `at`: what is written later is read
    // later. `at` never goes back.
    void owe(lane_id lane, instant at) {
        ++count_;
        if (!owed_.empty() && owed_.back().at == at && owed_.back().lane == lane) {
            ++owed_.back().count;
            return;
        }
        owed_.push_back({at, lane, 1});
    }

    // A good answer came to what left at `left`. Calls give_back(lane) for each slot that it brings
    // back. Cheap while nothing is owed.
    template <class GiveBack>
    void on_good_answer(instant left, GiveBack give_back) {
        if (owed_.empty() || owed_.front().at >= left) return;
        auto one = owed_.begin();
        for (; one != owed_.end() && one->at < left; ++one) {
            count_ -= one->count;
            for (std::uint32_t i = 0; i < one->count; ++i)
                give_back(one->lane);
        }
        owed_.erase(owed_.begin(), one);
    }

    std::uint64_t count() const noexcept { return count_; }
    // When the oldest of them was given up; never: none is owed.
    instant oldest() const noexcept { return owed_.empty() ? never : owed_.front().at; }

  private:
    struct entry {
        instant at;
        lane_id lane;
        std::uint32_t count;
    };

    std::vector<entry> owed_;  // in the order of their moments
    std::uint64_t count_ = 0;
};

}  // namespace tidings::core
