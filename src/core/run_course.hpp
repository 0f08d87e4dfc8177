// Whether the run goes on, and why it does not. It stops nothing itself: who releases and sends
// (core/release_plan, core/departure_order) asks it.
#pragma once

#include "core/halt_reasons.hpp"

#include <cstdint>
#include <utility>

namespace tidings::core {

enum class send_phase : std::uint8_t {
    running,
    paused,    // releases and sends nothing; goes on when told
    draining,  // sends nothing more; waits for what is in flight
    drained,   // nothing in flight, nothing released, nothing left to make durable
};

class run_course {
  public:
    send_phase phase() const noexcept { return phase_; }
    bool running() const noexcept { return phase_ == send_phase::running; }
    bool draining() const noexcept { return phase_ == send_phase::draining; }
    bool ending() const noexcept { return phase_ >= send_phase::draining; }

    void pause() {
        if (phase_ == send_phase::running) phase_ = send_phase::paused;
    }
    void go_on() {
        if (phase_ == send_phase::paused) phase_ = send_phase::running;
    }
    // A part of the run, or all of it, has ended for that reason.
    void add(halt_reason why) { halts_.add(std::move(why)); }
    void drain(halt_reason why) {
        halts_.add(std::move(why));
        if (phase_ != send_phase::drained) phase_ = send_phase::draining;
    }
    // Pre: draining.
    void end() noexcept { phase_ = send_phase::drained; }

    const halt_reasons& halts() const noexcept { return halts_; }

  private:
    send_phase phase_ = send_phase::running;
    halt_reasons halts_;
};

}  // namespace tidings::core
