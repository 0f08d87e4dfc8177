// Shows a running campaign: a block redrawn in place on a terminal, a line now and then elsewhere,
// JSON lines for programs. It has a thread of its own, so that a stopped terminal stops nobody.
#pragma once

#include "tidings/core/progress.hpp"
#include "tidings/view/page.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "app/command_line.hpp"
#include "app/terminal.hpp"

namespace tidings::app {

view::page page_for(const display_arguments& display);

class presenter {
  public:
    // `look` is called on the presenter's thread.
    presenter(const display_arguments& display, std::function<core::progress_snapshot()> look);
    // Shows the last state once more and stops.
    ~presenter();
    presenter(const presenter&) = delete;
    presenter& operator=(const presenter&) = delete;

    // A message while the block stands.
    void say(std::string_view line);

  private:
    void run();
    void show();

    display_arguments display_;
    std::function<core::progress_snapshot()> look_;
    bool in_place_;
    std::mutex guard_;
    std::condition_variable wake_;
    bool stopping_ = false;
    drawn_block block_;
    std::thread thread_;
};

}  // namespace tidings::app
