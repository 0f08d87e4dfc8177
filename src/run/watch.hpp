// Looks at a running campaign once a second, on a thread of its own, and writes down what must
// outlive this process though no journal has it: which limits turned out lower than asked for.
#pragma once

#include "core/progress.hpp"
#include "run/session.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tidings::run {

class watch {
  public:
    // `look` is called on the watch's thread. The session is not closed before the watch has ended.
    watch(session& session, std::function<core::progress_snapshot()> look);
    ~watch();
    watch(const watch&) = delete;
    watch& operator=(const watch&) = delete;

  private:
    void run();

    session& session_;
    std::function<core::progress_snapshot()> look_;
    std::mutex guard_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;  // last: everything it uses is there before it starts
};

}  // namespace tidings::run
