// The life of a campaign's loop and its doors to other threads; its turn is campaign_turn.cpp.
#include "runner/campaign.hpp"

#include "runner/campaign_loop.hpp"
#include "runner/network_bot.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace tidings::runner {

namespace {

core::halt_reason stopped(std::string why) {
    return {core::stop_status::stopped, std::move(why)};
}

}  // namespace

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

campaign_end campaign::loop::run(std::function<void()> tell) {
    tell_ = std::move(tell);
    const auto cpu_before = thread_cpu();
    now_ = parts_.clock.stamp();
    set_.set_batch_end(this);
    set_.start();
    parts_.writer.start([this] { on_news(); });
    if (parts_.suppression) {
        const auto counts = parts_.suppression->current()->counts();
        unreadable_opt_outs_before_ = counts.unreadable;
        meter_.set_opt_outs(counts);
    }
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
            .lateness = dispatcher_.lateness(),
            .halted = dispatcher_.halted(),
            .finished = dispatcher_.phase() == core::send_phase::running,
            .all_read = dispatcher_.all_read(),
            .cost = {.network = thread_cpu() - cpu_before + elsewhere, .reading = reading}};
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
        turn_.interrupt(why);
        advance();
    });
}

void campaign::loop::obey(const steering& wish) {
    switch (wish.wish) {
        case steering::what::pause: dispatcher_.pause(); break;
        case steering::what::go_on: dispatcher_.go_on(); break;
        case steering::what::stop: dispatcher_.drain(stopped("stopped by control")); break;
        case steering::what::rate:
            parts_.limits.set_rate(wish.rate, now_.steady);
            dispatcher_.on_limits_changed();
            break;
    }
    advance();
}

void campaign::loop::publish() {
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
    for (auto& text : meter_.take_news())
        note(std::move(text));
    if (dispatcher_.all_read()) made.rows_total = dispatcher_.rows_read();
    for (const auto& bot : bots_) {
        const auto stats = bot.stats();
        made.connections += static_cast<std::uint32_t>(stats.open);
        if (stats.http_major != 0) made.protocol = stats.http_major == 2 ? "HTTP/2" : "HTTP/1.1";
    }
    std::shared_ptr<const core::progress_snapshot> shown =
        std::make_shared<core::progress_snapshot>(std::move(made));
    const std::scoped_lock lock(snapshot_guard_);
    snapshot_.swap(shown);
}

core::result<std::unique_ptr<campaign>> campaign::make(campaign_parts parts,
                                                       campaign_options options) {
    auto made = std::make_unique<loop>(std::move(parts), options);
    if (const auto ready = made->prepare(); !ready) return ready.error();
    return std::unique_ptr<campaign>(new campaign(std::move(made)));
}

campaign::campaign(std::unique_ptr<loop> made) : loop_(std::move(made)) {}
campaign::~campaign() = default;
campaign_end campaign::run(std::function<void()> tell) {
    return loop_->run(std::move(tell));
}
void campaign::interrupt(std::string why) {
    loop_->interrupt(std::move(why));
}
void campaign::steer(steering wish) {
    loop_->steer(wish);
}
void campaign::on_bound_told(std::uint64_t in_doubt_max) {
    loop_->on_bound_told(in_doubt_max);
}
void campaign::inspect(std::function<void(const core::dispatcher&, core::time_stamp)> look) {
    loop_->inspect(std::move(look));
}
core::progress_snapshot campaign::snapshot() const {
    return loop_->snapshot();
}

}  // namespace tidings::runner
