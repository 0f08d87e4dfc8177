// One turn of the campaign's loop: news in, messages out, a batch to the journal, a timer.
#include "runner/campaign_loop.hpp"

#include <algorithm>
#include <utility>

namespace tidings::runner {

namespace {

// Short enough for 500 messages a second to leave within 2 ms of their plan, long enough that fast
// campaigns release several at once.
constexpr core::duration tick_min = std::chrono::microseconds(500);
constexpr core::duration tick_max = std::chrono::milliseconds(50);
constexpr core::duration progress_interval = std::chrono::milliseconds(200);

}  // namespace

// The one turn of the loop: whatever woke it, everything that can be done now is done.
void campaign::loop::advance() {
    if (over_) return;
    now_ = parts_.clock.stamp();
    for (auto& thread : threads_)
        thread->deliver(*this, *this);
    take_commit_news();
    take_rows();
    dispatcher_.on_time(now_);
    send_what_may_leave();
    commit_if_due();
    have_bound_told();
    watch_drain();
    if (now_.steady - published_at_ >= progress_interval) publish();
    if (dispatcher_.finished() && parts_.writer.idle()) {
        over_ = true;
        set_.stop();
        timer_.cancel();
        io_.stop();
        return;
    }
    arm();
}

void campaign::loop::take_commit_news() {
    const auto news = parts_.writer.take_news();
    if (!news) return;
    switch (news->what) {
        case commit_news::kind::durable:
            meter_.clear_obstacle();
            return dispatcher_.on_batch_durable(news->frame);
        case commit_news::kind::releases_refused:
            meter_.set_obstacle("the disk is full: " + news->why);
            return dispatcher_.on_releases_refused(news->frame);
        case commit_news::kind::failed:
            if (dispatcher_.halted() == std::nullopt ||
                dispatcher_.halted()->status != core::stop_status::journal_failed)
                dispatcher_.on_journal_failed(news->why);
            return dispatcher_.on_batch_durable(news->frame);
    }
}

void campaign::loop::take_rows() {
    if (const auto listed = feed_->take_suppression_change())
        dispatcher_.suppress_held([listed](core::phone_number to) { return listed->contains(to); },
                                  "added to a suppression list during the run", now_);
    if (auto warning = feed_->take_warning()) note(std::move(*warning));
    while (dispatcher_.wants_rows()) {
        auto batch = feed_->take();
        if (!batch) break;
        learn_zones();
        dispatcher_.on_rows_read(*batch, now_);
        feed_->give_back(std::move(batch));
    }
    if (feed_->take_pass_end()) {
        all_read_ = true;
        dispatcher_.on_pass_ended();
    }
    if (const auto trouble = feed_->trouble())
        dispatcher_.drain({core::stop_status::unusable, trouble->text});
    if (dispatcher_.wants_pass()) {
        dispatcher_.on_pass_begun();
        feed_->begin_pass();
    }
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

void campaign::loop::send_what_may_leave() {
    saturated_ = false;
    for (core::bot_id id = 0; id < bots_.size(); ++id) {
        auto& bot = bots_[id];
        const std::size_t open = bot.room();
        const std::size_t more =
            options_.in_flight_max -
            std::min<std::size_t>(options_.in_flight_max, dispatcher_.in_flight());
        if (open > 0) {
            dispatcher_.set_connected(id, true);
            dispatcher_.depart(id, std::min(open, more), now_, leaving_);
            for (const auto& one : leaving_)
                bot.begin(one, parts_.lanes[one.lane].from, now_.wall);
            leaving_.clear();
        }
        const auto waiting = dispatcher_.wanting(id, now_, more);
        bot.want(waiting);
        // Reports of failures in begin() come here, and may ask for another turn.
        bot.each([](carrier& one) { one.flush(); });
        saturated_ = saturated_ || more == 0 || (waiting > 0 && bot.room() == 0) ||
                     dispatcher_.in_flight() >= options_.in_flight_max;
    }
    for (const auto id : dispatcher_.take_renewals())
        bots_[id].each([](carrier& one) { one.renew_token(); });
}

void campaign::loop::commit_if_due() {
    if (!parts_.writer.idle()) return;
    const bool due = now_.steady - committed_at_ >= options_.commit_interval;
    if (!due && !dispatcher_.wants_batch_now()) return;
    if (!dispatcher_.take_batch(batch_, now_)) return;
    committed_at_ = now_.steady;
    parts_.writer.commit(batch_);
}

void campaign::loop::have_bound_told() {
    const auto asked = dispatcher_.in_doubt_asked();
    if (asked <= bound_telling_) return;
    bound_telling_ = asked;
    if (!tell_) return on_bound_told(asked);
    publish();
    tell_();
}

void campaign::loop::watch_drain() {
    if (dispatcher_.phase() != core::send_phase::draining) return;
    if (drain_until_ == core::never) {
        drain_until_ = now_.steady + options_.drain_for;
        meter_.set_drain_deadline(drain_until_);
        for (auto& bot : bots_)
            bot.each([](carrier& one) { one.drain(); });
    }
    if (now_.steady < drain_until_ || aborted_) return;
    aborted_ = true;
    for (auto& bot : bots_)
        bot.each([](carrier& one) { one.abort(); });
}

void campaign::loop::arm() {
    auto next = std::min(dispatcher_.next_due(now_), now_.steady + tick_max);
    if (dispatcher_.has_something_to_commit())
        next = std::min(next, committed_at_ + options_.commit_interval);
    next = std::max(next, now_.steady + tick_min);
    // A timer that is set already and fires soon enough is left alone: setting one is a syscall.
    if (armed_for_ > now_.steady && armed_for_ <= next) return;
    armed_for_ = next;
    timer_.expires_after(next - now_.steady);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) on_timer();
    });
}

}  // namespace tidings::runner
