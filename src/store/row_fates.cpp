#include "store/row_fates.hpp"

#include "store/recovery.hpp"

#include <algorithm>

namespace tidings::store {

void row_fates::set(core::row_number row, row_fate fate) {
    const auto at = static_cast<std::size_t>(row / 2);
    if (at >= bytes_.size()) {
        // By a quarter, not by two: it is to stay near half a byte a row.
        if (at >= bytes_.capacity()) bytes_.reserve(at + at / 4 + 64);
        bytes_.resize(at + 1);
    }
    const auto shift = (row & 1) * 4;
    const auto cleared = bytes_[at] & ~(15U << shift);
    bytes_[at] = static_cast<std::uint8_t>(cleared | (static_cast<unsigned>(fate) << shift));
    end_ = std::max(end_, row + 1);
}

void row_fates::apply(const core::journal_batch& batch) {
    for (const auto& one : batch.settled)
        set(one.row, fate_of(one.what));
    for (const auto row : batch.parked)
        set(row, row_fate::parked);
    for (const auto& run : batch.released)
        for (core::row_number row = run.first; row < run.first + run.count; ++row)
            set(row, row_fate::released);
}

core::result<row_fates> read_fates(disk& where, const std::string& folder, bool live) {
    row_fates fates;
    auto done = visit_frames(
        where, folder, [&](std::uint64_t, const core::journal_batch& batch) { fates.apply(batch); },
        live);
    if (!done) return done.error();
    return fates;
}

}  // namespace tidings::store
