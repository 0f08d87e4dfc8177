// The time of core/virtual_run. A stretch that is skipped passes for the calendar and not for the
// limits, whose windows stand as they stood before it.
#pragma once

#include "core/time.hpp"

#include <chrono>

namespace tidings::core {

class virtual_clock {
  public:
    explicit virtual_clock(time_stamp began) : began_(began), now_(began.steady) {}

    instant now() const noexcept { return now_; }
    wall_time wall() const noexcept {
        return began_.wall +
               std::chrono::ceil<wall_time::duration>(now_ - began_.steady + skipped_);
    }
    instant at_wall(wall_time when) const noexcept {
        return began_.steady + (when - began_.wall) - skipped_;
    }
    duration skipped() const noexcept { return skipped_; }

    void set(instant now) noexcept { now_ = now; }
    void skip(duration span) noexcept { skipped_ += span; }

  private:
    time_stamp began_;
    instant now_;
    duration skipped_{};
};

}  // namespace tidings::core
