// A run that is being looked at, while it goes on or after: its record, its settings, where its
// files are, and whether its list is still the one it began with. Nothing here changes it.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "run/list_standing.hpp"
#include "runner/list_reader.hpp"
#include "store/posix_disk.hpp"
#include "store/run_folder.hpp"
#include "store/verify.hpp"

#include <memory>
#include <string>

namespace tidings::app {

struct viewed_run {
    store::posix_disk disk;
    store::run_record record;
    store::run_paths paths;
    campaign settings;
    int holder = 0;  // pid of the process that sends it, 0: none

    runner::list_reader_options list() const;
    core::result<run::list_standing> standing(run::looking how);
};

core::result<std::unique_ptr<viewed_run>> view_run(const std::string& folder);

// The proof of its sum, from its record, its journal and its outcome log. `list`: looked at
// closely.
core::result<store::verify_report> verify_run(viewed_run& viewed, const run::list_standing& list);

}  // namespace tidings::app
