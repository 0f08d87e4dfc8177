// Where a run's list lies, and its settings as run.json keeps them.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "core/progress.hpp"
#include "store/run_folder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::app {

// The list that a run reads: the file, or the copy of standard input in the run folder.
std::string list_path_of(const campaign& settings, const store::run_paths& paths);

// What run.json keeps of the settings, so that a resume knows them without the campaign file: where
// the file lay, what overrode it, and its text. Holds no secret: a campaign file has none.
core::result<std::string> recorded_configuration(const std::filesystem::path& file,
                                                 const std::vector<setting_override>& overrides,
                                                 const environment& variables);
// The same of a text that need not be in a file; paths in it are relative to `named`.
std::string recorded_configuration(const std::filesystem::path& named, std::string_view text,
                                   const std::vector<setting_override>& overrides,
                                   const environment& variables);
// The campaign of a run, with `more` changed on top.
core::result<campaign> campaign_of_run(const store::run_record& record,
                                       const std::vector<setting_override>& more,
                                       const environment& variables);

// What the run's last process knew of the opt-outs; nullopt: it had none, or never came to its end.
std::optional<core::opt_out_counts> recorded_opt_outs(const store::run_paths& paths);
// The rules about hours that held for it, in words.
std::vector<std::string> recorded_hours(const store::run_paths& paths);

}  // namespace tidings::app
