// Whether the people of a list were on the list of a run that went to the same bots before: as a
// whole, which a new run is refused for (run/session), or a part of them, which people are told.
#pragma once

#include "core/failure.hpp"
#include "core/people_sample.hpp"
#include "run/people_roll.hpp"
#include "store/bot_state.hpp"
#include "store/disk.hpp"
#include "store/known_runs.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::run {

struct earlier_run {
    store::known_run run;
    core::people_overlap shared;
    bool same = false;   // the list has the same people, or the same bytes
    bool there = false;  // its folder is where it was last
};

// A list that may go to these bots (bot_key::file_stem of each).
struct list_and_bots {
    std::string whole_sha256;  // of its bytes; empty: not known
    std::vector<std::string> bots;
    store::state_folders state;
};

// The runs that share somebody with it: the same list first, then those that share most. `people`
// may be null: then lists are known by their bytes alone.
core::result<std::vector<earlier_run>> earlier_runs(store::disk& disk, const list_and_bots& list,
                                                    people_roll* people);

// Why a repeat is refused, and how it is meant nevertheless. Pre: one.same.
std::string why_refused(const earlier_run& one);
// "9,812 of 10,000 people of this list were on the list of november (Nov 3, 2026)": at most
// `sentences_max` of them. Nothing of runs that have the same list.
std::vector<std::string> shared_in_words(std::span<const earlier_run> runs);

}  // namespace tidings::run
