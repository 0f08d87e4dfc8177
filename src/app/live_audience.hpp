// A running campaign that is told on a port (live/port) as well as to whoever watches it.
#pragma once

#include "app/campaign_run.hpp"
#include "app/settings/command_line.hpp"
#include "app/this_machine.hpp"
#include "live/port.hpp"

#include <functional>
#include <memory>

namespace tidings::app {

// Opened before anything else is done, so that what is wrong with it is found first. Null: no port
// was asked for. A person is told where it is.
core::result<std::unique_ptr<live::port>> open_port(const listen_arguments& asked,
                                                    const display_arguments& display,
                                                    const this_machine& machine);

class live_audience final : public audience {
  public:
    // `port` null: only `person` watches. Both outlive it.
    live_audience(audience& person, live::port* port);
    ~live_audience();
    live_audience(const live_audience&) = delete;
    live_audience& operator=(const live_audience&) = delete;

    void on_running(runner::campaign& running,
                    std::function<core::progress_snapshot()> look) override;
    void show_soon() override { person_.show_soon(); }
    void on_over() override;

  private:
    class source;

    audience& person_;
    live::port* port_;
    // The port tells of it between on_running() and on_over().
    std::unique_ptr<source> source_;
};

}  // namespace tidings::app
