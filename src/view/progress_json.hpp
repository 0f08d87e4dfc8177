// Progress for programs: one JSON object on one line, without its end, "type" first. Pure.
#pragma once

#include "core/progress.hpp"

#include <string>

namespace tidings::view {

std::string progress_json(const core::progress_snapshot& now);

}  // namespace tidings::view
