// A run as one self-contained HTML page: no script, no request to anywhere, everything escaped.
// Pure; `tidings report` gathers the content.
#pragma once

#include "core/latency_histogram.hpp"
#include "core/progress.hpp"
#include "view/page.hpp"
#include "view/timeline.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidings::view {

struct report_content {
    core::run_summary summary;
    timeline over_time;
    core::latency_histogram latency;
    // What the campaign was: "list" - "recipients.csv", "bot" - "st-...". Shown as a table.
    std::vector<std::pair<std::string, std::string>> facts;
    // The most frequent answers of rows that were not accepted: text and count, largest first.
    std::vector<std::pair<std::string, std::uint64_t>> reasons;
};

std::string html_report(const report_content& content, zone_offset offset);

}  // namespace tidings::view
