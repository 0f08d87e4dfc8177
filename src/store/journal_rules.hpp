// How a batch changes the state of a run, and which batches are against the rules. The one place
// for it: commit, recovery and every reader of the journal go through it.
#pragma once

#include "codec/records/journal_record.hpp"
#include "core/journal_batch.hpp"
#include "store/recovery.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::store {

class journal_rules {
  public:
    explicit journal_rules(journal_state& state) : state_(state) {}

    // Applies the batch whole, or not at all and says which rule it breaks: check() and confirm().
    std::optional<std::string> apply(const codec::frame_head& head,
                                     const core::journal_batch& batch);
    // The same in two steps, for a batch that may still turn out impossible to write: after check()
    // has said nothing, either confirm() or undo().
    std::optional<std::string> check(const core::journal_batch& batch);
    void confirm(const codec::frame_head& head, const core::journal_batch& batch);
    void undo();

    // Takes out of an emergency batch what the journal knows better.
    core::journal_batch what_is_new(const core::journal_batch& emergency) const;

    // A process begins, perhaps in another boot: what is known is told by its clocks from here on.
    void begin_process(core::time_stamp at, std::uint32_t boot);

    // Rows that had their outcome were opened or settled anew: their lines are no longer right.
    bool changed_outcomes() const noexcept { return changed_outcomes_; }

    // Leaves of `releases` what still covers a released row; disjoint and by row when `sorted`.
    void prune_releases();
    void sort_releases();

  private:
    std::optional<std::string> apply_settled(const core::journal_batch& batch);
    std::optional<std::string> apply_parked(const core::journal_batch& batch);
    std::optional<std::string> apply_released(const core::journal_batch& batch);
    void change(core::row_number row, core::row_state from, core::row_state to);
    void note_slots(const codec::frame_head& head, const core::journal_batch& batch);

    journal_state& state_;
    std::vector<std::pair<core::row_number, core::row_state>> changed_;
    core::outcome_counts counts_before_;
    std::uint64_t released_before_ = 0;
    std::size_t releases_kept_ = 0;
    bool changed_outcomes_ = false;
};

}  // namespace tidings::store
