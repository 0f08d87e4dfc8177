// Progress for Prometheus: text exposition format 0.0.4, or OpenMetrics 1.0. Pure.
#pragma once

#include "core/latency_histogram.hpp"
#include "core/progress.hpp"

#include <cstdint>
#include <string>

namespace tidings::view {

enum class metrics_format : std::uint8_t { prometheus, open_metrics };

// `latencies`: of the process that sends, where it tells them; null: percentiles only.
std::string metrics_text(const core::progress_snapshot& now,
                         metrics_format format = metrics_format::prometheus,
                         const core::latency_histogram* latencies = nullptr);

}  // namespace tidings::view
