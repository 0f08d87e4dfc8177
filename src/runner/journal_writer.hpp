// Commits batches and writes their outcome lines on a thread of its own, so that no sync is ever
// waited for where messages leave. The journal itself is store/journal; what a batch holds is the
// dispatcher's business.
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "runner/clock.hpp"
#include "store/journal.hpp"
#include "store/outcome_log.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tidings::runner {

// How a commit ended.
struct commit_news {
    enum class kind : std::uint8_t {
        durable,
        releases_refused,  // the disk is full: everything but the releases is durable
        failed,            // nothing can be recorded any more; answers go to the emergency log
    };
    kind what = kind::durable;
    core::time_stamp frame;
    std::string why;
};

class journal_writer {
  public:
    journal_writer(store::journal journal, store::outcome_log outcomes, const system_clock& clock);
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

    // After the last commit: `finished` records that nothing is left to do. Writes the checkpoint,
    // syncs the outcome log, ends the thread. What could not be written is told.
    core::result<void> close(bool finished);
    // After close(): the outcome log could not be written to its end; a new outcome_log::open can
    // complete it once there is room.
    bool log_is_behind() const noexcept { return log_trouble_.has_value(); }
    // After close(): what its thread has used of a processor.
    core::duration cpu() const noexcept { return cpu_; }
    // After close(): something could not be recorded, and went to the emergency log.
    bool broken() const noexcept { return broken_; }
    // Before start() and after close(): what the journal knows, for the bot's window and the
    // summary.
    const store::journal_state& state() const { return journal_.state(); }

  private:
    void run();
    commit_news perform(core::journal_batch& batch);
    commit_news to_emergency_log(core::journal_batch& batch, std::string why);
    bool tend();

    store::journal journal_;
    store::outcome_log outcomes_;
    const system_clock& clock_;
    std::function<void()> on_news_;
    std::optional<core::failure> log_trouble_;
    bool broken_ = false;
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
