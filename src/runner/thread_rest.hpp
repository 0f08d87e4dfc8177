// How a network thread rests when a turn is over: for how long is runner/turn_pacing's, until which
// answer its carriers know.
#pragma once

#include "runner/carrier.hpp"
#include "runner/turn_pacing.hpp"
#include "wire/readiness.hpp"

#include <memory>
#include <vector>

namespace tidings::runner {

class thread_rest {
  public:
    // Of `turn`, `midway` is filled in here. What is returned holds until the next call.
    wire::rest after(turn_end turn, const std::vector<std::unique_ptr<carrier>>& carriers) {
        midway_.clear();
        if (turn.saturated)
            for (const auto& one : carriers)
                one->append_midway(midway_);
        turn.midway = !midway_.empty();
        return {.at_most = pacing_.rest_after(turn), .until = midway_};
    }

  private:
    turn_pacing pacing_;
    std::vector<int> midway_;  // descriptors
};

}  // namespace tidings::runner
