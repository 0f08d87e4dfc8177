// A checkpoint: the state of a run at one frame of its journal, so that recovery need not read the
// journal from its beginning. A convenience: a missing or damaged one costs time, nothing else.
#pragma once

#include "core/failure.hpp"
#include "store/disk.hpp"
#include "store/recovery.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tidings::store {

struct checkpoint {
    std::uint64_t journal_id = 0;
    journal_place place;
    log_position log;
    journal_state state;
};

// Writes one, a slice a step: a temporary file, synced, renamed over the last one. Holds a copy of
// the states until it is done.
class checkpoint_writer {
  public:
    // What is said of `state` is what is written, whatever happens to it later.
    checkpoint_writer(disk& where, const std::string& folder, std::uint64_t journal_id,
                      journal_place place, const log_position& log, const journal_state& state);

    // True when it is durable and in place. After a failure the temporary file is removed.
    core::result<bool> step();
    core::result<void> finish();

  private:
    core::result<bool> give_up(core::failure why);
    core::result<void> write(std::span<const std::byte> bytes);

    disk* where_;
    std::string folder_;
    std::vector<std::byte> front_;  // all but the states
    std::vector<std::uint64_t> words_;
    disk_file file_;
    std::uint64_t written_ = 0;
    std::size_t words_done_ = 0;
    std::uint32_t crc_ = 0;
    bool done_ = false;
};

// The checkpoint in the folder; nullopt when there is none, or none that is whole and ours.
core::result<std::optional<checkpoint>> read_checkpoint(disk& where, const std::string& folder,
                                                        std::uint64_t journal_id);

std::string checkpoint_path(const std::string& folder);

}  // namespace tidings::store
