#include "tidings/runner/campaign.hpp"

#include "tidings/wire/readiness.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <signal.h>

#include "runner/bot_carriers.hpp"
#include "runner/network_bot.hpp"
#include "runner/network_thread.hpp"
#include "runner/progress_meter.hpp"
#include "runner/turn_pacing.hpp"

namespace tidings::runner {

namespace {

// Short enough for 500 messages a second to leave within 2 ms of their plan, long enough that fast
// campaigns release several at once.
constexpr core::duration tick_min = std::chrono::microseconds(500);
constexpr core::duration tick_max = std::chrono::milliseconds(50);
constexpr core::duration progress_interval = std::chrono::milliseconds(200);

// Sockets looked at in a turn: few, where other threads wait for what this one decides.
constexpr std::size_t events_alone = 128;
constexpr std::size_t events_of_conductor = 16;

core::halt_reason stopped(std::string why) {
    return {core::stop_status::stopped, std::move(why)};
}

}  // namespace

class campaign::loop final : public wire::batch_end,
                             public net::attempt_sink,
                             public carrier_listener {
  public:
    loop(campaign_parts parts, campaign_options options)
        : parts_(std::move(parts)),
          options_(options),
          set_(io_, {.events_max = options.threads > 1 ? events_of_conductor : events_alone}),
          timer_(io_),
          dispatcher_(parts_.dispatch, bots_of(parts_.lanes), parts_.limits, parts_.lane_choice,
                      parts_.hours, parts_.rules, parts_.retry, std::move(parts_.past)),
          meter_(parts_.run, parts_.limits, parts_.rules, parts_.hours.starts_at()) {}

    core::result<void> prepare();
    campaign_end run();

    void interrupt(std::string why);
    void steer(steering wish) {
        boost::asio::post(io_, [this, wish] { obey(wish); });
    }
    core::progress_snapshot snapshot() const {
        const std::scoped_lock lock(snapshot_guard_);
        return snapshot_;
    }

  private:
    static std::vector<core::bot_id> bots_of(const std::vector<campaign_lane>& lanes) {
        std::vector<core::bot_id> bots;
        for (const auto& lane : lanes)
            bots.push_back(lane.bot);
        return bots;
    }

    core::duration on_batch_end() override {
        advance();
        return rest_.rest_after({.now = now_.steady,
                                 .ended = ended_,
                                 .in_flight = dispatcher_.in_flight(),
                                 .saturated = saturated_});
    }
    void on_attempt_ended(const core::attempt_report& report) override {
        // The session has read the clock for this answer; the calendar follows by the difference.
        if (report.ended > now_.steady) {
            now_.wall +=
                std::chrono::duration_cast<std::chrono::microseconds>(report.ended - now_.steady);
            now_.steady = report.ended;
        }
        ++ended_;
        dispatcher_.on_attempt_ended(report, now_);
    }
    void on_carrier_trouble(core::bot_id bot, const net::pool_trouble& what) override;
    void on_carrier_note(std::string text) override { note(std::move(text)); }

    void on_news();
    void advance();
    void take_commit_news();
    void take_rows();
    void learn_zones();
    void send_what_may_leave();
    void commit_if_due();
    void watch_drain();
    void arm();
    void on_timer();
    void obey(const steering& wish);
    void publish();
    void note(std::string text) {
        parts_.tell(text);
        meter_.note(std::move(text));
    }

    campaign_parts parts_;
    campaign_options options_;
    boost::asio::io_context io_{1};
    wire::readiness set_;
    boost::asio::steady_timer timer_;
    core::dispatcher dispatcher_;
    progress_meter meter_;
    std::vector<std::unique_ptr<carrier>> own_;             // this thread's, by bot
    std::vector<std::unique_ptr<network_thread>> threads_;  // the others
    std::vector<bot_carriers> bots_;
    std::unique_ptr<list_feed> feed_;

    core::time_stamp now_{};
    std::vector<core::departure> leaving_;
    core::journal_batch batch_;
    turn_pacing rest_;
    std::uint64_t ended_ = 0;  // attempts
    bool saturated_ = false;   // messages are due, and there is no room for them
    core::instant committed_at_{};
    core::instant armed_for_ = core::never;
    core::instant published_at_{};
    core::zone_id zones_known_ = 0;
    core::instant drain_until_ = core::never;
    bool aborted_ = false;
    bool all_read_ = false;
    bool over_ = false;

    std::atomic<bool> news_posted_{false};
    mutable std::mutex snapshot_guard_;
    core::progress_snapshot snapshot_;
};

core::result<void> campaign::loop::prepare() {
    carrier_maker make = parts_.carriers;
    if (!make)
        make = [this](const carrier_place& where) {
            return network_bot::make(parts_.bots[where.bot], parts_.run_id, parts_.clock, where);
        };
    const std::size_t bots = parts_.bots.size();
    bots_.resize(bots);
    for (core::bot_id id = 0; id < bots; ++id) {
        auto made = make({.bot = id,
                          .threads = options_.threads,
                          .io = io_,
                          .set = set_,
                          .sink = *this,
                          .listener = *this});
        if (!made) return made.error();
        own_.push_back(std::move(*made));
        bots_[id].add(*own_.back());
    }
    while (threads_.size() + 1 < options_.threads) {
        auto fresh = std::make_unique<network_thread>(parts_.clock, [this] { on_news(); });
        if (const auto ready = fresh->prepare(make, bots, options_.threads); !ready)
            return ready.error();
        for (core::bot_id id = 0; id < bots; ++id)
            bots_[id].add(fresh->lease(id));
        threads_.push_back(std::move(fresh));
    }
    return {};
}

campaign_end campaign::loop::run() {
    const auto cpu_before = thread_cpu();
    now_ = parts_.clock.stamp();
    set_.set_batch_end(this);
    set_.start();
    parts_.writer.start([this] { on_news(); });
    feed_ = std::make_unique<list_feed>(std::move(parts_.list), std::move(parts_.suppression),
                                        parts_.clock, [this] { on_news(); });
    for (auto& thread : threads_)
        thread->start();
    boost::asio::post(io_, [this] { advance(); });
    io_.run();
    const auto reading = feed_->stop();
    core::duration elsewhere{};
    for (auto& thread : threads_)
        elsewhere += thread->stop();
    for (auto& bot : own_)
        bot->abort();
    publish();
    return {.last = snapshot(),
            .latency = dispatcher_.latencies(),
            .halted = dispatcher_.halted(),
            .finished = dispatcher_.phase() == core::send_phase::running,
            .all_read = all_read_,
            .cost = {.network = thread_cpu() - cpu_before + elsewhere, .reading = reading}};
}

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

void campaign::loop::on_timer() {
    armed_for_ = core::never;
    now_ = parts_.clock.stamp();
    for (core::bot_id id = 0; id < bots_.size(); ++id) {
        bots_[id].each([this](carrier& one) { one.on_tick(now_); });
        if (bots_[id].stats().open == 0) dispatcher_.set_connected(id, false);
    }
    advance();
}

// From another thread: one wake-up, however much there is.
void campaign::loop::on_news() {
    if (news_posted_.exchange(true, std::memory_order_acq_rel)) return;
    boost::asio::post(io_, [this] {
        news_posted_.store(false, std::memory_order_release);
        advance();
    });
}

void campaign::loop::on_carrier_trouble(core::bot_id id, const net::pool_trouble& what) {
    auto& bot = bots_[id];
    bot.reached = bot.reached || bot.stats().handshakes > 0;
    const auto before = std::exchange(bot.trouble, std::string(what.text));
    if (bot.trouble != before) note(bot.trouble);
    if (bot.reached) return;
    if (what.fatal)
        dispatcher_.give_up_bot(id, {core::stop_status::unusable, bot.trouble});
    else if (what.failures_in_a_row >= options_.first_dials_max)
        dispatcher_.give_up_bot(id, stopped("the endpoint was never reached: " + bot.trouble));
}

void campaign::loop::interrupt(std::string why) {
    boost::asio::post(io_, [this, why = std::move(why)] {
        if (dispatcher_.phase() == core::send_phase::draining)
            drain_until_ = core::instant::min();
        else
            dispatcher_.drain(stopped(why));
        advance();
    });
}

void campaign::loop::obey(const steering& wish) {
    switch (wish.wish) {
        case steering::what::pause: dispatcher_.pause(); break;
        case steering::what::go_on: dispatcher_.go_on(); break;
        case steering::what::stop: dispatcher_.drain(stopped("stopped by control")); break;
        case steering::what::rate: parts_.limits.set_rate(wish.rate, now_.steady); break;
    }
    advance();
}

void campaign::loop::publish() {
    published_at_ = now_.steady;
    if (const auto kept = parts_.row_zones.keep_ahead(parts_.hours, now_.wall); !kept)
        note(kept.error().text);
    std::string unreached;
    for (const auto& bot : bots_) {
        if (bot.stats().open > 0) {
            unreached.clear();
            break;
        }
        unreached = bot.trouble;
    }
    meter_.set_unreached(std::move(unreached));
    auto made = meter_.snapshot(dispatcher_, now_);
    if (all_read_) made.rows_total = dispatcher_.rows_read();
    for (const auto& bot : bots_) {
        const auto stats = bot.stats();
        made.connections += static_cast<std::uint32_t>(stats.open);
        if (stats.http_major != 0) made.protocol = stats.http_major == 2 ? "HTTP/2" : "HTTP/1.1";
    }
    const std::scoped_lock lock(snapshot_guard_);
    snapshot_ = std::move(made);
}

core::result<std::unique_ptr<campaign>> campaign::make(campaign_parts parts,
                                                       campaign_options options) {
    auto made = std::make_unique<loop>(std::move(parts), options);
    if (const auto ready = made->prepare(); !ready) return ready.error();
    return std::unique_ptr<campaign>(new campaign(std::move(made)));
}

campaign::campaign(std::unique_ptr<loop> made) : loop_(std::move(made)) {}
campaign::~campaign() = default;
campaign_end campaign::run() {
    return loop_->run();
}
void campaign::interrupt(std::string why) {
    loop_->interrupt(std::move(why));
}
void campaign::steer(steering wish) {
    loop_->steer(wish);
}
core::progress_snapshot campaign::snapshot() const {
    return loop_->snapshot();
}

}  // namespace tidings::runner
