// Decides what becomes of a row that may have been processed while no answer says so: it is left to
// a person (hold), asked about with its own token (probe), or sent again on the operator's standing
// order (resend). Also of rows that were in doubt when an earlier process died.
#pragma once

#include "core/attempt.hpp"
#include "core/backoff.hpp"
#include "core/flight_table.hpp"
#include "core/postponement.hpp"
#include "core/request_tally.hpp"
#include "core/settling.hpp"
#include "core/unknown_policy.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace tidings::core {

struct doubt_options {
    unknown_policy unknown = unknown_policy::hold;
    bool token_each = false;
    std::uint16_t tries_max = 0;
    // When an in-doubt row's release became durable; nullopt: not known.
    std::function<std::optional<wall_time>(row_number)> released_at;
};

class doubt_policy {
  public:
    doubt_policy(doubt_options options, const run_course& course, const lane_roster& roster,
                 const calendar& hours, backoff& retries, postponement& later, settling& settles,
                 settlement_book& book, request_tally& tally);

    // The reader came by a row that was in doubt when a process died. `lane` may be lane_none.
    void on_found(const listed_row& row, lane_id lane, time_stamp now);
    // A request of the row ended so. It is the `held.attempts`-th one that counts.
    void on_doubt(const flight& one, const attempt_report& report, time_stamp now);
    // "Possibly a replay" proves that the first copy arrived; an ordinary answer means that it had
    // not, and that this one counts.
    void on_probe_ended(const flight& one, const attempt_report& report, verdict what,
                        time_stamp now);

  private:
    const doubt_options options_;
    const run_course& course_;
    const lane_roster& roster_;
    const calendar& hours_;
    backoff& retries_;
    postponement& later_;
    settling& settles_;
    settlement_book& book_;
    request_tally& tally_;
};

}  // namespace tidings::core
