// Gathers what a run's page shows from its journal, and what `verify --json` says.
#pragma once

#include "tidings/core/failure.hpp"
#include "tidings/store/disk.hpp"
#include "tidings/store/run_folder.hpp"
#include "tidings/store/verify.hpp"

#include <string>

#include "app/campaign_file.hpp"

namespace tidings::app {

core::result<std::string> make_report(store::disk& disk, const campaign& settings,
                                      const store::run_record& record,
                                      const store::run_paths& paths);
std::string verify_json(const store::verify_report& report);

}  // namespace tidings::app
