// The two clocks of tidings, as types. Nothing here reads a clock: `now` is always an argument, and
// runner/clock is the one file that asks the system.
#pragma once

#include <chrono>
#include <cstdint>

namespace tidings::core {

// All spans of time. Nanoseconds reach 292 years.
using duration = std::chrono::nanoseconds;

// Names the clock that pacing and deadlines run on: it never steps, and it goes on while the
// machine sleeps (CLOCK_BOOTTIME). It has no now() on purpose.
struct pacing_clock {
    using duration = core::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<pacing_clock>;
    static constexpr bool is_steady = true;
};

// A moment on the pacing clock. Comparable only within one boot of one machine.
using instant = pacing_clock::time_point;

// A moment on the calendar (UTC). May step; used for schedules, tokens and what people read.
using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

// Both clocks read at the same moment: what is needed to carry an instant over a restart.
struct time_stamp {
    instant steady;
    wall_time wall;

    friend bool operator==(const time_stamp&, const time_stamp&) = default;
};

inline constexpr instant never = instant::max();

}  // namespace tidings::core
