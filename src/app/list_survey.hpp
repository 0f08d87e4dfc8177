// What a list holds, found by reading it once without sending: for `plan`, and for the question
// that a person is asked before the first message.
#pragma once

#include "app/campaign_assembly.hpp"
#include "app/look_ahead.hpp"
#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "core/forecast.hpp"
#include "core/row_states.hpp"
#include "runner/list_reader.hpp"
#include "runner/recipient_census.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tidings::app {

struct list_survey {
    runner::screening_counts counts;
    std::vector<runner::list_problem> problems;
    runner::number_notes notes;
    std::vector<store::suppression_findings> opt_outs;  // by file
    std::vector<std::string> warnings;                  // of time zones
    std::vector<core::forecast_load> loads;             // sendable rows of each lane and zone
    std::uint64_t no_lane = 0;                          // rows whose own `from` nobody sends from
    // Where the rows that would be sent go; the largest first.
    std::vector<runner::census_line> countries;
    std::vector<runner::census_line> zones;
};

struct survey_options {
    // What of it has its outcome already, or is in doubt: is counted as a row and not as a load.
    const core::row_states* before = nullptr;
    // False: a number that comes twice is counted twice, and no memory is needed for the numbers.
    bool screen_duplicates = true;
    // Asked now and then; false ends it with a failure (interrupted).
    std::function<bool()> go_on = nullptr;
};

core::result<list_survey> survey_list(const campaign& settings, const std::string& path,
                                      campaign_cores& cores, const survey_options& options = {});

// "Send 982,113 messages from +16693422058 of bot st-...?"
std::string question_for(const campaign& settings, const list_survey& survey,
                         const core::forecast_answer& when, const answer_times& answers,
                         core::wall_time now);

}  // namespace tidings::app
