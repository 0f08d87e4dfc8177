// Decides what an attempt that ended means: for its row, for its lane's slots and for its bot's
// token. What the answer says is core/verdict's; what to do in doubt core/doubt_policy's.
#pragma once

#include "core/attempt.hpp"
#include "core/backoff.hpp"
#include "core/country_caps.hpp"
#include "core/departure_order.hpp"
#include "core/doubt_policy.hpp"
#include "core/endpoint_watch.hpp"
#include "core/flight_table.hpp"
#include "core/limiter.hpp"
#include "core/own_rules.hpp"
#include "core/postponement.hpp"
#include "core/request_tally.hpp"
#include "core/settling.hpp"
#include "core/token_watch.hpp"
#include "core/verdict.hpp"

#include <cstdint>

namespace tidings::core {

// What an end has to do with; references outlive whoever holds this.
struct attempt_fates_parts {
    limiter& limits;
    stop_rules& rules;
    const lane_roster& roster;
    flight_table& flights;
    departure_order& departures;
    token_watch& tokens;
    run_course& course;
    row_recall& recall;
    backoff& retries;
    postponement& later;
    settling& settles;
    doubt_policy& doubts;
    settlement_book& book;
    request_tally& tally;
    endpoint_watch& endpoints;
    own_rules& answers;
    country_caps& caps;
};

class attempt_fates {
  public:
    // `tries_max` of one row, those included that count as no attempt.
    attempt_fates(attempt_fates_parts parts, std::uint16_t tries_max)
        : parts_(parts), tries_max_(tries_max) {}

    void on_ended(const attempt_report& report, time_stamp now);

  private:
    duration give_back_slots(lane_id lane, const attempt_report& report, verdict what);
    void on_verdict(const flight& one, const attempt_report& report, verdict what, duration frozen,
                    time_stamp now);
    void on_not_processed(const flight& one, const attempt_report& report, time_stamp now);
    void on_replayed(const flight& one, const attempt_report& report, time_stamp now);
    void on_token_refused(const flight& one, const attempt_report& report, time_stamp now);
    void on_misdirected(const flight& one, const attempt_report& report, time_stamp now);
    void on_not_platform(const flight& one, const attempt_report& report, time_stamp now);
    void try_again(const held_row& held, lane_id lane, duration wait, bool had_left,
                   time_stamp now);
    void fail(const held_row& held, lane_id lane, const attempt_report& report, time_stamp now);

    attempt_fates_parts parts_;
    std::uint16_t tries_max_;
};

}  // namespace tidings::core
