// Counts requests, whatever became of their rows. Plain data for progress and summary.
#pragma once

#include "core/latency_histogram.hpp"

#include <cstdint>

namespace tidings::core {

struct request_tally {
    std::uint64_t requests = 0;     // known to have been made, by earlier processes too
    std::uint64_t odd_answers = 0;  // 2xx without the documented body
    latency_histogram lateness;     // from the moment a row was due to its leaving, the first time
};

}  // namespace tidings::core
