// Shows a running campaign: a block redrawn in place on a terminal, a line now and then elsewhere,
// JSON lines for programs. It has a thread of its own, so that a stopped terminal stops nobody; it
// only keeps the bound on rows in doubt where it was.
#pragma once

#include "app/screen/terminal.hpp"
#include "app/settings/command_line.hpp"
#include "core/progress.hpp"
#include "view/page.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tidings::app {

view::page page_for(const display_arguments& display);

class presenter {
  public:
    // Both are called on the presenter's thread; `on_shown` after a state was shown, or was not
    // because nobody asked to see any.
    presenter(const display_arguments& display, std::function<core::progress_snapshot()> look,
              std::function<void(const core::progress_snapshot&)> on_shown);
    // Shows the last state once more and stops.
    ~presenter();
    presenter(const presenter&) = delete;
    presenter& operator=(const presenter&) = delete;

    // Shows the state of now, soon. Never waits for the terminal.
    void show_soon();

  private:
    void run();
    void show();
    void print(const core::progress_snapshot& now);

    display_arguments display_;
    std::function<core::progress_snapshot()> look_;
    std::function<void(const core::progress_snapshot&)> on_shown_;
    bool watched_;  // somebody asked to see it
    bool in_place_;
    drawn_block block_;
    std::mutex guard_;  // of what follows; not held while something is shown
    std::condition_variable wake_;
    bool stopping_ = false;
    bool asked_ = false;
    std::thread thread_;
};

}  // namespace tidings::app
