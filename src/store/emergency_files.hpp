// The emergency log's files: what a failing journal could not take, written elsewhere. Each is a
// segment's head and one frame. How they are honoured is store/recovery's.
#pragma once

#include "tidings/core/failure.hpp"
#include "tidings/core/journal_batch.hpp"
#include "tidings/core/time.hpp"
#include "tidings/store/disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

struct emergency_read {
    core::journal_batch batch;  // of all files, one after the other
    core::time_stamp at{};      // of the last of them
    std::uint32_t boot = 0;
};

// `sequence` is of the journal's last frame: a file that was written before it, and so has been
// honoured already, is left out; so is one that is not whole (its rows stay in doubt).
core::result<emergency_read> read_emergency_files(disk& where, const std::string& folder,
                                                  std::uint64_t journal_id, std::uint64_t sequence);

// `sequence` is that of the frame that failed.
core::result<void> write_emergency_file(disk& where, const std::string& folder,
                                        std::uint64_t journal_id, std::uint64_t sequence,
                                        const core::journal_batch& batch, core::time_stamp now,
                                        std::uint32_t boot);

// Removes them, durably.
core::result<void> remove_emergency_files(disk& where, const std::string& folder);

}  // namespace tidings::store
