// Half a byte a row: which outcome the journal gives it, or how far it is. For verify, export and
// completing the outcome log; a running campaign needs core::row_states only.
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/outcome.hpp"
#include "core/row.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

enum class row_fate : std::uint8_t {
    untouched,  // never released
    released,   // may have been sent, no outcome: in doubt
    parked,     // certainly not sent
    accepted,   // from here on in the order of core::outcome
    rejected,
    unknown,
    failed,
    expired,
    invalid,
    duplicate,
    suppressed,
};

constexpr row_fate fate_of(core::outcome what) {
    return static_cast<row_fate>(static_cast<unsigned>(row_fate::accepted) +
                                 static_cast<unsigned>(what));
}
constexpr bool is_settled(row_fate fate) {
    return fate >= row_fate::accepted;
}
// Pre: is_settled(fate).
constexpr core::outcome outcome_of(row_fate fate) {
    return static_cast<core::outcome>(static_cast<unsigned>(fate) -
                                      static_cast<unsigned>(row_fate::accepted));
}

class row_fates {
  public:
    row_fate operator[](core::row_number row) const noexcept {
        const auto at = static_cast<std::size_t>(row / 2);
        if (at >= bytes_.size()) return row_fate::untouched;
        return static_cast<row_fate>((bytes_[at] >> ((row & 1) * 4)) & 15);
    }
    void set(core::row_number row, row_fate fate);
    void apply(const core::journal_batch& batch);
    // One above the highest row that was ever set.
    core::row_number end() const noexcept { return end_; }

  private:
    std::vector<std::uint8_t> bytes_;
    core::row_number end_ = 1;
};

// The fates as the journal in `folder` has them, emergency log included. `live` as in
// recovery_options.
core::result<row_fates> read_fates(disk& where, const std::string& folder, bool live = false);

}  // namespace tidings::store
