// How far a journal was durable, said beside it: 32 bytes written after each sync and never synced
// themselves. A journal that ends before its mark has lost a frame that was durable once, where
// without it the loss of the very last one would look like a commit that never returned. It may
// lag (after a power failure it does), so it proves a loss and never the absence of one.
#pragma once

#include "store/disk.hpp"

#include <cstdint>
#include <string>

namespace tidings::store {

class durable_mark {
  public:
    // Makes the file if there is none. A mark that cannot be made is done without.
    static durable_mark open(disk& where, const std::string& folder, std::uint64_t journal_id);

    // Frames up to this one are durable. One write into the page cache; failures cost nothing.
    void set(std::uint64_t sequence);

  private:
    disk_file file_;
    std::uint64_t journal_id_ = 0;
};

std::string durable_mark_path(const std::string& folder);
// The sequence it names; 0 when there is none, or none that is whole and this journal's.
std::uint64_t read_durable_mark(disk& where, const std::string& folder, std::uint64_t journal_id);

}  // namespace tidings::store
