// When a campaign will be done: the one way of computing that `plan`, the question before the first
// message and a run under way (app/run_outlook) share. It turns settings and what is known of the
// answers into what core/forecast asks; the list was counted by app/list_survey.
#pragma once

#include "app/campaign_assembly.hpp"
#include "app/settings/campaign_file.hpp"
#include "core/forecast.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::app {

// How long answers take, and how that is known.
struct answer_times {
    enum class source : std::uint8_t {
        assumed,   // the bot never ran, nobody asked it
        probed,    // requests with an empty body
        last_run,  // what the last run on the bot measured
        this_run,  // what this run has measured so far
    };
    source from = source::assumed;
    core::duration typical = std::chrono::milliseconds(50);  // half of them came sooner
    std::vector<core::duration> equally_likely;              // empty: all take `typical`

    // How many values are kept of what was measured.
    static constexpr std::size_t values = 32;

    // Pre: not empty.
    static answer_times measured(source from, std::vector<core::duration> values);
};

std::string_view name_of(answer_times::source from);
// "assumes 50 ms an answer; `plan --probe` measures it"
std::string in_words(const answer_times& answers);

// What has become of a campaign's caps before the moment that is looked ahead from.
struct caps_spent {
    std::uint64_t departed = 0;  // by this process, for the canary
    std::uint64_t texted = 0;    // for messages_max
    core::duration elapsed{};    // for duration_max
};

core::forecast_options forecast_options_of(const campaign& settings, const answer_times& answers,
                                           const caps_spent& spent = {});

// Where recipients' hours keep it from an end in the days that the calendar knows, the calendar of
// `cores` is made to reach further, once; a run's own goes on with it.
core::result<core::forecast_answer> look_ahead(const core::limiter& limits, campaign_cores& cores,
                                               const std::vector<core::forecast_load>& loads,
                                               core::time_stamp now,
                                               const core::forecast_options& options);

}  // namespace tidings::app
