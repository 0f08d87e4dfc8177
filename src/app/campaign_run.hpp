// Runs a campaign in its run from its first message to its summary, with somebody watching: the
// one way that send, resume, demo, bench and the library (app/door) share.
#pragma once

#include "app/exit_status.hpp"
#include "app/opened_run.hpp"
#include "app/screen/messages.hpp"
#include "app/settings/campaign_file.hpp"
#include "app/this_machine.hpp"
#include "core/latency_histogram.hpp"
#include "core/progress.hpp"
#include "runner/campaign.hpp"
#include "runner/carrier.hpp"

#include <functional>

namespace tidings::app {

struct run_result {
    core::run_summary summary;
    exit_status status = exit_status::accepted;
    runner::campaign_cost cost;
    core::duration journal_cost{};
    core::latency_percentiles lateness;  // of departures, behind what the pace had planned
};

// Who watches a campaign and may steer it: app/screen/screen for a person, app/door/listening for
// a program that embeds it.
class audience {
  public:
    // Messages go out from now on. `look` is called on any thread; neither lives beyond on_over().
    virtual void on_running(runner::campaign& running,
                            std::function<core::progress_snapshot()> look) = 0;
    // The bound on rows in doubt has risen: whoever has shown it says so by on_bound_told(). On the
    // network thread: shows nothing itself.
    virtual void show_soon() = 0;
    virtual void on_over() = 0;

  protected:
    ~audience() = default;
};

struct campaign_surroundings {
    this_machine& machine;
    const environment& variables;
    messages_options talk;
    // What carries messages; null: connections to the bots' endpoints.
    runner::carrier_maker carriers = nullptr;
};

// Blocks until the campaign ended, writes summary.json and report.html.
core::result<run_result> run_campaign(const campaign& settings, opened_run& held,
                                      campaign_surroundings around, audience& watching);

}  // namespace tidings::app
