// Settles rows that were released, and sees to what follows from an outcome: a stop rule that
// trips, a sender that is rejected alone. Keeps what people are told about how long answers took.
// Which outcome a row deserves is core/attempt_fates' and core/doubt_policy's.
#pragma once

#include "core/attempt.hpp"
#include "core/calendar.hpp"
#include "core/lane_choice.hpp"
#include "core/latency_histogram.hpp"
#include "core/load_tally.hpp"
#include "core/row_recall.hpp"
#include "core/settlement_book.hpp"
#include "core/stop_rules.hpp"

#include <string_view>

namespace tidings::core {

constexpr settled_by operator|(settled_by a, settled_by b) {
    return static_cast<settled_by>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// What the report can say about itself: the server's words, else what went wrong.
inline std::string_view words_of(const attempt_report& report) {
    return report.reply && !report.reply->message.empty() ? report.reply->message : report.trouble;
}

class settling {
  public:
    settling(stop_rules& rules, const calendar& hours, const lane_choice& lanes,
             const lane_roster& roster, run_course& course, row_recall& recall,
             settlement_book& book);

    // `report`: of the attempt that ended it; null: none did. `lane` may be lane_none.
    void settle(const held_row& held, lane_id lane, outcome what, settled_by by,
                const attempt_report* report, std::string_view why, time_stamp now);
    void obey(const stop_decision& decision);

    // From the moment a row was due to its answer.
    const latency_histogram& latencies() const noexcept { return latencies_; }
    // Rows that this process sent and settled, by lane and zone.
    const load_tally& done() const noexcept { return done_; }

  private:
    void watch_sender(lane_id lane, outcome what);

    stop_rules& rules_;
    const calendar& hours_;
    const lane_choice& lanes_;
    const lane_roster& roster_;
    run_course& course_;
    row_recall& recall_;
    settlement_book& book_;
    latency_histogram latencies_;
    load_tally done_;
};

}  // namespace tidings::core
