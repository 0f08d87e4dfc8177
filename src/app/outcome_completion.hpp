// Lines that a crash kept from the outcome log: the journal knows the outcomes, the list the
// numbers, and this brings them together before a run goes on.
#pragma once

#include "tidings/core/failure.hpp"
#include "tidings/store/outcome_log.hpp"
#include "tidings/store/run_folder.hpp"

#include "app/campaign_file.hpp"

namespace tidings::app {

core::result<void> complete_outcomes(const campaign& settings, store::outcome_log& log,
                                     const store::run_paths& paths);

}  // namespace tidings::app
