#include "core/doubt_policy.hpp"

#include <utility>

namespace tidings::core {

doubt_policy::doubt_policy(doubt_options options, const run_course& course,
                           const lane_roster& roster, const calendar& hours, backoff& retries,
                           postponement& later, settling& settles, settlement_book& book,
                           request_tally& tally)
    : options_(std::move(options)),
      course_(course),
      roster_(roster),
      hours_(hours),
      retries_(retries),
      later_(later),
      settles_(settles),
      book_(book),
      tally_(tally) {}

void doubt_policy::on_found(const listed_row& row, lane_id lane, time_stamp now) {
    held_row held{.row = row.row, .to = row.to, .zone = row.zone, .attempts = 1, .when = row.when};
    book_.take_up_in_doubt();
    ++tally_.requests;  // as far as anyone can know
    const auto released =
        options_.released_at ? options_.released_at(row.row) : std::optional<wall_time>();
    const bool has_lane = lane != lane_none;
    const bool may_text = row.found != screening::suppressed && !hours_.expired(now.wall) &&
                          !row.when.expired(now.wall);
    if (released) held.released_at = *released;
    if (options_.unknown == unknown_policy::probe && has_lane && !roster_.given_up(lane) &&
        released && may_text && later_.may_probe(held, now.wall)) {
        held.due = now.steady;
        // The first copy's slot: after another crash the row itself stands for the probe's only.
        book_.spend_unread(lane, now.wall);
        return later_.probe(held, lane, true, now.steady);
    }
    if (options_.unknown == unknown_policy::resend && has_lane && may_text) {
        book_.spend_unread(lane, now.wall);
        held.may_have_arrived = true;
        return later_.park(held, lane, now.steady);
    }
    settles_.settle(held, lane, outcome::unknown, settled_by::recovery, nullptr,
                    "in doubt when the process ended", now);
}

void doubt_policy::on_doubt(const flight& one, const attempt_report& report, time_stamp now) {
    held_row again = one.held;
    ++again.attempts;
    switch (options_.unknown) {
        case unknown_policy::hold: break;
        case unknown_policy::probe:
            if (!options_.token_each || !course_.running() || roster_.given_up(one.lane)) break;
            // An answer that says "broken inside" came from behind the place where the token's id
            // is used up: a replay would prove that it arrived, not that it was processed.
            if (report.reply || !later_.may_probe(again, now.wall)) break;
            book_.spend_unread(one.lane, now.wall);
            return later_.probe(again, one.lane, true, now.steady);
        case unknown_policy::resend:
            if (retries_.exhausted(again.attempts) || again.tries >= options_.tries_max ||
                !course_.running())
                break;
            again.may_have_arrived = true;
            book_.spend_unread(one.lane, now.wall);
            return later_.retry(again, one.lane, retries_.wait(again.attempts), true, now.steady);
    }
    settles_.settle(again, one.lane, outcome::unknown, settled_by::answer, &report,
                    words_of(report), now);
}

void doubt_policy::on_probe_ended(const flight& one, const attempt_report& report, verdict what,
                                  time_stamp now) {
    const auto& held = one.held;
    const auto settle = [&](outcome came, settled_by by, std::string_view why) {
        settles_.settle(held, one.lane, came, by, &report, why, now);
    };
    switch (what) {
        case verdict::replayed:
            return settle(outcome::accepted, settled_by::proof,
                          "proven by the token: the first copy had arrived");
        case verdict::accepted:
        case verdict::accepted_odd: return settle(outcome::accepted, settled_by::answer, {});
        case verdict::rejected:
            return settle(outcome::rejected, settled_by::answer, words_of(report));
        case verdict::limited:
        case verdict::not_processed:
        case verdict::refused_token:
        case verdict::misdirected:
        case verdict::not_platform:
        case verdict::in_doubt:
        case verdict::untouched: break;
    }
    // It taught nothing: ask once more while the token lives, then leave it to a person. The row
    // itself stays in doubt, even where the probe never left. Where the probe was answered, its own
    // arrival may have used up the token's id: a replay would no longer speak of the first copy.
    const bool may_ask = !report.reply && !roster_.given_up(one.lane) &&
                         held.tries < options_.tries_max && course_.running() &&
                         later_.may_probe(held, now.wall);
    if (!may_ask) return settle(outcome::unknown, settled_by::answer, words_of(report));
    const bool left = what != verdict::untouched;
    if (left) book_.spend_unread(one.lane, now.wall);
    later_.probe(held, one.lane, left, now.steady);
}

}  // namespace tidings::core
