// A row that was accepted, as the benchmarks of journal and outcome log settle it.
#pragma once

#include "core/journal_batch.hpp"

namespace tidings::bench {

// Its number and its latency (30 to 50 ms) are made of the row's, so that no two rows are alike;
// bench/resume lists the same numbers.
inline core::settlement accepted_row(core::row_number row, core::wall_time at) {
    core::settlement made;
    made.row = row;
    made.to = core::phone_number::from_digits(917'000'000'000 + row);
    made.lane = 0;
    made.what = core::outcome::accepted;
    made.status = 200;
    made.attempts = 1;
    made.latency_us = 30'000 + static_cast<std::uint32_t>(row * 7919 % 20'000);
    made.at = at;
    return made;
}

}  // namespace tidings::bench
