// A run's progress for a person: a block of lines that is redrawn in place, or one plain line where
// there is no terminal. Pure: snapshot in, text out. Lines for programs are view/progress_json's.
#pragma once

#include "core/progress.hpp"
#include "view/page.hpp"

#include <string>

namespace tidings::view {

// Several lines, each ended by \n, none wider than the page. The number of lines changes only with
// what there is to tell (limits, notes, waiting), not with the figures.
std::string progress_block(const core::progress_snapshot& now, const page& on);

// One line without its end: "november-reminder 41.2 % 412,000/1,000,000 ...".
std::string progress_line(const core::progress_snapshot& now, const page& on);

}  // namespace tidings::view
