// A message that leaves now: what core/dispatcher decides and carriers (runner/carrier) take away.
#pragma once

#include "core/attempt.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>

namespace tidings::core {

using bot_id = std::uint16_t;

// The lane names the sender.
struct departure {
    ticket which = 0;
    lane_id lane = 0;
    row_number row = 0;
    phone_number to;
    wall_time released_at{};
    bool probe = false;
};

}  // namespace tidings::core
