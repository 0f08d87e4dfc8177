// The end of a run: a table for a person, summary.json for programs. Pure.
#pragma once

#include "core/progress.hpp"
#include "view/page.hpp"

#include <string>

namespace tidings::view {

std::string summary_table(const core::run_summary& summary, const page& on);

// summary.json as design.md section 2 lists its keys, one object over several lines, with a final
// line end.
std::string summary_json(const core::run_summary& summary);

// The same keys with "type":"summary" in front, on one line without its end, for --json.
std::string summary_json_line(const core::run_summary& summary);

}  // namespace tidings::view
