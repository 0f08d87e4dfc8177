// Whom a campaign leaves out because others texted them lately: `recipients.frequency` over all
// runs that share a state folder. It reads what runs wrote down (store/recent_numbers); that they
// do is run/session's.
#pragma once

#include "core/failure.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"
#include "run/surroundings.hpp"
#include "runner/list_reader.hpp"
#include "store/recorder.hpp"

#include <cstdint>
#include <string>

namespace tidings::run {

struct frequency_cap {
    core::rate_limit at_most;   // messages to one number
    std::string state_folder;   // the first of the run's
    std::uint64_t own_run = 0;  // whose own messages do not count; 0: none is there yet
};

// In words, of a number that had its messages: "frequency 1/24h: texted at 2026-11-03T08:00:00Z".
core::result<runner::number_objection> objection_of(const surroundings& around,
                                                    const frequency_cap& cap);

// Writes the numbers of rows that are about to be released down in the state folder, for a run
// whose people are in that file (run_paths::people).
core::result<store::recorder::release_note> releases_noted_in(const surroundings& around,
                                                              const std::string& state_folder,
                                                              const std::string& people,
                                                              std::uint64_t run);

}  // namespace tidings::run
