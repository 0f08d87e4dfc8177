// `plan --probe`: a harmless request to each bot, or several, what their answers mean and how long
// they took.
#pragma once

#include "app/exit_status.hpp"
#include "app/settings/campaign_file.hpp"
#include "app/this_machine.hpp"
#include "core/failure.hpp"
#include "runner/campaign.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tidings::app {

struct probe_findings {
    exit_status status = exit_status::accepted;  // the worst
    std::string text;                            // a line each bot, of JSON where asked for
    std::vector<core::duration> took;            // of the slowest bot; empty: none answered
};

// So many requests to each bot. They may count against its limits: where the bot is not in use they
// are written down for whoever sends next, with how long answers took if no run has measured it.
core::result<probe_findings> probe_bots(const campaign& settings,
                                        std::vector<runner::campaign_bot> bots,
                                        std::size_t requests, this_machine& machine,
                                        const store::state_folders& state, bool json);

}  // namespace tidings::app
