#include "app/look_ahead.hpp"

#include "core/wording.hpp"

#include <algorithm>
#include <utility>

namespace tidings::app {

answer_times answer_times::measured(source from, std::vector<core::duration> values) {
    std::sort(values.begin(), values.end());
    answer_times made{.from = from, .typical = values[values.size() / 2], .equally_likely = {}};
    // Of many, as many as are kept, spread alike.
    const std::size_t kept = std::min(values.size(), answer_times::values);
    for (std::size_t i = 0; i < kept; ++i)
        made.equally_likely.push_back(std::max<core::duration>(
            values[(2 * i + 1) * values.size() / (2 * kept)], std::chrono::microseconds(1)));
    return made;
}

std::string_view name_of(answer_times::source from) {
    switch (from) {
        case answer_times::source::assumed: return "assumed";
        case answer_times::source::probed: return "probed";
        case answer_times::source::last_run: return "last_run";
        case answer_times::source::this_run: return "this_run";
    }
    return {};
}

std::string in_words(const answer_times& answers) {
    const auto typical = core::shown(answers.typical);
    switch (answers.from) {
        case answer_times::source::assumed:
            return "assumes " + typical + " an answer; `plan --probe` measures it";
        case answer_times::source::probed: return "answers to the probe took " + typical;
        case answer_times::source::last_run: return "answers took " + typical + " lately";
        case answer_times::source::this_run: return "answers take " + typical;
    }
    return {};
}

core::forecast_options forecast_options_of(const campaign& settings, const answer_times& answers,
                                           const caps_spent& spent) {
    core::forecast_options made;
    made.latency = answers.typical;
    made.latencies = answers.equally_likely;
    const auto& caps = settings.stop;
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

}  // namespace tidings::app
