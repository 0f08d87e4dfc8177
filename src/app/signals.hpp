// SIGINT and SIGTERM, told to a function on a thread of its own: never inside a signal handler.
#pragma once

#include <functional>
#include <thread>

namespace tidings::app {

class signal_watch {
  public:
    // From now on the two signals no longer end the process. Make it before other threads are
    // started, so that they inherit the mask.
    explicit signal_watch(std::function<void(int signal)> on_signal);
    ~signal_watch();
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;

  private:
    void run();

    std::function<void(int)> on_signal_;
    int signals_;  // descriptors
    int stop_;
    std::thread thread_;
};

}  // namespace tidings::app
