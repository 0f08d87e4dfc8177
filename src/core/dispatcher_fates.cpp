// The dispatcher's answers: what an attempt that ended means for its row, its lane and the run.
#include "core/dispatcher.hpp"

#include <algorithm>

namespace tidings::core {

namespace {

constexpr duration at_once{};

// A server that is busy for longer than this means something else.
constexpr duration busy_max = std::chrono::hours(1);

std::uint32_t microseconds_between(instant from, instant to) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, 0xFFFF'FFFF));
}

// What happens to a later copy says nothing about an earlier one that may have arrived.
outcome honest(const held_row& held, outcome what) {
    return held.may_have_arrived && what != outcome::accepted ? outcome::unknown : what;
}

settled_by operator|(settled_by a, settled_by b) {
    return static_cast<settled_by>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// What the report can say about itself: the server's words, else what went wrong.
std::string_view words_of(const attempt_report& report) {
    return report.reply && !report.reply->message.empty() ? report.reply->message : report.trouble;
}

// How long a server asks for that did not look at the request.
duration asked_wait(const attempt_report& report) {
    const auto asked = report.reply ? report.reply->retry_after.value_or(at_once) : at_once;
    return asked > busy_max ? at_once : asked;
}

}  // namespace

// Returns for how long the scope is frozen, after a refusal by limit.
duration dispatcher::give_back_slots(lane_id id, const attempt_report& report, verdict what) {
    if (what == verdict::untouched) {
        limits_.returned_unused(id);
        --requests_;  // there was none
        return {};
    }
    if (what == verdict::limited)
        return limits_.refused(id, report.ended, {report.reply->text, report.reply->retry_after});
    limits_.answered(id, report.ended);
    return {};
}

void dispatcher::on_attempt_ended(const attempt_report& report, time_stamp now) {
    const flight one = flights_.end(report.which);
    const verdict what = judge(report);
    rules_.on_ended();
    // The slots first: they follow from what left this machine, not from what it means.
    const duration frozen = give_back_slots(one.lane, report, what);
    if (one.held.tries == 1 && what != verdict::untouched && report.begun != instant{})
        lateness_.record(report.begun - one.held.due);
    if (one.probe) return on_probe_ended(one, report, what, now);

    const auto late = report.late ? settled_by::late_answer : settled_by::answer;
    auto& bot = bots_[lanes_[one.lane].bot];
    switch (what) {
        case verdict::accepted:
            bot.renewed_in_doubt = false;
            return settle_released(one.held, one.lane, outcome::accepted, late, &report, {}, now);
        case verdict::accepted_odd:
            ++odd_answers_;
            return settle_released(one.held, one.lane, outcome::accepted,
                                   late | settled_by::odd_answer, &report, words_of(report), now);
        case verdict::rejected:
            bot.renewed_in_doubt = false;
            return settle_released(one.held, one.lane, outcome::rejected, late, &report,
                                   words_of(report), now);
        case verdict::untouched: return try_again(one, at_once, false, now);
        case verdict::not_processed: {
            auto again = one;
            ++again.held.attempts;
            const auto backoff = retry_.wait(again.held.attempts, random_);
            const auto asked = asked_wait(report);
            if (retry_.exhausted(again.held.attempts))
                return settle_released(again.held, one.lane, outcome::failed, late, &report,
                                       words_of(report), now);
            return try_again(again, std::max(backoff, asked), true, now);
        }
        case verdict::limited: return try_again(one, frozen, true, now);
        case verdict::replayed: {
            // Not a probe, so no copy of this row is in doubt: the token was used up some other
            // way. A new release gives it a new one.
            auto again = one;
            ++again.held.attempts;
            if (retry_.exhausted(again.held.attempts))
                return settle_released(again.held, one.lane, outcome::failed, late, &report,
                                       words_of(report), now);
            spend(one.lane, now.wall);
            return park(again.held, one.lane, now.steady + retry_.wait(1, random_));
        }
        case verdict::refused_token: return on_token_refused(one, report, now);
        case verdict::misdirected:
            park(one.held, one.lane, now.steady);
            spend(one.lane, now.wall);
            return drain(
                {stop_status::rule_tripped, "the server answered with a redirect (status " +
                                                std::to_string(report.reply->status) +
                                                "), which is never followed: check `url`"});
        case verdict::not_platform: {
            // Not the row's fault, nor its attempt: it waits, and goes on waiting.
            spend(one.lane, now.wall);
            park(one.held, one.lane, now.steady + retry_.wait(one.held.tries, random_));
            if (report.reply->status < 300)
                drain({stop_status::rule_tripped,
                       "a web page came with status 200 where the endpoint's answer should be: "
                       "something else may be answering for the host"});
            return;
        }
        case verdict::in_doubt: return on_doubt(one, report, now);
    }
}

// One refusal of a token signs a new one; a refusal of the new one ends the bot's part of the run.
// The rows are not to blame: they go back unharmed.
void dispatcher::on_token_refused(const flight& one, const attempt_report& report, time_stamp now) {
    const auto owner = lanes_[one.lane].bot;
    auto& bot = bots_[owner];
    spend(one.lane, now.wall);
    park(one.held, one.lane, now.steady + std::chrono::milliseconds(100));
    if (one.token != bot.token || bot.given_up) return;  // sent before the renewal, or known
    if (!bot.renewed_in_doubt) {
        bot.renewed_in_doubt = true;
        ++bot.token;
        renewals_.push_back(owner);
        return;
    }
    give_up_bot(owner, {stop_status::credentials_refused,
                        "the server refuses the credentials, also with a newly signed token: "
                        "status " +
                            std::to_string(report.reply->status) + ", \"" +
                            std::string(words_of(report)) + "\""});
}

std::optional<bot_id> dispatcher::take_renewal() {
    if (renewals_.empty()) return std::nullopt;
    const bot_id bot = renewals_.back();
    renewals_.pop_back();
    return bot;
}

void dispatcher::on_doubt(const flight& one, const attempt_report& report, time_stamp now) {
    auto again = one;
    ++again.held.attempts;
    switch (options_.unknown) {
        case unknown_policy::hold: break;
        case unknown_policy::probe:
            if (!options_.token_each || phase_ != send_phase::running) break;
            if (lanes_[one.lane].given_up) break;
            // An answer that says "broken inside" came from behind the place where the token's id
            // is used up: a replay would prove that it arrived, not that it was processed.
            if (report.reply) break;
            if (now.wall - one.held.released_at >= options_.probe_within) break;
            spend(one.lane, now.wall);
            delayed_.push({.held = again.held,
                           .until = now.steady + options_.probe_after,
                           .after_batch = batches_taken_ + 1,
                           .lane = one.lane,
                           .released = true,
                           .probe = true});
            return;
        case unknown_policy::resend:
            if (retry_.exhausted(again.held.attempts) || phase_ != send_phase::running) break;
            again.held.may_have_arrived = true;
            return try_again(again, retry_.wait(again.held.attempts, random_), true, now);
    }
    settle_released(again.held, one.lane, outcome::unknown, settled_by::answer, &report,
                    words_of(report), now);
}

// The same request with the same token: "possibly a replay" proves that the first copy arrived;
// an ordinary answer means that it had not, and that this one counts.
void dispatcher::on_probe_ended(const flight& one, const attempt_report& report, verdict what,
                                time_stamp now) {
    const auto& held = one.held;
    switch (what) {
        case verdict::replayed:
            return settle_released(held, one.lane, outcome::accepted, settled_by::proof, &report,
                                   "proven by the token: the first copy had arrived", now);
        case verdict::accepted:
        case verdict::accepted_odd:
            return settle_released(held, one.lane, outcome::accepted, settled_by::answer, &report,
                                   {}, now);
        case verdict::rejected:
            return settle_released(held, one.lane, outcome::rejected, settled_by::answer, &report,
                                   words_of(report), now);
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
    const bool may_ask = !report.reply && !lanes_[one.lane].given_up &&
                         held.tries < options_.tries_max && phase_ == send_phase::running &&
                         now.wall - held.released_at < options_.probe_within;
    if (!may_ask)
        return settle_released(held, one.lane, outcome::unknown, settled_by::answer, &report,
                               words_of(report), now);
    const bool left = what != verdict::untouched;
    if (left) spend(one.lane, now.wall);
    delayed_.push({.held = held,
                   .until = now.steady + options_.probe_after,
                   .after_batch = left ? batches_taken_ + 1 : 0,
                   .lane = one.lane,
                   .released = true,
                   .probe = true});
}

// A row that certainly was not processed goes back. Where a request left, its slot is recorded
// before the row can leave again.
void dispatcher::try_again(const flight& one, duration wait, bool had_left, time_stamp now) {
    if (had_left) spend(one.lane, now.wall);
    if (one.held.tries >= options_.tries_max) {
        const attempt_report none{};
        return settle_released(one.held, one.lane, outcome::failed, settled_by::answer, &none,
                               "too many tries", now);
    }
    const bool new_token = options_.token_each && had_left;
    const bool given_up = lanes_[one.lane].given_up;
    if (new_token || given_up || wait > options_.park_after || phase_ != send_phase::running)
        return park(one.held, one.lane, now.steady + wait);
    delayed_.push({.held = one.held,
                   .until = now.steady + wait,
                   .after_batch = had_left ? batches_taken_ + 1 : 0,
                   .lane = one.lane,
                   .released = true,
                   .probe = one.probe});
}

// Certainly unsent, and it needs a durable re-release before it may leave. What may have arrived
// stays released instead: only so does a later process know that it is in doubt.
void dispatcher::park(const held_row& held, lane_id id, instant until) {
    if (held.may_have_arrived)
        return delayed_.push({.held = held,
                              .until = until,
                              .after_batch = building_.empty() ? 0 : batches_taken_ + 1,
                              .lane = id,
                              .released = true});
    if (lanes_[id].given_up) {
        take_back(held, true);
        ++skipped_;
        return;
    }
    building_.parked.push_back(held.row);
    ++ends_in_building_;
    delayed_.push({.held = held, .until = until, .lane = id});
}

// Not released yet, and not to be before `until`.
void dispatcher::postpone(const held_row& held, lane_id id, wall_time until, time_stamp now) {
    delayed_.push({.held = held, .until = moment_of(until, now), .lane = id});
}

// The calendar is asked again at least once a day: it may step, and its spans may end.
instant dispatcher::moment_of(wall_time moment, time_stamp now) {
    constexpr std::chrono::microseconds longest = std::chrono::hours(24);
    if (moment - now.wall > longest) return now.steady + longest;
    return now.steady + (moment - now.wall);
}

void dispatcher::obey(const stop_decision& decision) {
    if (decision.stop && phase_ != send_phase::draining && phase_ != send_phase::drained)
        drain({decision.status, decision.reason});
}

void dispatcher::settle_released(const held_row& held, lane_id id, outcome what, settled_by by,
                                 const attempt_report* report, std::string_view why,
                                 time_stamp now) {
    what = honest(held, what);
    settlement one{.row = held.row,
                   .to = held.to,
                   .lane = id,
                   .what = what,
                   .by = static_cast<std::uint8_t>(by),
                   .attempts = held.attempts,
                   .at = now.wall};
    if (report != nullptr) {
        const bool counted = what == outcome::accepted || what == outcome::rejected;
        one.attempts = static_cast<std::uint16_t>(held.attempts + (counted ? 1 : 0));
        one.status = report->reply ? report->reply->status : std::uint16_t{0};
        if (held.due != instant{}) one.latency_us = microseconds_between(held.due, now.steady);
        if (report->reply) latencies_.record(std::chrono::microseconds(one.latency_us));
    }
    append(one, why);
    if (by != settled_by::recovery) done_.add(id, hours_.zone_for(held.zone, held.to));
    ++ends_in_building_;
    --held_;
    obey(rules_.on_settled(what, std::chrono::microseconds(one.latency_us), now.steady));
    if (id != lane_none) watch_sender(id, what);
}

// A sender that ended with its bot, or with the run, has no part left that could end.
void dispatcher::watch_sender(lane_id id, outcome what) {
    if (!rules_.sender_fails(id, what) || lanes_[id].given_up || phase_ == send_phase::draining)
        return;
    give_up_lanes({id}, {stop_status::rule_tripped,
                         rules_.why_sender_fails(lane_choice_.from_of(id).text())});
}

void dispatcher::settle_held(const held_row& held, bool released, outcome what,
                             std::string_view why, time_stamp now) {
    append({.row = held.row,
            .to = held.to,
            .what = honest(held, what),
            .attempts = held.attempts,
            .at = now.wall},
           why);
    ends_in_building_ += released ? 1 : 0;
    --held_;
}

void dispatcher::append(settlement one, std::string_view why) {
    constexpr std::size_t detail_max = 200;
    why = why.substr(0, detail_max);
    one.text_at = static_cast<std::uint32_t>(building_.text.size());
    one.text_size = static_cast<std::uint32_t>(why.size());
    building_.text.append(why);
    building_.settled.push_back(one);
    states_.set(one.row, row_state::settled);
    ++counts_[one.what];
}

}  // namespace tidings::core
