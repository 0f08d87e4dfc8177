// Lets a listener of the library hear of a campaign, on a thread of its own, and others steer it
// while it runs.
#pragma once

#include "app/campaign_run.hpp"
#include "core/progress.hpp"
#include "tidings/listener.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tidings::app {

// The campaign that runs right now, if any: for calls from other threads.
class helm {
  public:
    void take(runner::campaign* running);
    // Does it to the campaign, if one runs.
    template <class Act>
    void steer(Act&& act) {
        const std::scoped_lock lock(guard_);
        if (running_) act(*running_);
    }
    void keep(core::progress_snapshot last);
    core::progress_snapshot last() const;

  private:
    mutable std::mutex guard_;
    runner::campaign* running_ = nullptr;
    core::progress_snapshot last_;
};

class listening final : public audience {
  public:
    // Both outlive it.
    listening(tidings::listener& hears, helm& steered) : hears_(hears), helm_(steered) {}
    ~listening();

    void on_running(runner::campaign& running,
                    std::function<core::progress_snapshot()> look) override;
    void show_soon() override;
    void on_over() override;

    // What a person should know, for the messages that reach whoever listens.
    messages_options talk();

  private:
    void run();
    void tell();

    tidings::listener& hears_;
    helm& helm_;
    std::mutex telling_;  // the listener's calls come one at a time
    std::function<core::progress_snapshot()> look_;
    std::mutex guard_;
    std::condition_variable wake_;
    bool asked_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tidings::app
