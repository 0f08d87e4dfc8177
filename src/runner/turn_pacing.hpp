// How long a network thread may leave its sockets alone while all it can do is wait for answers.
// A thread that wakes for each answer pays a wake-up a message, and over HTTP/2 a record and a
// write as well; one that looks every millisecond finds many. Pure; what leaves when is
// core/dispatcher's, and nothing that is due ever waits here: a thread with room left never rests.
#pragma once

#include "tidings/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace tidings::runner {

// One turn of the loop, when it has done what it could.
struct turn_end {
    core::instant now{};
    std::uint64_t ended = 0;    // attempts that have ended, since the beginning
    std::size_t in_flight = 0;  // requests without an answer
    bool saturated = false;     // messages are due and there is no room for them
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

    // How long to rest from `now` on; zero when not saturated, or when the turn itself took long.
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
