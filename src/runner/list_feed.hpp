// Reads the list on a thread of its own and hands it over in batches through a bounded queue. How a
// row is read and screened is runner/list_reader's; what becomes of it the dispatcher's.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "runner/clock.hpp"
#include "runner/list_reader.hpp"
#include "store/suppression_list.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tidings::runner {

class list_feed {
  public:
    static constexpr std::size_t queue_max = 16;  // batches
    static constexpr std::size_t warnings_max = 64;

    // Taking is for one thread, as often as it likes: it locks only where there is something.
    //
    // Calls `on_news` on the reading thread whenever there may be something new to take. Begins the
    // first pass at once. `suppression` may be null: nobody is suppressed.
    list_feed(std::unique_ptr<list_reader> reader,
              std::unique_ptr<store::suppression_list> suppression, const system_clock& clock,
              std::function<void()> on_news);
    ~list_feed();
    // Stops in the middle of a pass; joins. Returns what its thread has used of a processor.
    core::duration stop();
    list_feed(const list_feed&) = delete;
    list_feed& operator=(const list_feed&) = delete;

    // Names of the time zones that rows carry the numbers of, from number `first` on.
    std::vector<std::string> zone_names_from(core::zone_id first) const {
        return reader_->zones().from(first);
    }

    // The next batch, or null when none is there yet.
    std::unique_ptr<core::listed_batch> take();
    // An empty shell to be filled again, so that the steady state allocates nothing.
    void give_back(std::unique_ptr<core::listed_batch> shell);

    // The reader came to the end and every batch was taken. True once a pass.
    bool take_pass_end();
    // Pre: the last pass ended. Begins another.
    void begin_pass();
    // Reading failed for good; what had been read was taken.
    std::optional<core::failure> trouble();
    // Who is suppressed now, when that has changed since it was last asked; else null.
    std::shared_ptr<const store::suppressed_numbers> take_suppression_change();
    // What could not be read of changed suppression files, and after the first pass what there is
    // to know of the list's numbers; once each.
    std::vector<std::string> take_warnings();

  private:
    void run();
    bool rewound();
    bool read_pass();
    bool hand_over(std::unique_ptr<core::listed_batch> batch);
    void look_at_suppression();
    void mark() noexcept;

    std::unique_ptr<list_reader> reader_;
    std::unique_ptr<store::suppression_list> suppression_;
    const system_clock& clock_;
    std::function<void()> on_news_;

    mutable std::mutex guard_;
    std::condition_variable wake_;
    std::deque<std::unique_ptr<core::listed_batch>> full_;
    std::vector<std::unique_ptr<core::listed_batch>> empty_;
    bool stopping_ = false;
    bool at_end_ = false;  // this pass's last batch is in `full_` or taken
    bool pass_wanted_ = true;
    std::shared_ptr<const store::suppressed_numbers> changed_suppression_;
    std::vector<std::string> warnings_;  // at most warnings_max
    std::optional<core::failure> trouble_;
    // What of the above may be taken; follows every change of it, under the lock.
    std::atomic<bool> batch_waits_{false};
    std::atomic<bool> word_waits_{false};
    core::duration cpu_{};
    core::instant looked_{};  // at the suppression files; the reading thread's

    std::thread thread_;  // last: everything it uses is there before it starts
};

}  // namespace tidings::runner
