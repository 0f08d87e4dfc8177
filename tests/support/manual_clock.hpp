// A clock that stands still until a test moves it.
#pragma once

#include "wire/clock.hpp"

namespace tidings::tests {

class manual_clock final : public wire::clock {
  public:
    core::instant now() const noexcept override { return now_; }
    core::wall_time wall_now() const noexcept override {
        return wall_ +
               std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
    }
    void advance(core::duration by) { now_ += by; }

  private:
    core::instant now_{std::chrono::hours(1)};
    // 2026-11-23T08:00:00Z at the start.
    core::wall_time wall_{std::chrono::seconds(1'795'420'800 - 3600)};
};

}  // namespace tidings::tests
