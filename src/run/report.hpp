// What a run folder tells of its run: its progress and sums, and the content of its page.
#pragma once

#include "core/failure.hpp"
#include "core/progress.hpp"
#include "store/disk.hpp"
#include "store/run_folder.hpp"
#include "view/html_report.hpp"

namespace tidings::run {

// How far a run is by its journal and its list of so many rows. `live`: another process may be
// writing it.
core::result<core::progress_snapshot> recovered_progress(store::disk& disk,
                                                         const store::run_record& record,
                                                         const store::run_paths& paths,
                                                         std::uint64_t rows, bool live);
// One pass over the journal for what the sums do not say.
core::result<view::report_content> report_content_of(store::disk& disk,
                                                     const store::run_record& record,
                                                     const store::run_paths& paths,
                                                     core::run_summary sums);
// Why the journal's suppressed rows are so.
core::result<core::exclusion_counts> exclusions_of(store::disk& disk,
                                                   const store::run_paths& paths);
// summary.json, all or nothing.
core::result<void> write_summary(store::disk& disk, const store::run_paths& paths,
                                 const core::run_summary& summary);

}  // namespace tidings::run
