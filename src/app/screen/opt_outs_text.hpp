// What `plan` and `send` say of the opt-outs: how many there are, in which files, and what could
// not be read of them. Whether a run may begin so is app/campaign_assembly's check_suppression.
#pragma once

#include "store/suppression_list.hpp"

#include <span>
#include <string>

namespace tidings::app {

// A line each for the sum and for every file that has more to say; empty without files.
std::string opt_outs_text(std::span<const store::suppression_findings> files);
// {"numbers":2,"unreadable":3,"files":[{"file":"dnc.txt",...}]}
std::string opt_outs_json(std::span<const store::suppression_findings> files);

}  // namespace tidings::app
