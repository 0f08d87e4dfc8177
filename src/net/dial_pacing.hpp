// How many connections may be opened now: one at first and after a failure, then twice as many with
// each success, so that neither a start nor the return of a network is a stampede. It opens nothing
// and reads no clock.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <random>

namespace tidings::net {

struct dial_pacing_options {
    std::size_t dials_max = 32;
    core::duration backoff_min = std::chrono::milliseconds(250);
    core::duration backoff_max = std::chrono::seconds(30);
};

class dial_pacing {
  public:
    dial_pacing(dial_pacing_options options, std::uint64_t seed);

    // How many more may begin, with `dialing` of them under way.
    std::size_t allowed(core::instant now, std::size_t dialing) const noexcept;

    void on_opened() noexcept;    // a handshake was completed
    void on_answered() noexcept;  // and the connection proved its use
    // Every address failed once, or a connection was lost before it carried a message. Waits twice
    // as long as after the failure before, with a quarter of it up or down by chance.
    void on_failed(core::instant now);

    std::uint32_t failures_in_a_row() const noexcept { return failures_; }
    // When the next dial may begin; in the past if now.
    core::instant not_before() const noexcept { return not_before_; }

  private:
    dial_pacing_options options_;
    std::mt19937_64 random_;
    std::size_t window_ = 1;
    std::uint32_t failures_ = 0;
    core::instant not_before_ = core::instant::min();
};

}  // namespace tidings::net
