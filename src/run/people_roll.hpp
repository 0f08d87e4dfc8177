// Takes down whom a list names, in one pass over it, without keeping a number: for each state
// folder the sample by which a later run finds this one (store/known_runs), and for the run itself
// whose row each was (store/people_file).
#pragma once

#include "codec/numbers/number_hash.hpp"
#include "core/failure.hpp"
#include "core/people_sample.hpp"
#include "core/row.hpp"
#include "runner/list_reader.hpp"
#include "store/bot_state.hpp"
#include "store/disk.hpp"
#include "store/known_runs.hpp"
#include "store/people_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::run {

class people_roll {
  public:
    // For a list that is to be sent: folders that have no key yet are given one of the others', or
    // `fresh`.
    static core::result<people_roll> begin(store::disk& disk, const store::state_folders& folders,
                                           const codec::number_key& fresh);
    // For looking only: folders without a key know nobody.
    static core::result<people_roll> begin_looking(store::disk& disk,
                                                   const store::state_folders& folders);

    // From now on each row is taken down in a file too, for the run that is to be.
    core::result<void> keep_rows(store::disk& disk, const std::string& path);

    // Rows in their order, each once, whatever screening found in them.
    core::result<void> add(const core::listed_batch& batch);
    core::result<void> finish();
    // Reads a list for nothing else.
    core::result<void> add_list(runner::list_reader_options list);

    struct place {
        std::string folder;
        codec::number_key key;
        std::size_t sample = 0;  // of samples()
    };
    const std::vector<place>& places() const noexcept { return places_; }
    core::people_sample& sample_of(const place& one) { return hashed_[one.sample].people; }

  private:
    struct hashed_people {
        codec::number_key key;
        codec::number_hash hash;
        core::people_sample people;
    };

    void add_place(const std::string& folder, const codec::number_key& key);

    std::vector<place> places_;
    std::vector<hashed_people> hashed_;  // one a key
    std::optional<store::people_writer> rows_;
};

// Remembers the people of a run that is gone on with, in folders that do not know them: it may have
// died before they did, or have been moved. `file`: its run_paths::people; nothing where that is
// not there.
core::result<void> remember_again(store::disk& disk, const store::state_folders& folders,
                                  const store::known_run& run, const std::string& file);

}  // namespace tidings::run
