// The emergency log's files: what a failing journal could not take, written elsewhere. Each is a
// segment's head and frames. One of them, the reserve, is made beforehand with room for what
// becomes of every row in flight, so that a disk which fails and is full at once loses no answer.
// How they are honoured is store/recovery's.
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"

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

// Whose words they are, and of which frame that failed.
struct emergency_place {
    std::uint64_t journal_id = 0;
    std::uint64_t sequence = 0;
    core::time_stamp now{};
    std::uint32_t boot = 0;
};

// Into a file of its own, which needs room on the disk.
core::result<void> write_emergency_file(disk& where, const std::string& folder,
                                        const emergency_place& place,
                                        const core::journal_batch& batch);

// Removes them, the reserve too, durably.
core::result<void> remove_emergency_files(disk& where, const std::string& folder);

// Zeros on the disk, kept for a bad day.
class emergency_reserve {
  public:
    // At least so many bytes, prepared and synced; asked for more it grows.
    core::result<void> make_room(disk& where, const std::string& folder, std::uint64_t bytes);
    // One more frame. False, and nothing written, where it does not fit.
    core::result<bool> append(const emergency_place& place, const core::journal_batch& batch);

  private:
    core::result<void> create(disk& where, const std::string& folder);

    disk_file file_;
    std::uint64_t size_ = 0;
    std::uint64_t used_ = 0;
    std::uint32_t salt_ = 0;
};

}  // namespace tidings::store
