// Whether a run's list is still the one it began with, row by row, by the record of its people
// (store/people_file): so that nobody is told, exported or texted who was not on it. A run of an
// earlier version has no such record; its list is known by its bytes.
#pragma once

#include "core/failure.hpp"
#include "runner/list_reader.hpp"
#include "store/disk.hpp"
#include "store/run_folder.hpp"

#include <cstdint>
#include <string>

namespace tidings::run {

struct list_standing {
    std::uint64_t rows = 0;  // of the list that the run began with
    bool same = true;
    std::string words;  // what is wrong with the list; empty: nothing
};

enum class looking : std::uint8_t {
    quickly,  // at size and both ends of the file, where the run knows its rows by itself
    closely,  // at every row
};

// Fails (list) where the list is not what it was and the run has no record of its own.
core::result<list_standing> standing_of(store::disk& disk, const store::run_record& record,
                                        const store::run_paths& paths,
                                        const runner::list_reader_options& list, looking how);

// Holds what is read against the record: the first row that is another one's fails (list). Nothing
// where the run has no record.
core::result<runner::list_witness> witness_of(store::disk& disk, const store::run_paths& paths,
                                              const std::string& list_path);

}  // namespace tidings::run
