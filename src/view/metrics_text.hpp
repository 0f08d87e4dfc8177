// Progress for Prometheus: text exposition format 0.0.4. Pure.
#pragma once

#include "core/progress.hpp"

#include <string>

namespace tidings::view {

std::string metrics_text(const core::progress_snapshot& now);

}  // namespace tidings::view
