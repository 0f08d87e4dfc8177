// When a campaign will be done: the one way of computing that `plan`, the question before the first
// message and a run under way (run/outlook) share. It turns caps and what is known of the answers
// into what core/forecast asks; the list was counted by run/list_survey.
#pragma once

#include "core/forecast.hpp"
#include "core/stop_rules.hpp"
#include "run/answer_times.hpp"
#include "run/cores.hpp"

#include <cstdint>
#include <vector>

namespace tidings::run {

// What has become of a campaign's caps before the moment that is looked ahead from.
struct caps_spent {
    std::uint64_t departed = 0;  // by this process, for the canary
    std::uint64_t texted = 0;    // for messages_max
    core::duration elapsed{};    // for duration_max
};

core::forecast_options forecast_options_of(const core::stop_options& caps,
                                           const answer_times& answers,
                                           const caps_spent& spent = {});

// Where recipients' hours keep it from an end in the days that the calendar knows, the calendar of
// `cores` is made to reach further, once; a run's own goes on with it.
core::result<core::forecast_answer> look_ahead(const core::limiter& limits, campaign_cores& cores,
                                               const std::vector<core::forecast_load>& loads,
                                               core::time_stamp now,
                                               const core::forecast_options& options);

}  // namespace tidings::run
