// A store::recorder on a thread of its own, so that no sync is waited for where messages leave.
// It records nothing otherwise than that does; what a batch holds is the dispatcher's business.
#pragma once

#include "core/journal_batch.hpp"
#include "runner/clock.hpp"
#include "store/recorder.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace tidings::runner {

using store::commit_news;

class journal_writer {
  public:
    // The recorder is the thread's between start() and stop().
    journal_writer(store::recorder& recorder, const system_clock& clock);
    ~journal_writer();
    journal_writer(const journal_writer&) = delete;
    journal_writer& operator=(const journal_writer&) = delete;

    // Once, before the first commit. `on_news` is called on the writer's thread after each commit.
    void start(std::function<void()> on_news);
    // Nothing is under way and no news is waiting. This, commit and take_news: one thread.
    bool idle() const noexcept { return !awaited_ && idle_.load(std::memory_order_acquire); }
    // Takes the batch's content and leaves an empty one. Pre: idle().
    void commit(core::journal_batch& batch);
    std::optional<commit_news> take_news();

    // After the last commit: ends the thread.
    void stop();
    // After stop(): what its thread has used of a processor.
    core::duration cpu() const noexcept { return cpu_; }

  private:
    void run();

    store::recorder& recorder_;
    const system_clock& clock_;
    std::function<void()> on_news_;
    core::duration cpu_{};

    std::mutex guard_;
    std::condition_variable wake_;
    core::journal_batch work_;
    std::optional<commit_news> news_;
    std::atomic<bool> news_waits_{false};  // so that asking in vain takes no lock
    bool has_work_ = false;
    bool stopping_ = false;
    std::atomic<bool> idle_{true};
    bool awaited_ = false;  // the caller's side: its last batch's news was not taken yet

    std::thread thread_;
};

}  // namespace tidings::runner
