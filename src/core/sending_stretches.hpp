// In which stretches messages leave as the calendar cuts them, and how long it sends and waits for
// recipients' hours: what core/virtual_run tells of its course.
#pragma once

#include "core/calendar.hpp"
#include "core/forecast.hpp"
#include "core/time.hpp"

#include <chrono>
#include <vector>

namespace tidings::core {

class sending_stretches {
  public:
    void on_departed(wall_time here) {
        // Only what the calendar cuts is a pause, and what is shorter is not told.
        const bool new_one = was_closed_ && here - all_.back().closes >= std::chrono::minutes(10) &&
                             all_.size() < forecast_answer::stretches_max;
        if (all_.empty() || new_one) all_.push_back({here, here});
        was_closed_ = false;
        all_.back().closes = here;
    }
    // `open`: some rows might leave.
    void on_time_passed(duration span, bool open) {
        was_closed_ = (was_closed_ || !open) && !all_.empty();
        (open ? sending_ : closed_) += span;
    }

    const std::vector<open_span>& all() const noexcept { return all_; }
    duration sending() const noexcept { return sending_; }
    duration closed() const noexcept { return closed_; }

  private:
    std::vector<open_span> all_;
    bool was_closed_ = false;
    duration sending_{};
    duration closed_{};
};

}  // namespace tidings::core
