// Decides when a row that cannot leave now may leave again, and brings it back then: a retry, a
// refusal's wait, a recipient's hours, a question about a request in doubt. Whether it may at all
// is core/verdict's and core/attempt_fates'.
#pragma once

#include "core/calendar.hpp"
#include "core/country_caps.hpp"
#include "core/endpoint_watch.hpp"
#include "core/held_rows.hpp"
#include "core/lane_roster.hpp"
#include "core/late_suppression.hpp"
#include "core/run_course.hpp"
#include "core/settlement_book.hpp"

#include <string_view>

namespace tidings::core {

struct postponement_options {
    duration park_after{};    // longer waits need a durable re-release
    bool token_each = false;  // a retry after an answer is re-released, for a token of its own
    duration probe_after{};   // the first copy is no longer under way
    duration probe_within{};  // of the release: the token's life, with margin
};

class postponement {
  public:
    postponement(postponement_options options, const run_course& course, const lane_roster& roster,
                 const endpoint_watch& endpoints, calendar& hours,
                 const late_suppression& suppressed, held_rows& held, country_caps& caps,
                 settlement_book& book);

    // A released row that certainly was not processed goes again after `wait`; `had_left`: a
    // request of it took a slot, which is on record before the row leaves again.
    void retry(const held_row& held, lane_id lane, duration wait, bool had_left, instant now);
    // It needs a durable re-release, and not before `until`. What may have arrived stays released:
    // only so does a later process know that it is in doubt.
    void park(const held_row& held, lane_id lane, instant until);
    // Its recipient may be texted from then on. `released`: it needs a re-release.
    void until_open(const held_row& held, lane_id lane, wall_time open, bool released,
                    time_stamp now);
    void probe_until_open(delayed_row row, wall_time open, time_stamp now);

    // In doubt: the same request is asked again, with its own token, in a while. `left`: a request
    // of it took a slot that is on record by then.
    void probe(const held_row& held, lane_id lane, bool left, instant now);
    // The token that it was sent with lives long enough to be asked about, and so does the right to
    // text its number: where the first copy did not arrive, the question is what texts it.
    bool may_probe(const held_row& held, wall_time now) const {
        return now - held.released_at < options_.probe_within && why_no_probe(held, now).empty();
    }

    // By its country's cap: `now`, and it counts as taken up, or when it may be.
    wall_time admit(phone_number to, time_stamp now);
    // Its own deadline has passed. Pre: row.held.when.expired(now).
    void expire(const delayed_row& row, wall_time now);

    // Moves what has become due to where it may leave, or settles it.
    void bring_back(time_stamp now);

  private:
    // Other than its token's life; empty: nothing speaks against it.
    std::string_view why_no_probe(const held_row& held, wall_time now) const;
    void come_due(delayed_row row, time_stamp now);
    // Nothing leaves to its endpoint, which is in trouble.
    bool blocked(lane_id lane) const { return endpoints_.open(roster_.bot_of(lane)); }
    // Then the row is looked at again: when its recipient may be texted, or its deadline passes.
    static instant moment_of(const held_row& held, wall_time open, time_stamp now);

    const postponement_options options_;
    const run_course& course_;
    const lane_roster& roster_;
    const endpoint_watch& endpoints_;
    calendar& hours_;
    const late_suppression& suppressed_;
    held_rows& held_;
    country_caps& caps_;
    settlement_book& book_;
};

}  // namespace tidings::core
