// `plan --probe`: one harmless request to each bot, and what its answer means.
#pragma once

#include "tidings/core/failure.hpp"
#include "tidings/runner/campaign.hpp"

#include <vector>

#include "app/campaign_file.hpp"
#include "app/command_line.hpp"
#include "app/exit_status.hpp"

namespace tidings::app {

core::result<exit_status> probe_bots(const campaign& settings,
                                     std::vector<runner::campaign_bot> bots,
                                     const display_arguments& display);

}  // namespace tidings::app
