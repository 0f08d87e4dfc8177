// The pure cores of a run, made once for it. Their addresses stay.
#pragma once

#include "core/calendar.hpp"
#include "core/lane_choice.hpp"
#include "core/limiter.hpp"
#include "core/time.hpp"
#include "runner/zones.hpp"

#include <memory>

namespace tidings::run {

struct campaign_cores {
    std::unique_ptr<core::limiter> limits;
    std::unique_ptr<core::lane_choice> lanes;
    std::unique_ptr<core::calendar> hours;
    std::unique_ptr<runner::zones> zones;  // fills `hours` with the zones that a list names
    core::duration window_longest{};       // of any limit
    bool reaches_far = false;              // `hours` was made to reach further, to look ahead
};

}  // namespace tidings::run
