// Whether the other end of a connection is still there: when it is to be asked for a sign of life,
// and when its silence is believed. It asks nobody and reads no clock.
#pragma once

#include "core/time.hpp"

#include <cstdint>

namespace tidings::net {

enum class pulse_act : std::uint8_t {
    none,
    ask,   // for a sign of life
    gone,  // it was asked and said nothing
};

class pulse {
  public:
    pulse(core::instant now, core::duration silence_max) : silence_max_(silence_max), heard_(now) {}

    // A byte of the peer's.
    void on_heard(core::instant now) noexcept {
        heard_ = now;
        asked_ = false;
    }
    core::duration silence(core::instant now) const noexcept { return now - heard_; }

    // Pre: the peer owes an answer.
    pulse_act next(core::instant now) noexcept {
        if (asked_) return now - asked_at_ >= silence_max_ ? pulse_act::gone : pulse_act::none;
        if (silence(now) < silence_max_) return pulse_act::none;
        asked_ = true;
        asked_at_ = now;
        return pulse_act::ask;
    }

  private:
    core::duration silence_max_;
    core::instant heard_;
    core::instant asked_at_{};
    bool asked_ = false;
};

}  // namespace tidings::net
