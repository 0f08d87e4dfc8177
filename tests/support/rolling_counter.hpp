// The server's side of a limit, for proofs: it remembers every arrival exactly and afterwards finds
// the fullest window. Independent of core/slot_ring: no slots, no rounding, only arrivals.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tidings::tests {

// How the server's clock sees ours.
struct server_clock {
    std::int64_t offset_ns = 0;
    std::int64_t slow_ppm = 0;  // a span of ours is so many millionths shorter on its clock
    std::int64_t tick_ns = 1;   // it stamps in whole ticks, cut

    std::int64_t operator()(core::instant at) const {
        const std::int64_t ns = at.time_since_epoch().count();
        const std::int64_t seen = offset_ns + ns - ns / 1'000'000 * slow_ppm;
        return seen >= 0 ? seen / tick_ns : (seen - tick_ns + 1) / tick_ns;
    }
};

class rolling_counter {
  public:
    explicit rolling_counter(server_clock clock = {}) : clock_(clock) {}

    void arrived(core::instant at) { stamps_.push_back(clock_(at)); }
    std::size_t arrivals() const { return stamps_.size(); }

    // The most arrivals in any window of this length, both of its ends included.
    std::size_t worst(core::duration window) {
        std::sort(stamps_.begin(), stamps_.end());
        const std::int64_t length = window.count() / clock_.tick_ns;
        std::size_t most = 0;
        std::size_t first = 0;
        for (std::size_t last = 0; last < stamps_.size(); ++last) {
            while (stamps_[last] - stamps_[first] > length)
                ++first;
            most = std::max(most, last - first + 1);
        }
        return most;
    }

  private:
    server_clock clock_;
    std::vector<std::int64_t> stamps_;
};

}  // namespace tidings::tests
