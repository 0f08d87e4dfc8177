// Keeps the books of the rows: what each one's state is, how many ended how, what the next group
// commit holds, and how many rows would be in doubt if this process died. What a row deserves is
// not decided here (core/settling, core/row_recall), and nothing is written (store/recorder).
//
// A row is taken up once; then it is released, parked, put back or settled, as often as it takes
// until it is settled or put back. Of a row that is `released`, the journal says so, or is about
// to.
#pragma once

#include "core/doubt_bound.hpp"
#include "core/held_row.hpp"
#include "core/journal_batch.hpp"
#include "core/outcome.hpp"
#include "core/row_states.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tidings::core {

// What happens to a later copy says nothing about an earlier one that may have arrived.
constexpr outcome honest(const held_row& held, outcome what) noexcept {
    return held.may_have_arrived && what != outcome::accepted ? outcome::unknown : what;
}

class settlement_book {
  public:
    // Rows that `states` calls released are in doubt from before.
    settlement_book(row_states states, outcome_counts counts, std::uint64_t in_doubt_first);

    // --- rows -------------------------------------------------------------------------------
    row_state state_of(row_number row) const noexcept { return states_[row]; }
    std::uint64_t held() const noexcept { return held_; }  // taken up, neither settled nor put back
    // Pre: untouched or parked.
    void take_up(row_number row) {
        states_.set(row, row_state::released);
        ++held_;
    }
    // One that is in doubt from before.
    void take_up_in_doubt() noexcept {
        ++held_;
        --inherited_;
    }
    // Back to where the reader finds it in a later pass, or a later run.
    void put_back(row_number row, bool released);
    // It certainly was not sent, and needs a durable re-release before it leaves. Pre: released.
    void park(row_number row) {
        building_.parked.push_back(row);
        ++ends_in_building_;
    }
    // A request of the lane took a slot and did not settle its row.
    void spend(lane_id lane, wall_time at) { building_.spent.push_back({lane, at}); }
    // The same of one that was given up.
    void spend_unread(lane_id lane, wall_time at) { building_.spent.push_back({lane, at, true}); }
    // Of a question, which may be read from when it is asked until its answer comes.
    void spend_question(lane_id lane, wall_time at, bool unread) {
        building_.spent.push_back({lane, at, unread, true});
    }
    // The row leaves our hands with that outcome.
    void settle(const settlement& one, std::string_view why, bool released);
    void settle(const held_row& held, bool released, outcome what, std::string_view why,
                wall_time at);
    // The same of a row that was never taken up.
    void settle_unheld(const settlement& one, std::string_view why);

    // How many were put back since the last call of forget_put_back: a later pass finds them.
    std::uint64_t put_back_count() const noexcept { return put_back_; }
    void forget_put_back() noexcept { put_back_ = 0; }

    // --- releases ---------------------------------------------------------------------------
    // Pre: room() > 0.
    void release(row_number row);
    std::uint64_t room() const noexcept { return doubt_.room(); }
    void ask_room(std::uint64_t more) { doubt_.ask(more); }
    void on_bound_told(std::uint64_t rows) { doubt_.on_told(rows); }
    const doubt_bound& doubt() const noexcept { return doubt_; }
    bool all_at_risk_is_inherited() const noexcept { return doubt_.at_risk() == inherited_; }
    // They will not become durable, and never leave.
    void take_back_releases(std::uint64_t rows) { doubt_.remove(rows); }

    // --- batches ----------------------------------------------------------------------------
    bool empty() const noexcept { return building_.empty(); }
    std::size_t settled_waiting() const noexcept { return building_.settled.size(); }
    bool under_way() const noexcept { return taken_ != durable_; }
    // What is put into the batch now is durable when is_durable(that_batch()).
    std::uint64_t that_batch() const noexcept { return taken_ + 1; }
    bool is_durable(std::uint64_t batch) const noexcept { return durable_ >= batch; }
    // False: there is nothing to commit. Pre: none is under way.
    bool take(journal_batch& out);
    void on_durable();
    // All of the batch but its releases is durable; take_back_releases was told how many.
    void on_releases_refused();

    const outcome_counts& counts() const noexcept { return counts_; }

  private:
    void append(settlement one, std::string_view why);

    row_states states_;
    outcome_counts counts_;
    journal_batch building_;
    std::vector<release_run> committing_;  // releases of the batch under way
    std::uint64_t taken_ = 0;
    std::uint64_t durable_ = 0;
    std::uint64_t ends_in_building_ = 0;  // released rows that settle or park in it
    std::uint64_t ends_in_committing_ = 0;
    doubt_bound doubt_;
    std::uint64_t inherited_;  // in doubt from before, and not read again yet
    std::uint64_t held_ = 0;
    std::uint64_t put_back_ = 0;
};

}  // namespace tidings::core
