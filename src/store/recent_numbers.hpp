// Who was texted lately, over campaigns: for each a keyed hash and the time, twelve bytes. One file
// a run, which the run alone appends to, so that processes need no common lock. Written before a
// row may be sent (store/recorder): whoever is in doubt counts as texted. What follows from it is
// run/frequency's.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tidings::store {

// Something remembers who was texted in this state folder: from then on every run does.
bool remembers_recent(disk& where, const std::string& state_folder);

// A run's own part.
class recent_log {
  public:
    // Begun, or gone on with behind its last whole record.
    static core::result<recent_log> open(disk& where, const std::string& state_folder,
                                         std::uint64_t run);
    // Durable when it comes back. Hashes of 0 are nobody's and are passed over.
    core::result<void> add(std::span<const std::uint64_t> hashes, core::wall_time at);

  private:
    recent_log(disk_file file, std::uint64_t end) : file_(std::move(file)), end_(end) {}

    disk_file file_;
    std::uint64_t end_;
};

// All runs' parts. Memory: sixteen bytes a number. One thread at a time.
class recent_numbers {
  public:
    // No part is kept for longer after its last record.
    static constexpr auto kept_for = std::chrono::hours(24 * 366);

    // `besides`: a run whose own part does not count; 0: none. Records before `since` are passed
    // over.
    static core::result<recent_numbers> load(disk& where, const std::string& state_folder,
                                             std::uint64_t besides, core::wall_time since);
    // Takes in what was added since.
    core::result<void> refresh();

    struct finding {
        std::uint32_t times = 0;
        core::wall_time last{};
    };
    finding find(std::uint64_t hash, core::wall_time since) const;

    std::uint64_t size() const noexcept { return in_order_.size(); }
    std::size_t runs() const noexcept { return read_.size(); }

  private:
    struct record {
        std::uint64_t hash;
        std::uint32_t at_s;
    };

    recent_numbers(disk& where, std::string folder, std::uint64_t besides, std::uint32_t since_s)
        : where_(&where), folder_(std::move(folder)), besides_(besides), since_s_(since_s) {}
    core::result<void> read_part(const std::string& name, std::vector<record>& into);

    disk* where_;
    std::string folder_;
    std::uint64_t besides_;
    std::uint32_t since_s_;
    std::map<std::string, std::uint64_t> read_;  // so many bytes of each part
    std::vector<record> in_order_;               // by hash
};

// Takes out what is remembered of a number, in all parts: how many records.
core::result<std::uint64_t> forget_recent(disk& where, const std::string& state_folder,
                                          std::uint64_t hash);
// Removes parts that nobody asks for any more.
core::result<void> drop_old_recent(disk& where, const std::string& state_folder,
                                   core::wall_time now);

}  // namespace tidings::store
