#include "run/look_ahead.hpp"

#include <algorithm>
#include <utility>

namespace tidings::run {

core::forecast_options forecast_options_of(const core::stop_options& caps,
                                           const answer_times& answers, const caps_spent& spent) {
    core::forecast_options made;
    made.latency = answers.typical;
    made.latencies = answers.equally_likely;
    if (caps.canary > spent.departed) made.canary = caps.canary - spent.departed;
    if (caps.messages_max > 0)
        made.messages_max = std::max(caps.messages_max, spent.texted + 1) - spent.texted;
    if (caps.duration_max.count() > 0)
        made.duration_max = std::max<core::duration>(caps.duration_max - spent.elapsed,
                                                     std::chrono::microseconds(1));
    return made;
}

core::result<core::forecast_answer> look_ahead(const core::limiter& limits, campaign_cores& cores,
                                               const std::vector<core::forecast_load>& loads,
                                               core::time_stamp now,
                                               const core::forecast_options& options) {
    constexpr int days_max = 4000;
    auto when = core::forecast(limits, *cores.hours, loads, now, options);
    if (when.left_over == 0 || !cores.zones->restrict_hours() || cores.reaches_far) return when;
    if (const auto further = cores.zones->reach(*cores.hours, days_max); !further)
        return further.error();
    cores.reaches_far = true;
    return core::forecast(limits, *cores.hours, loads, now, options);
}

}  // namespace tidings::run
