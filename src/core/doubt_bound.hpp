// How many rows would be in doubt if this process died now, and how many people were told there
// may be. Rows are released only up to what was told (design.md, promise 4): who needs more asks,
// and goes on when it was told. It knows no rows (core/row_states does) and tells nobody itself:
// runner/campaign has it shown.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace tidings::core {

class doubt_bound {
  public:
    // Rows in doubt from before this process are known already. `first` (> 0) is asked for at once.
    doubt_bound(std::uint64_t from_before, std::uint64_t first)
        : at_risk_(from_before), told_(from_before), asked_(from_before + first) {}

    std::uint64_t at_risk() const { return at_risk_; }
    std::uint64_t told() const { return told_; }    // at_risk() is never more; never falls
    std::uint64_t asked() const { return asked_; }  // to be told next; told() when it is enough
    std::uint64_t room() const { return told_ - at_risk_; }

    // One row more is released. Pre: room() > 0.
    void add() {
        assert(room() > 0);
        ++at_risk_;
    }
    // Rows have their durable outcome, or were durably taken back. Pre: so many are at risk.
    void remove(std::uint64_t rows) {
        assert(rows <= at_risk_);
        at_risk_ -= rows;
    }
    // There is work for so many rows more than room() has.
    void ask(std::uint64_t more) { asked_ = std::max(asked_, told_ + std::max(more, told_)); }
    // Everybody who looks has been shown that number.
    void on_told(std::uint64_t bound) {
        told_ = std::max(told_, bound);
        asked_ = std::max(asked_, told_);
    }

  private:
    std::uint64_t at_risk_;
    std::uint64_t told_;
    std::uint64_t asked_;
};

}  // namespace tidings::core
