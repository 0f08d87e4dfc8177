#include "core/attempt_fates.hpp"

#include <algorithm>
#include <string>

namespace tidings::core {

namespace {

constexpr duration at_once{};

// A server that is busy for longer than this means something else.
constexpr duration busy_max = std::chrono::hours(1);

// How long a server asks for that did not look at the request.
duration asked_wait(const attempt_report& report) {
    const auto asked = report.reply ? report.reply->retry_after.value_or(at_once) : at_once;
    return asked > busy_max ? at_once : asked;
}

}  // namespace

void attempt_fates::on_ended(const attempt_report& report, time_stamp now) {
    const flight one = parts_.flights.end(report.which);
    const auto [what, sign, rule] = parts_.answers.judge_and_count(report);
    parts_.rules.on_ended();
    // The slots first: they follow from what left this machine, not from what it means.
    const duration frozen = give_back_slots(one.lane, report, what);
    if (what == verdict::untouched)
        parts_.caps.on_untouched(one.held.to);
    else
        parts_.caps.on_ended(one.held.to, now.steady);
    parts_.endpoints.on_ended(one, report, {what, sign, rule}, now.steady);
    if (one.held.tries == 1 && what != verdict::untouched && report.begun != instant{})
        parts_.tally.lateness.record(report.begun - one.held.due);
    if (one.probe) return parts_.doubts.on_probe_ended(one, report, what, now);
    on_verdict(one, report, what, frozen, now);
}

// Returns for how long the scope is frozen, after a refusal by limit.
duration attempt_fates::give_back_slots(lane_id lane, const attempt_report& report, verdict what) {
    if (what == verdict::untouched) {
        parts_.limits.returned_unused(lane);
        parts_.departures.on_slots_back(lane, true);
        --parts_.tally.requests;  // there was none
        return {};
    }
    duration frozen{};
    if (what == verdict::limited)
        frozen = parts_.limits.refused(lane, report.ended,
                                       {report.reply->text, report.reply->retry_after});
    else if (what == verdict::in_doubt)
        // Until its endpoint is known to be well it may still be read there.
        parts_.limits.given_up(lane, report.ended);
    else
        parts_.limits.answered(lane, report.ended);
    parts_.departures.on_slots_back(lane, false);
    return frozen;
}

void attempt_fates::on_verdict(const flight& one, const attempt_report& report, verdict what,
                               duration frozen, time_stamp now) {
    const auto by = report.late ? settled_by::late_answer : settled_by::answer;
    const bot_id bot = parts_.roster.bot_of(one.lane);
    switch (what) {
        case verdict::accepted:
            parts_.tokens.on_believed(bot);
            return parts_.settles.settle(one.held, one.lane, outcome::accepted, by, &report, {},
                                         now);
        case verdict::accepted_odd:
            ++parts_.tally.odd_answers;
            return parts_.settles.settle(one.held, one.lane, outcome::accepted,
                                         by | settled_by::odd_answer, &report, words_of(report),
                                         now);
        case verdict::rejected:
            parts_.tokens.on_believed(bot);
            return parts_.settles.settle(one.held, one.lane, outcome::rejected, by, &report,
                                         words_of(report), now);
        case verdict::untouched: return try_again(one.held, one.lane, at_once, false, now);
        case verdict::not_processed: return on_not_processed(one, report, now);
        case verdict::limited: return try_again(one.held, one.lane, frozen, true, now);
        case verdict::replayed: return on_replayed(one, report, now);
        case verdict::refused_token: return on_token_refused(one, report, now);
        case verdict::misdirected: return on_misdirected(one, report, now);
        case verdict::not_platform: return on_not_platform(one, report, now);
        case verdict::in_doubt: return parts_.doubts.on_doubt(one, report, now);
    }
}

void attempt_fates::on_not_processed(const flight& one, const attempt_report& report,
                                     time_stamp now) {
    held_row again = one.held;
    ++again.attempts;
    // Drawn whether it is used or not: which rows are tried again moves no later draw.
    const auto wait = std::max(parts_.retries.wait(again.attempts), asked_wait(report));
    if (parts_.retries.exhausted(again.attempts)) return fail(again, one.lane, report, now);
    try_again(again, one.lane, wait, true, now);
}

// Not a probe, so no copy of this row is in doubt: the token was used up some other way. A new
// release gives it a new one.
void attempt_fates::on_replayed(const flight& one, const attempt_report& report, time_stamp now) {
    held_row again = one.held;
    ++again.attempts;
    if (parts_.retries.exhausted(again.attempts)) return fail(again, one.lane, report, now);
    parts_.book.spend(one.lane, now.wall);
    parts_.later.park(again, one.lane, now.steady + parts_.retries.wait(1));
}

// The rows are not to blame: they go back unharmed.
void attempt_fates::on_token_refused(const flight& one, const attempt_report& report,
                                     time_stamp now) {
    const bot_id bot = parts_.roster.bot_of(one.lane);
    parts_.book.spend(one.lane, now.wall);
    parts_.later.park(one.held, one.lane, now.steady + std::chrono::milliseconds(100));
    if (parts_.roster.bot_given_up(bot)) return;
    switch (parts_.tokens.on_refused(bot, one.token)) {
        case token_watch::verdict::known:
        case token_watch::verdict::renewed: return;
        case token_watch::verdict::hopeless:
            return parts_.recall.give_up_bot(
                bot, {stop_status::credentials_refused,
                      "the server refuses the credentials, also with a newly signed token: "
                      "status " +
                          std::to_string(report.reply->status) + ", \"" +
                          std::string(words_of(report)) + "\""});
    }
}

void attempt_fates::on_misdirected(const flight& one, const attempt_report& report,
                                   time_stamp now) {
    parts_.later.park(one.held, one.lane, now.steady);
    parts_.book.spend(one.lane, now.wall);
    parts_.course.drain({stop_status::rule_tripped, "the server answered with a redirect (status " +
                                                        std::to_string(report.reply->status) +
                                                        "), which is never followed: check `url`"});
}

// Not the row's fault, nor its attempt: it waits, and goes on waiting.
void attempt_fates::on_not_platform(const flight& one, const attempt_report& report,
                                    time_stamp now) {
    parts_.book.spend(one.lane, now.wall);
    parts_.later.park(one.held, one.lane, now.steady + parts_.retries.wait(one.held.tries));
    // Nobody watches the endpoint.
    if (parts_.endpoints.off() && report.reply->status < 300)
        parts_.course.drain(
            {stop_status::rule_tripped,
             "a web page came with status 200 where the endpoint's answer should be: "
             "something else may be answering for the host"});
}

// A row that certainly was not processed goes back. Where a request left, its slot is recorded
// before the row can leave again.
void attempt_fates::try_again(const held_row& held, lane_id lane, duration wait, bool had_left,
                              time_stamp now) {
    if (had_left) parts_.book.spend(lane, now.wall);
    if (held.tries < tries_max_) return parts_.later.retry(held, lane, wait, had_left, now.steady);
    const attempt_report none{};
    parts_.settles.settle(held, lane, outcome::failed, settled_by::answer, &none, "too many tries",
                          now);
}

void attempt_fates::fail(const held_row& held, lane_id lane, const attempt_report& report,
                         time_stamp now) {
    const auto by = report.late ? settled_by::late_answer : settled_by::answer;
    parts_.settles.settle(held, lane, outcome::failed, by, &report, words_of(report), now);
}

}  // namespace tidings::core
