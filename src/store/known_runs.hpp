// The runs that were begun, as a state folder remembers them: which list went to which bots, and
// whom it named, without their numbers. It outlives the folders of the runs. It remembers; whether
// a list is another one's repeat is run/earlier_runs'.
#pragma once

#include "codec/numbers/number_hash.hpp"
#include "core/failure.hpp"
#include "core/people_sample.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::store {

struct known_run {
    std::string name;
    std::string folder;             // where it was last
    std::string list_fingerprint;   // of the list's bytes
    std::vector<std::string> bots;  // bot_key::file_stem of each
    std::uint64_t id = 0;           // of its journal; 0: an earlier version began it
    core::wall_time began{};        // likewise

    friend bool operator==(const known_run&, const known_run&) = default;
};

// The key of the folder's hashes; nullopt: it has none yet.
core::result<std::optional<codec::number_key>> read_key(disk& where,
                                                        const std::string& state_folder);
core::result<void> write_key(disk& where, const std::string& state_folder,
                             const codec::number_key& key);

// Durable when it comes back. A run that is remembered already is remembered where it is now.
core::result<void> remember_run(disk& where, const std::string& state_folder, const known_run& run);
// All that share one of the bots, in no order.
core::result<std::vector<known_run>> runs_on(disk& where, const std::string& state_folder,
                                             const std::vector<std::string>& bots);

// Whom the run's list named, hashed with the folder's key.
core::result<void> remember_people(disk& where, const std::string& state_folder,
                                   const known_run& run, const codec::number_key& key,
                                   core::people_sample& people);
bool remembers_people(disk& where, const std::string& state_folder, const known_run& run);
// nullopt: that is not known, or was hashed with another key.
core::result<std::optional<core::people_sample>> people_of(disk& where,
                                                           const std::string& state_folder,
                                                           const known_run& run,
                                                           const codec::number_key& key);

}  // namespace tidings::store
