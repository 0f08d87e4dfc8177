// What an outcome log needs before it can be gone on with: leftovers removed, a cut last line taken
// off, lines against the journal taken out, and the list of rows that have no line yet.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "store/disk.hpp"
#include "store/recovery.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

// A set of rows, one bit each.
class row_set {
  public:
    bool has(core::row_number row) const noexcept {
        const auto word = static_cast<std::size_t>(row / 64);
        return word < words_.size() && ((words_[word] >> (row % 64)) & 1) != 0;
    }
    void add(core::row_number row);
    void remove(core::row_number row);
    std::uint64_t size() const noexcept { return size_; }
    // The next one >= `from`; 0 when there is none.
    core::row_number next(core::row_number from) const;

  private:
    std::vector<std::uint64_t> words_;
    std::uint64_t size_ = 0;
};

struct repaired_log {
    row_set missing;                        // settled rows without a line
    std::uint32_t piece = 1;                // number of outcomes.ndjson
    std::uint64_t size = 0;                 // of outcomes.ndjson
    std::vector<std::uint32_t> not_packed;  // rotated and not yet compressed
};

core::result<repaired_log> repair_log(disk& where, const std::string& folder,
                                      const std::string& journal_folder, const recovery& from);

}  // namespace tidings::store
