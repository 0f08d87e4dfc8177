#include "core/turn.hpp"

#include <algorithm>
#include <utility>

namespace tidings::core {

turn::turn(dispatcher& sending, std::size_t bots, turn_options options)
    : sending_(sending), options_(options), bots_(bots) {}

turn_action turn::next(time_stamp now) {
    while (true)
        if (const auto action = take_step(now)) return *action;
}

std::optional<turn_action> turn::take_step(time_stamp now) {
    switch (step_) {
        case step::tick:
            step_ = step::reports;
            // However much comes in meanwhile: a deadline that has passed is looked at first.
            if (now.steady < tick_at_) return std::nullopt;
            tick_at_ = never;
            return turn_action{.what = kind::tick};
        case step::reports: step_ = step::journal; return turn_action{.what = kind::take_reports};
        case step::journal: step_ = step::rows; return turn_action{.what = kind::take_commit};
        case step::rows:
            if (sending_.wants_rows()) return turn_action{.what = kind::take_rows};
            step_ = step::list_news;
            return std::nullopt;
        case step::list_news:
            step_ = step::passes;
            return turn_action{.what = kind::take_list_news};
        case step::passes: step_ = step::time; return begin_pass();
        case step::time:
            sending_.on_time(now);
            bot_ = 0;
            step_ = bots_ > 0 ? step::room : step::renewals;
            return std::nullopt;
        case step::room:
            step_ = step::departures;
            room_ = 0;
            return turn_action{.what = kind::look_for_room, .bot = bot_};
        case step::departures: return depart(now);
        case step::renewals:
            if (const auto bot = sending_.take_renewal())
                return turn_action{.what = kind::renew_token, .bot = *bot};
            step_ = step::questions;
            return std::nullopt;
        case step::questions:
            if (const auto bot = sending_.take_question(now))
                return turn_action{.what = kind::ask, .bot = *bot};
            step_ = step::commit;
            return std::nullopt;
        case step::commit: step_ = step::bound; return commit(now);
        case step::bound: step_ = step::drain; return tell_bound();
        case step::drain: step_ = step::publish; return drain(now);
        case step::publish: step_ = step::end; return publish(now);
        case step::end:
            if (sending_.finished() && journal_idle_) return turn_action{.what = kind::end};
            step_ = step::rest;
            return std::nullopt;
        case step::rest: step_ = step::tick; return rest(now);
    }
    return std::nullopt;
}

// Batches go on coming, for the emergency log, and fail each with the same words.
void turn::on_journal_failed(time_stamp frame, std::string why) {
    const auto halted = sending_.halted();
    if (!halted || halted->status != stop_status::journal_failed)
        sending_.on_journal_failed(std::move(why));
    sending_.on_batch_durable(frame);
}

void turn::on_list_failed(std::string why) {
    sending_.drain({stop_status::unusable, std::move(why)});
}

void turn::interrupt(std::string why) {
    if (sending_.phase() == send_phase::draining)
        drain_until_ = instant::min();
    else
        sending_.drain({stop_status::stopped, std::move(why)});
}

std::optional<turn_action> turn::begin_pass() {
    if (!sending_.wants_pass()) return std::nullopt;
    sending_.on_pass_begun();
    return turn_action{.what = kind::begin_pass};
}

turn_action turn::depart(time_stamp now) {
    const std::size_t more = options_.in_flight_max -
                             std::min<std::size_t>(options_.in_flight_max, sending_.in_flight());
    leaving_.clear();
    if (room_ > 0) {
        sending_.set_connected(bot_, true);
        sending_.depart(bot_, std::min(room_, more), now, leaving_);
    }
    const turn_action action{
        .what = kind::depart, .bot = bot_, .waiting = sending_.wanting(bot_, now, more)};
    ++bot_;
    step_ = bot_ < bots_ ? step::room : step::renewals;
    return action;
}

std::optional<turn_action> turn::commit(time_stamp now) {
    if (!journal_idle_) return std::nullopt;
    const bool due = now.steady - committed_at_ >= options_.commit_interval;
    if (!due && !sending_.wants_batch_now()) return std::nullopt;
    if (!sending_.take_batch(batch_, now)) return std::nullopt;
    committed_at_ = now.steady;
    journal_idle_ = false;
    return turn_action{.what = kind::commit};
}

std::optional<turn_action> turn::tell_bound() {
    const auto asked = sending_.in_doubt_asked();
    if (asked <= std::max(bound_telling_, sending_.in_doubt_told())) return std::nullopt;
    bound_telling_ = asked;
    return turn_action{.what = kind::tell_bound, .rows = asked};
}

std::optional<turn_action> turn::drain(time_stamp now) {
    if (sending_.phase() != send_phase::draining || aborted_) return std::nullopt;
    if (drain_until_ == never) {
        drain_until_ = now.steady + options_.drain_for;
        return turn_action{.what = kind::drain, .until = drain_until_};
    }
    if (now.steady < drain_until_) return std::nullopt;
    aborted_ = true;
    return turn_action{.what = kind::abort};
}

std::optional<turn_action> turn::publish(time_stamp now) {
    if (now.steady - published_at_ < options_.publish_every) return std::nullopt;
    published_at_ = now.steady;
    return turn_action{.what = kind::publish};
}

turn_action turn::rest(time_stamp now) {
    auto until = std::min(sending_.next_due(now), now.steady + options_.rest_max);
    // A journal that is busy says itself when it can take more.
    if (journal_idle_ && sending_.has_something_to_commit())
        until = std::min(until, committed_at_ + options_.commit_interval);
    // A moment that was named already and comes soon enough is kept: to set a timer costs a call.
    // It is never put off, else a peer that sends without end would hold all deadlines up.
    tick_at_ = std::min(tick_at_, std::max(until, now.steady + options_.rest_min));
    return {.what = kind::rest, .until = tick_at_};
}

}  // namespace tidings::core
