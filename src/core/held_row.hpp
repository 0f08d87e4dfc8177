// A row in the dispatcher's hands, from the moment it is taken up until it has its outcome.
#pragma once

#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>

namespace tidings::core {

struct held_row {
    row_number row = 0;
    phone_number to;
    wall_time released_at{};  // the release's frame; names the row's token when jti = "each"
    instant due{};            // when it could first have left; latency counts from its turn
    zone_id zone = 0;
    std::uint16_t attempts = 0;     // that counted
    std::uint16_t tries = 0;        // all of them, so that free ones are bounded too
    bool may_have_arrived = false;  // sent again on the operator's order while in doubt
    bool fixed_lane = false;        // the row named its own sender
    row_span when{};                // its own word about when
};

}  // namespace tidings::core
