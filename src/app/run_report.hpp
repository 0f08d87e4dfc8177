// What a run folder tells of its run: its progress and sums, the content of its page, and what
// `verify --json` says.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "core/progress.hpp"
#include "store/disk.hpp"
#include "store/run_folder.hpp"
#include "store/verify.hpp"

#include <string>

namespace tidings::app {

// How far a run is by its journal and its list alone. `live`: another process may be writing it.
core::result<core::progress_snapshot> recovered_progress(store::disk& disk,
                                                         const campaign& settings,
                                                         const store::run_record& record,
                                                         const store::run_paths& paths, bool live);
// The sums of a run that nobody performs now.
core::result<core::run_summary> recovered_sums(store::disk& disk, const campaign& settings,
                                               const store::run_record& record,
                                               const store::run_paths& paths);
// One pass over the journal for what the sums do not say.
core::result<std::string> make_report(store::disk& disk, const store::run_record& record,
                                      const store::run_paths& paths, core::run_summary sums);
std::string verify_json(const store::verify_report& report);

}  // namespace tidings::app
