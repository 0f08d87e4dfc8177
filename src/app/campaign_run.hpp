// Runs a campaign in its run from its first message to its summary, with somebody watching: the
// one way that send, resume, demo and bench share.
#pragma once

#include "app/exit_status.hpp"
#include "app/opened_run.hpp"
#include "app/settings/campaign_file.hpp"
#include "app/settings/command_line.hpp"
#include "app/signals.hpp"
#include "app/this_machine.hpp"
#include "core/latency_histogram.hpp"
#include "core/progress.hpp"
#include "runner/campaign.hpp"

namespace tidings::app {

struct run_result {
    core::run_summary summary;
    exit_status status = exit_status::accepted;
    runner::campaign_cost cost;
    core::duration journal_cost{};
    core::latency_percentiles lateness;  // of departures, behind what the pace had planned
};

// Blocks until the campaign ended, writes summary.json and report.html. Signals drain it.
core::result<run_result> run_campaign(const campaign& settings, opened_run& held,
                                      this_machine& machine, const display_arguments& display,
                                      const environment& variables, signal_watch& signals);

}  // namespace tidings::app
