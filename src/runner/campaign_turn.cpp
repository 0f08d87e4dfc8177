// One turn of the campaign's loop: it performs what core/turn says is next.
#include "codec/messages/answer.hpp"
#include "core/wording.hpp"
#include "runner/campaign_loop.hpp"

#include <utility>

#include <boost/assert.hpp>

namespace tidings::runner {

// Whatever woke it, everything that can be done now is done.
void campaign::loop::advance() {
    if (over_) return;
    now_ = parts_.clock.stamp();
    saturated_ = false;
    while (perform(turn_.next(now_))) {
    }
}

// False: the turn is over.
bool campaign::loop::perform(const core::turn_action& action) {
    using kind = core::turn_action::kind;
    switch (action.what) {
        case kind::tick: tick(); return true;
        case kind::take_reports:
            for (auto& thread : threads_)
                thread->deliver(*this, *this);
            return true;
        case kind::take_commit: take_commit_news(); return true;
        case kind::take_rows: take_rows(); return true;
        case kind::take_list_news: take_list_news(); return true;
        case kind::begin_pass: feed_->begin_pass(); return true;
        case kind::look_for_room: turn_.on_room(bots_[action.bot].room()); return true;
        case kind::depart: depart(action); return true;
        case kind::renew_token:
            bots_[action.bot].each([](carrier& one) { one.renew_token(); });
            return true;
        case kind::ask: questions_.ask(action.bot); return true;
        case kind::commit: parts_.writer.commit(turn_.batch()); return true;
        case kind::tell_bound: tell_bound(action.rows); return true;
        case kind::drain:
            meter_.set_drain_deadline(action.until);
            for (auto& bot : bots_)
                bot.each([](carrier& one) { one.drain(); });
            return true;
        case kind::abort:
            for (auto& bot : bots_)
                bot.each([](carrier& one) { one.abort(); });
            return true;
        case kind::publish: publish(); return true;
        case kind::rest: arm(action.until); return false;
        case kind::end:
            over_ = true;
            set_.stop();
            alarm_.timer.cancel();
            io_.stop();
            return false;
    }
    BOOST_ASSERT(false);
    return false;
}

void campaign::loop::tick() {
    for (core::bot_id id = 0; id < bots_.size(); ++id) {
        bots_[id].each([this](carrier& one) { one.on_tick(now_); });
        if (bots_[id].stats().open == 0) dispatcher_.set_connected(id, false);
    }
}

void campaign::loop::take_commit_news() {
    if (const auto news = parts_.writer.take_news()) {
        switch (news->what) {
            case commit_news::kind::durable:
                meter_.clear_obstacle();
                turn_.on_durable(news->frame);
                break;
            case commit_news::kind::releases_refused:
                meter_.set_obstacle("the disk is full: " + news->why);
                turn_.on_releases_refused(news->frame);
                break;
            case commit_news::kind::failed: turn_.on_journal_failed(news->frame, news->why); break;
        }
    }
    turn_.on_journal(parts_.writer.idle());
}

void campaign::loop::take_rows() {
    auto batch = feed_->take();
    if (!batch) return turn_.on_no_rows();
    learn_zones();
    turn_.on_rows(*batch, now_);
    feed_->give_back(std::move(batch));
}

void campaign::loop::take_opt_outs() {
    for (auto& warning : feed_->take_warnings())
        note(std::move(warning));
    const auto listed = feed_->take_suppression_change();
    if (!listed) return;
    dispatcher_.suppress_held([listed](core::phone_number to) { return listed->contains(to); },
                              "added to a suppression list during the run", now_);
    const auto counts = listed->counts();
    meter_.set_opt_outs(counts);
    const auto most = options_.unreadable_opt_outs_max;
    if (most != 0 && counts.unreadable >= unreadable_opt_outs_before_ + most)
        dispatcher_.drain({core::stop_status::rule_tripped,
                           core::shown_count(counts.unreadable - unreadable_opt_outs_before_) +
                               " opt-outs that were added cannot be read "
                               "(stop.optout_unreadable)"});
}

void campaign::loop::take_list_news() {
    take_opt_outs();
    if (feed_->take_pass_end()) turn_.on_pass_ended();
    if (auto trouble = feed_->trouble()) turn_.on_list_failed(std::move(trouble->text));
}

// Before the rows that carry its number, a zone must be in the calendar.
void campaign::loop::learn_zones() {
    if (!parts_.row_zones.restrict_hours()) return;
    for (const auto& name : feed_->zone_names_from(static_cast<core::zone_id>(zones_known_ + 1))) {
        ++zones_known_;
        if (const auto added = parts_.row_zones.add_row_zone(parts_.hours, zones_known_, name);
            !added)
            note(added.error().text);
    }
}

void campaign::loop::depart(const core::turn_action& action) {
    auto& bot = bots_[action.bot];
    for (const auto& one : turn_.leaving())
        bot.begin(one, parts_.lanes[one.lane].from, now_.wall);
    bot.want(action.waiting);
    // Reports of failures in begin() come here, and may ask for another turn.
    bot.each([](carrier& one) { one.flush(); });
    saturated_ = saturated_ || (action.waiting > 0 && bot.room() == 0) ||
                 dispatcher_.in_flight() >= options_.turn.in_flight_max;
}

void campaign::loop::on_asked(const asked_endpoint& told) {
    if (over_) return;
    now_ = parts_.clock.stamp();
    codec::answer_reader reader;
    core::attempt_report report;
    report.ended = now_.steady;
    report.trouble = told.trouble;
    if (told.written) report.furthest = core::attempt_step::written;
    if (told.answer)
        report.reply = reader.read({.status = static_cast<std::uint16_t>(told.answer->status),
                                    .content_type = told.answer->content_type,
                                    .body = told.answer->body,
                                    .complete = true},
                                   now_.wall);
    turn_.on_question_ended(told.bot, report, now_);
    advance();
}

void campaign::loop::tell_bound(std::uint64_t rows) {
    if (!tell_) return on_bound_told(rows);
    publish();
    tell_();
}

void campaign::loop::arm(core::instant until) {
    // A timer that is set already is left alone: setting one is a syscall.
    if (alarm_.at == until) return;
    alarm_.at = until;
    alarm_.timer.expires_after(until - now_.steady);
    alarm_.timer.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        alarm_.at = core::never;
        advance();
    });
}

}  // namespace tidings::runner
