// SIGINT, SIGTERM and SIGHUP (a terminal that went away), told to a function on a thread of its
// own, never inside a signal handler. While nobody wants to be told, a signal ends the process:
// nothing is under way then. A SIGHUP that the process was started to ignore (nohup) stays ignored.
#pragma once

#include <functional>
#include <mutex>
#include <thread>

namespace tidings::app {

class signal_watch {
  public:
    // Whom signals are told to while this lives.
    class target {
      public:
        target(signal_watch& watch, std::function<void(int signal)> on_signal);
        ~target();
        target(const target&) = delete;
        target& operator=(const target&) = delete;

      private:
        signal_watch& watch_;
    };

    // `unwatched_status`: the exit status of a process that a signal ends while there is no target.
    // Make it before other threads are started, so that they inherit the mask.
    explicit signal_watch(int unwatched_status);
    ~signal_watch();
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;

  private:
    void run();

    int unwatched_status_;
    std::mutex guard_;
    std::function<void(int)> on_signal_;
    int signals_;  // descriptors
    int stop_;
    std::thread thread_;
};

}  // namespace tidings::app
