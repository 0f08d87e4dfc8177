// The seam through which the socket rooms learn the time, once for each answer. runner/clock is the
// one implementation that asks the system; tests use tests/support/manual_clock.
#pragma once

#include "core/time.hpp"

namespace tidings::wire {

class clock {
  public:
    // Never earlier than what it said before. Must cost no more than a vDSO call.
    virtual core::instant now() const noexcept = 0;
    // The calendar; asked only where a server names a date.
    virtual core::wall_time wall_now() const noexcept = 0;

  protected:
    ~clock() = default;
};

}  // namespace tidings::wire
