// What a list holds, found by reading it once without sending: for `plan`, and for the question
// that a person is asked before the first message.
#pragma once

#include "core/failure.hpp"
#include "core/forecast.hpp"
#include "core/row_states.hpp"
#include "run/cores.hpp"
#include "run/people_roll.hpp"
#include "runner/list_reader.hpp"
#include "runner/recipient_census.hpp"
#include "store/suppression_list.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tidings::run {

// A list and what it is screened with.
struct screened_list {
    runner::list_reader_options list;
    std::vector<std::string> suppress;  // files, read with the list's region and column
    std::string time_zone;              // of rows that name none; empty: by their numbers
};
// The suppression files, read; null when there are none.
core::result<std::unique_ptr<store::suppression_list>> load_suppression(const screened_list& from);

struct list_survey {
    runner::screening_counts counts;
    std::vector<runner::list_problem> problems;
    runner::number_notes notes;
    store::list_oddities oddities;
    std::vector<store::suppression_findings> opt_outs;  // by file
    std::vector<std::string> warnings;                  // of time zones
    std::vector<core::forecast_load> loads;             // sendable rows of each lane and zone
    std::uint64_t no_lane = 0;                          // rows whose own `from` nobody sends from
    std::uint64_t expired = 0;                          // rows whose own deadline has passed
    // Rows to send that have a word of their own about when.
    struct own_times {
        std::uint64_t send_at = 0;
        std::uint64_t expires_at = 0;
        core::wall_time last_send_at{};
    } own_times;
    std::uint64_t to_send() const { return counts.sendable - no_lane - expired; }
    // Where the rows that would be sent go; the largest first.
    std::vector<runner::census_line> countries;
    std::vector<runner::census_line> zones;
};

struct survey_options {
    // What of it has its outcome already, or is in doubt: is counted as a row and not as a load.
    const core::row_states* before = nullptr;
    // False: a number that comes twice is counted twice, and no memory is needed for the numbers.
    bool screen_duplicates = true;
    // Takes down whom the list names, on the way.
    people_roll* people = nullptr;
    // Asked now and then; false ends it with a failure (interrupted).
    std::function<bool()> go_on = nullptr;
};

core::result<list_survey> survey_list(const screened_list& from, campaign_cores& cores,
                                      const survey_options& options = {});

// How many rows the list has, screened or not.
core::result<std::uint64_t> count_rows(runner::list_reader_options list);

}  // namespace tidings::run
