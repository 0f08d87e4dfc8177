// How long a network thread may leave its sockets alone while all it can do is wait for answers.
// A thread that wakes for each answer pays a wake-up a message, and over HTTP/2 a record and a
// write as well; one that looks later finds many. Pure; what leaves when is core/dispatcher's, and
// nothing that is due ever waits here: a thread with room left never rests.
//
// Over HTTP/2 a rest is a stretch of time. Over HTTP/1.1, where a descriptor tells of one request,
// the thread sleeps until an answer is there before which others will have come (net::pool's
// midway): a sleep that a packet ends costs half of one that a clock ends, and the peer never runs
// out of requests. Time is only its limit then.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace tidings::runner {

// One turn of the loop, when it has done what it could.
struct turn_end {
    core::instant now{};
    std::uint64_t ended = 0;    // attempts that have ended, since the beginning
    std::size_t in_flight = 0;  // requests without an answer
    bool saturated = false;     // messages are due and there is no room for them
    bool midway = false;        // it is known where an answer ends the rest
};

class turn_pacing {
  public:
    // Turns begin at most so far apart: a tenth of the time that answers take anyway, on a network
    // worth the name.
    static constexpr core::duration gap_max = std::chrono::milliseconds(1);
    // A rest that is shorter costs more than it saves.
    static constexpr core::duration rest_min = std::chrono::microseconds(40);
    // And at most this share of the time an answer takes, so that a peer never runs out of requests
    // while this side rests.
    static constexpr int response_share = 4;
    // The limit of a rest that an answer ends, where answers take less than gap_max: only what
    // stalls meets it. A deadline before the kernel's next tick, of which there are 250 a second,
    // would have a clock set for it and set back, a third of what the sleep costs.
    static constexpr core::duration stall_max = std::chrono::milliseconds(4);

    // How long to rest from `now` on, at most where an answer ends it; zero when not saturated, or
    // when the turn itself took long.
    core::duration rest_after(const turn_end& turn);

  private:
    static constexpr int turns_remembered = 8;

    core::instant last_{};         // the end of the turn before
    core::instant next_{};         // when the next turn was to begin
    std::uint64_t ended_ = 0;      // at the end of the turn before
    core::duration time_sum_{};    // of recent turns, older ones counting less
    std::uint64_t ended_sum_ = 0;  // the same of attempts that ended; in 1/256
};

}  // namespace tidings::runner
