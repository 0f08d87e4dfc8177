// A person's view of a running campaign, and their signals: what send, resume, demo and bench show.
#pragma once

#include "app/campaign_run.hpp"
#include "app/screen/messages.hpp"
#include "app/screen/presenter.hpp"
#include "app/settings/command_line.hpp"
#include "app/signals.hpp"

#include <functional>
#include <optional>

namespace tidings::app {

class screen final : public audience {
  public:
    // `signals` outlives it: they drain the campaign, then end it.
    screen(const display_arguments& display, signal_watch& signals)
        : display_(display), signals_(signals) {}

    void on_running(runner::campaign& running,
                    std::function<core::progress_snapshot()> look) override;
    void show_soon() override { shown_->show_soon(); }
    void on_over() override;

  private:
    display_arguments display_;
    signal_watch& signals_;
    std::optional<signal_watch::target> target_;
    std::optional<presenter> shown_;
};

// How the program's messages reach that person.
messages_options messages_for(const display_arguments& display);

}  // namespace tidings::app
