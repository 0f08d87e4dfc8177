// The library's values made of the rooms' own: what include/tidings promises does not move when a
// room does.
#pragma once

#include "app/campaign_run.hpp"
#include "app/campaign_start.hpp"
#include "core/failure.hpp"
#include "core/outcome.hpp"
#include "core/progress.hpp"
#include "store/verify.hpp"
#include "tidings/campaign_plan.hpp"
#include "tidings/configuration.hpp"
#include "tidings/result.hpp"
#include "tidings/snapshot.hpp"

#include <vector>

namespace tidings::app {

tidings::failure told(const core::failure& why);
tidings::snapshot told(const core::progress_snapshot& now);
tidings::summary told(const run_result& ended);
tidings::campaign_plan told(const campaign_prospect& ahead);
tidings::verification told(const store::verify_report& report);

// As `--set` would lay them over.
std::vector<setting_override> overrides_of(
    const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace tidings::app
