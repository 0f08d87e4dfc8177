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

#include "runner/network_bot.hpp"
#include "runner/progress_meter.hpp"

namespace tidings::runner {

namespace {

// Short enough for 500 messages a second to leave within 2 ms of their plan, long enough that fast
// campaigns release several at once.
constexpr core::duration tick_min = std::chrono::microseconds(500);
constexpr core::duration tick_max = std::chrono::milliseconds(50);
constexpr core::duration progress_interval = std::chrono::milliseconds(200);

core::halt_reason stopped(std::string why) {
    return {core::stop_status::stopped, std::move(why)};
}

}  // namespace

class campaign::loop final : public wire::batch_end, public net::attempt_sink, public bot_listener {
  public:
    loop(campaign_parts parts, campaign_options options)
        : parts_(std::move(parts)),
          options_(options),
          set_(io_),
          timer_(io_),
          dispatcher_(parts_.dispatch, bots_of(parts_.lanes), parts_.limits, parts_.lane_choice,
                      parts_.hours, parts_.rules, parts_.retry, std::move(parts_.past)),
          meter_(parts_.run, parts_.limits, parts_.hours.starts_at()) {}

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

    void on_batch_end() override { advance(); }
    void on_attempt_ended(const core::attempt_report& report) override {
        // The session has read the clock for this answer; the calendar follows by the difference.
        if (report.ended > now_.steady) {
            now_.wall +=
                std::chrono::duration_cast<std::chrono::microseconds>(report.ended - now_.steady);
            now_.steady = report.ended;
        }
        dispatcher_.on_attempt_ended(report, now_);
    }
    void on_bot_trouble(core::bot_id bot, const net::pool_trouble& what) override;

    void on_news();
    void advance();
    void take_commit_news();
    void take_rows();
    void learn_zones();
    void begin(network_bot& bot, const core::departure& one);
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
    std::vector<std::unique_ptr<network_bot>> bots_;
    std::unique_ptr<list_feed> feed_;

    core::time_stamp now_{};
    std::vector<core::departure> leaving_;
    core::journal_batch batch_;
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
    for (core::bot_id id = 0; id < parts_.bots.size(); ++id) {
        const auto& setup = parts_.bots[id];
        auto trust = net::trust::make(setup.trust);
        if (!trust) return trust.error();
        auto tokens = bot_tokens::make(setup.signer, setup.token_each, parts_.run_id);
        if (!tokens) return tokens.error();
        bots_.push_back(std::make_unique<network_bot>(id, std::move(*tokens), std::move(*trust),
                                                      setup, io_, set_, parts_.clock, *this,
                                                      *this));
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
    boost::asio::post(io_, [this] { advance(); });
    io_.run();
    const auto reading = feed_->stop();
    for (auto& bot : bots_)
        bot->pool.abort();
    publish();
    return {.last = snapshot(),
            .latency = dispatcher_.latencies(),
            .halted = dispatcher_.halted(),
            .finished = dispatcher_.phase() == core::send_phase::running,
            .all_read = all_read_,
            .cost = {.network = thread_cpu() - cpu_before, .reading = reading}};
}

// The one turn of the loop: whatever woke it, everything that can be done now is done.
void campaign::loop::advance() {
    if (over_) return;
    now_ = parts_.clock.stamp();
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
        dispatcher_.suppress_held([&](core::phone_number to) { return listed->contains(to); },
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

void campaign::loop::begin(network_bot& bot, const core::departure& one) {
    const auto token = bot.tokens.token_for(one.row, one.released_at, now_.wall);
    if (token.empty()) {
        note("no token could be signed: out of memory?");
        core::attempt_report none;
        none.which = one.which;
        none.ended = now_.steady;
        return dispatcher_.on_attempt_ended(none, now_);
    }
    bot.pool.begin(
        {.which = one.which, .from = parts_.lanes[one.lane].from, .to = one.to, .token = token});
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
    for (core::bot_id id = 0; id < bots_.size(); ++id) {
        auto& bot = *bots_[id];
        const std::size_t open = bot.pool.room();
        const std::size_t more =
            options_.in_flight_max -
            std::min<std::size_t>(options_.in_flight_max, dispatcher_.in_flight());
        if (open > 0) {
            dispatcher_.set_connected(id, true);
            dispatcher_.depart(id, std::min(open, more), now_, leaving_);
            for (const auto& one : leaving_)
                begin(bot, one);
            leaving_.clear();
        }
        // Reports of failures in begin() come here, and may ask for another turn.
        bot.pool.flush();
        bot.pool.want(dispatcher_.wanting(id, now_, more));
    }
    for (const auto id : dispatcher_.take_renewals())
        if (const auto renewed = bots_[id]->tokens.renew_after_refusal(); !renewed)
            note("no new token can be made: " + renewed.error().text);
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
        for (auto& bot : bots_)
            bot->pool.drain();
    }
    if (now_.steady < drain_until_ || aborted_) return;
    aborted_ = true;
    for (auto& bot : bots_)
        bot->pool.abort();
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
    for (auto& bot : bots_) {
        bot->pool.on_tick(now_.steady);
        if (bot->pool.stats().open == 0) dispatcher_.set_connected(bot->id(), false);
        bot->tokens.renew_if_due(now_.wall);
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

void campaign::loop::on_bot_trouble(core::bot_id id, const net::pool_trouble& what) {
    auto& bot = *bots_[id];
    bot.reached = bot.reached || bot.pool.stats().handshakes > 0;
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
    auto made = meter_.snapshot(dispatcher_, now_);
    if (all_read_) made.rows_total = dispatcher_.rows_read();
    for (const auto& bot : bots_) {
        const auto stats = bot->pool.stats();
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
