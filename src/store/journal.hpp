// The journal: the truth of a run. A batch is one frame, one write, one sync; when commit() returns
// it is durable. It decides what may be recorded, never what should be: that is core/dispatcher.
// Reading after a crash is store/recovery's. One thread uses a journal; every call may block.
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"
#include "store/recovery.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tidings::store {

struct journal_options {
    std::uint64_t segment_bytes = 64U << 20;     // 1 KiB .. 1 GiB
    std::uint64_t checkpoint_bytes = 64U << 20;  // of journal between two checkpoints
    core::duration window_longest{};             // of any limit; 0: no history of slots
    std::uint32_t boot = 0;                      // store::boot_tag()
    std::uint64_t id = 0;  // create() only: random, so that no other journal's bytes fit
};

class journal {
  public:
    // Makes the folder and the first segment; durable on return. trouble::exists when there is a
    // journal in it already; what a process left that died before its first frame is cleared away.
    static core::result<journal> create(disk& where, const std::string& folder,
                                        const journal_options& options, core::time_stamp now);

    // Goes on after recover(): always in a new segment. Takes the state over. Commits and removes
    // the emergency log if there is one.
    static core::result<journal> open(disk& where, const std::string& folder,
                                      const journal_options& options, recovery&& from,
                                      core::time_stamp now);

    journal(journal&&) noexcept;
    journal& operator=(journal&&) noexcept;
    ~journal();

    // Makes the batch durable, or fails with nothing of it made visible:
    //  disk_full  nothing was written; room for what is released is kept, so the same batch
    //             without `released` can be committed; try the releases again later.
    //  journal    write or sync failed: whether it is on disk cannot be known. Every later call
    //             fails the same way; use write_emergency for the answers in flight.
    //  internal   the batch breaks a rule (a row released twice, settled twice, too large): a bug
    //             of the caller; nothing was written.
    // A settlement of a settled row is taken only with settled_by::operator_word or late_answer
    // and replaces an `unknown`; a parked settled row opens an `unknown` again.
    // An empty batch writes nothing.
    core::result<void> commit(const core::journal_batch& batch, core::time_stamp now);

    // Records that nothing is left to do; any later commit revokes it. Follow it with
    // checkpoint_now(outcome_log::sync_all()).
    core::result<void> finish(core::time_stamp now);

    // Work that is not urgent, a slice of about a millisecond: prepares the next segment, writes
    // the checkpoint that is under way. Call after commits; true: there is more to do. A full disk
    // is no failure here, commit tells it.
    core::result<bool> tend();

    // Whether so much was written that a checkpoint is due: then make the outcome log durable
    // (outcome_log::sync_all) and hand its position in. tend() writes it, slice by slice.
    bool checkpoint_due() const noexcept;
    void begin_checkpoint(const log_position& log);
    // The same at once: at a clean end, and around changes of the outcome log.
    core::result<void> checkpoint_now(const log_position& log);

    // Where answers go when it has failed: to a place in the journal's folder with room of its own,
    // kept for every row in flight, and honoured by the next recover(). Give it everything that is
    // settled, parked or spent and not durable, the failed batch included, with that batch's
    // releases as `parked` (they were never sent). `released` must be empty. May be called again
    // for what comes later.
    core::result<void> write_emergency(const core::journal_batch& batch, core::time_stamp now);

    const journal_state& state() const noexcept;
    std::uint64_t id() const noexcept;
    std::uint32_t boot() const noexcept;
    std::uint64_t bytes_written() const noexcept;  // by this process, zero-filling left out
    bool failed() const noexcept;                  // after which it takes nothing any more

  private:
    struct parts;
    explicit journal(std::unique_ptr<parts> made);

    std::unique_ptr<parts> parts_;
};

}  // namespace tidings::store
