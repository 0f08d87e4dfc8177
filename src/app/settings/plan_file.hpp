// The numbering plan that `recipients.numbering_plan` names, read over the one that is built in.
// Lines and rules of such files are codec/numbers/numbering_plan's.
#pragma once

#include "codec/numbers/numbering_plan.hpp"
#include "core/failure.hpp"

#include <filesystem>

namespace tidings::app {

// Lives as long as the program: whoever reads numbers refers to it. Fails (configuration) where the
// file cannot be read or says what is no plan.
core::result<const codec::numbering_plan*> plan_from(const std::filesystem::path& file);

}  // namespace tidings::app
