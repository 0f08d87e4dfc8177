#include "app/screen/screen.hpp"

#include "app/screen/terminal.hpp"

#include <utility>

namespace tidings::app {

void screen::on_running(runner::campaign& running, std::function<core::progress_snapshot()> look) {
    target_.emplace(signals_, [&running](int) { running.interrupt("stopped by a signal"); });
    shown_.emplace(display_, std::move(look), [&running](const core::progress_snapshot& state) {
        running.on_bound_told(state.in_doubt_max);
    });
}

void screen::on_over() {
    shown_.reset();
    target_.reset();
}

messages_options messages_for(const display_arguments& display) {
    messages_options talk;
    talk.format = display.log;
    // Where a block is drawn it has the notes; the file has everything anyway.
    talk.quiet = display.quiet || display.json || look_at_terminal(display.colour).messages;
    return talk;
}

}  // namespace tidings::app
