// Progress for programs: one JSON object on one line, without its end, "type" first. Pure.
#pragma once

#include "tidings/core/progress.hpp"

#include <string>
#include <string_view>

namespace tidings::view {

std::string progress_json(const core::progress_snapshot& now);

// {"type":"message","level":"error","text":"..."}: how --json says what else is to be said.
std::string message_json(std::string_view level, std::string_view text);

}  // namespace tidings::view
