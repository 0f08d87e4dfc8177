// Lines that a crash kept from the outcome log: the journal knows the outcomes, the list the
// numbers, and this brings them together before a run goes on.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "store/outcome_log.hpp"
#include "store/run_folder.hpp"

namespace tidings::app {

core::result<void> complete_outcomes(const campaign& settings, store::outcome_log& log,
                                     const store::run_paths& paths);

}  // namespace tidings::app
