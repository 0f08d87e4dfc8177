// The report's charts, as SVG inside the page.
#pragma once

#include "core/latency_histogram.hpp"
#include "view/page.hpp"
#include "view/timeline.hpp"

#include <string>

namespace tidings::view {

// Rows a second by outcome, stacked, over time. Empty when nothing was recorded.
std::string outcomes_chart(const timeline& over_time, zone_offset offset);
// Median and 99th percentile over time, on a logarithmic scale.
std::string latency_chart(const timeline& over_time, zone_offset offset);
// How many answers took how long, on a logarithmic scale of time.
std::string distribution_chart(const core::latency_histogram& latency);

}  // namespace tidings::view
