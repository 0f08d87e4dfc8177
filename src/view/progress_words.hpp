// Phrases that block, line, table and page share, so that they say the same.
#pragma once

#include "core/progress.hpp"
#include "view/page.hpp"
#include "view/painted_line.hpp"

#include <string>
#include <string_view>

namespace tidings::view {

std::string_view phase_in_words(core::run_phase phase);
// Green for what went well, yellow for doubt, red for refusals; faint for nothing.
tint tint_of(core::outcome what, std::uint64_t count);
// "1,204", "1,204, and 3 lines that could not be read"
std::string opt_outs_in_words(const core::opt_out_counts& counts);
// "412,004 of 1,000,000 rows", "412,004 rows so far"
std::string rows_in_words(const core::progress_snapshot& now);
// "platform.kore.ai since 12:03 (status 503): asking again in 8 s; 4 questions so far"
std::string trouble_in_words(const core::endpoint_trouble& one, const core::progress_snapshot& now,
                             const page& on);
// "twice, 5 m 12 s in all, 41 questions"
std::string troubles_in_words(const core::trouble_tally& all);
// "finishes Wed 14:10, in 16 h 22 m"; empty when it is not known.
std::string finish_in_words(const core::progress_snapshot& now, const page& on);
// "waiting for 18,000/1h until 14:22:10, 12 m 04 s"
std::string doing_in_words(const core::progress_snapshot& now, const page& on);

}  // namespace tidings::view
