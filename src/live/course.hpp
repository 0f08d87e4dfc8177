// What a run did over time, seen from one look to the next: rows by outcome and how long answers
// took, in memory that does not grow (view/timeline). Pure.
#pragma once

#include "core/latency_histogram.hpp"
#include "core/progress.hpp"
#include "view/timeline.hpp"

#include <optional>
#include <string>

namespace tidings::live {

class course {
  public:
    // Looks closer together than this are too rough to be a rate.
    static constexpr auto width_min = std::chrono::seconds(2);

    // The looks of one run, in the order in which they were taken. The first says where it begins.
    void add(const core::progress_snapshot& now, const core::latency_histogram* latencies);

    // {"version":1,"start_ms":...,"width_ms":...,"accepted":[...],...,"p50_ms":[...],...}, rows a
    // second; a place is null where nothing was answered. `steering`: whether the port may steer.
    std::string json(bool steering) const;

  private:
    void add_rows(const core::progress_snapshot& now);
    void add_answers(core::wall_time at, const core::latency_histogram& latencies);

    struct look {
        core::wall_time at;
        core::outcome_counts ended;
    };

    view::timeline over_time_{width_min};
    std::optional<look> last_;
    core::latency_histogram latencies_;
};

}  // namespace tidings::live
