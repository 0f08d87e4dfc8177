// Puts on record what a dispatcher wants recorded, in the one right order: the journal, and then
// the lines of the outcome log; or, once the journal cannot be written, the emergency log. It has
// no thread: runner/journal_writer gives it one. What may be recorded is store/journal's.
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/time.hpp"
#include "store/journal.hpp"
#include "store/outcome_log.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace tidings::store {

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
    bool against_the_rules = false;  // the batch was: a bug of whoever made it
};

class recorder {
  public:
    // What else must be on record before rows are released.
    using release_note =
        std::function<core::result<void>(std::span<const core::release_run>, core::time_stamp)>;

    recorder(journal journal, outcome_log outcomes);

    void before_releases(release_note note) { before_releases_ = std::move(note); }

    // Leaves in the batch what is on record now.
    commit_news commit(core::journal_batch& batch, core::time_stamp now);
    // Afterwards, of what commit() has left: a line for each settlement. Where the disk is full
    // they wait for room; after any other failure the log is done without until close().
    void write_lines(const core::journal_batch& batch);
    // Work that is not urgent, a slice at a time. True: there is more to do.
    bool tend();

    // `finished` records that nothing is left to do. Writes what waits, syncs the outcome log,
    // writes the checkpoint. What could not be written is told; after disk_full it can be called
    // again. Once the journal is broken there is nothing to close.
    core::result<void> close(bool finished, core::time_stamp now);
    // After close(): the outcome log failed, so that rows are without their lines; a new
    // outcome_log::open completes it.
    bool log_is_behind() const noexcept { return log_trouble_.has_value(); }
    // Something could not be recorded, and went to the emergency log.
    bool broken() const noexcept { return broken_; }
    const journal_state& state() const noexcept { return journal_.state(); }

  private:
    commit_news to_emergency_log(core::journal_batch& batch, core::time_stamp now,
                                 const core::failure& why);
    void note(const core::failure& of_the_log);
    core::result<void> put_on_record(core::journal_batch& batch, core::time_stamp now);

    journal journal_;
    release_note before_releases_;
    outcome_log outcomes_;
    std::optional<core::failure> log_trouble_;  // that no room on the disk would mend
    bool broken_ = false;
};

}  // namespace tidings::store
