// What a list holds, found by reading it once without sending: for `plan`, and for the question
// that a person is asked before the first message.
#pragma once

#include "tidings/core/failure.hpp"
#include "tidings/core/forecast.hpp"
#include "tidings/runner/list_reader.hpp"
#include "tidings/runner/recipient_census.hpp"

#include <string>
#include <vector>

#include "app/campaign_assembly.hpp"
#include "app/campaign_file.hpp"

namespace tidings::app {

struct list_survey {
    runner::screening_counts counts;
    std::vector<runner::list_problem> problems;
    std::vector<std::string> warnings;       // of suppression files and time zones
    std::vector<core::forecast_load> loads;  // sendable rows of each lane and zone
    std::uint64_t no_lane = 0;               // rows whose own `from` nobody sends from
    // Where the rows that would be sent go; the largest first.
    std::vector<runner::census_line> countries;
    std::vector<runner::census_line> zones;
};

core::result<list_survey> survey_list(const campaign& settings, const std::string& path,
                                      campaign_cores& cores);

// "Send 982,113 messages from +16693422058 of bot st-...?"
std::string question_for(const campaign& settings, const list_survey& survey,
                         const core::forecast_answer& when, core::wall_time now);

}  // namespace tidings::app
