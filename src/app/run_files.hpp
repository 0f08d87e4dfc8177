// Files of a run as the commands need them: its list, its settings as they were recorded, its
// summary and report.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/progress.hpp"
#include "runner/list_reader.hpp"
#include "store/disk.hpp"
#include "store/run_folder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tidings::app {

// The list that a run reads: the file, or the copy of standard input in the run folder.
std::string list_path_of(const campaign& settings, const store::run_paths& paths);
core::result<std::unique_ptr<runner::list_reader>> open_list(const campaign& settings,
                                                             const std::string& path);

// How many rows the list has, screened or not.
core::result<std::uint64_t> count_rows(const campaign& settings, const store::run_paths& paths);

// What run.json keeps of the settings, so that a resume knows them without the campaign file: where
// the file lay, what overrode it, and its text. Holds no secret: a campaign file has none.
core::result<std::string> recorded_configuration(const std::filesystem::path& file,
                                                 const std::vector<setting_override>& overrides,
                                                 const environment& variables);
// The campaign of a run, with `more` changed on top.
core::result<campaign> campaign_of_run(const store::run_record& record,
                                       const std::vector<setting_override>& more,
                                       const environment& variables);

// What the run's last process knew of the opt-outs; nullopt: it had none, or never came to its end.
std::optional<core::opt_out_counts> recorded_opt_outs(const store::run_paths& paths);

core::result<void> write_summary(const store::run_paths& paths, const core::run_summary& summary);

}  // namespace tidings::app
