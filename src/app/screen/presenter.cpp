#include "app/screen/presenter.hpp"

#include "view/progress_block.hpp"
#include "view/progress_json.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include <unistd.h>

namespace tidings::app {

namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(250);

}  // namespace

view::page page_for(const display_arguments& display) {
    const auto facts = look_at_terminal(display.colour);
    return {.columns = facts.columns,
            .colour = facts.colour,
            .utf8 = facts.utf8,
            .offset = local_offset};
}

presenter::presenter(const display_arguments& display,
                     std::function<core::progress_snapshot()> look,
                     std::function<void(const core::progress_snapshot&)> on_shown)
    : display_(display),
      look_(std::move(look)),
      on_shown_(std::move(on_shown)),
      watched_(!display.quiet && display.progress),
      in_place_(!display.json && look_at_terminal(display.colour).messages),
      block_(STDERR_FILENO),
      thread_([this] { run(); }) {}

presenter::~presenter() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void presenter::show_soon() {
    {
        const std::scoped_lock lock(guard_);
        asked_ = true;
    }
    wake_.notify_one();
}

void presenter::run() {
    const auto interval = in_place_ ? std::chrono::nanoseconds(redraw_interval)
                                    : std::chrono::nanoseconds(display_.progress_every);
    for (;;) {
        {
            std::unique_lock lock(guard_);
            wake_.wait_for(lock, interval, [this] { return stopping_ || asked_; });
            if (stopping_) break;
            asked_ = false;
        }
        show();
    }
    if (in_place_) show();
}

void presenter::show() {
    const auto now = look_();
    if (now.run.empty()) return;
    if (watched_) print(now);
    on_shown_(now);
}

void presenter::print(const core::progress_snapshot& now) {
    if (display_.json)
        std::fprintf(stderr, "%s\n", view::progress_json(now).c_str());
    else if (in_place_)
        block_.draw(view::progress_block(now, page_for(display_)));
    else
        std::fprintf(stderr, "%s\n", view::progress_line(now, page_for(display_)).c_str());
}

}  // namespace tidings::app
