// A further network thread: sockets, tokens and timers of its own. The conducting thread, which
// owns the dispatcher and with it limits and fates, leases it departures in batches and takes
// reports back in batches. A departure that finds its room gone (a connection was lost while it
// crossed) is given back untouched, so that it never waits here.
//
// prepare() to stop() are the conductor's; what runs in between on the thread is private.
#pragma once

#include "runner/carrier.hpp"
#include "runner/clock.hpp"
#include "runner/thread_news.hpp"
#include "runner/thread_rest.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tidings::runner {

class network_thread final : private net::attempt_sink,
                             private carrier_listener,
                             private wire::batch_end {
  public:
    // `on_news` is called on this thread whenever there may be something to deliver.
    network_thread(const system_clock& clock, std::function<void()> on_news);
    ~network_thread();
    network_thread(const network_thread&) = delete;
    network_thread& operator=(const network_thread&) = delete;

    core::result<void> prepare(const carrier_maker& make, std::size_t bots, std::size_t threads);
    void start();
    // Ends it where it is and joins; returns what it has used of a processor.
    core::duration stop();

    // The bot's carrier as the conductor sees it: departures given to it cross at its flush().
    carrier& lease(core::bot_id bot);
    // What has come back since; `sink` and `listener` are called.
    void deliver(net::attempt_sink& sink, carrier_listener& listener);

  private:
    class leased_carrier;

    struct leased_departure {
        core::departure what;
        core::phone_number from;
        core::bot_id bot = 0;
    };
    struct bot_orders {
        std::size_t wanted = 0;
        bool renew = false;
        bool drain = false;
        bool abort = false;
    };
    struct orders {
        std::vector<leased_departure> leaving;
        std::vector<bot_orders> bots;
    };

    // conductor's side
    void cross();

    // the thread's side
    void on_attempt_ended(const core::attempt_report& report) override;
    void on_carrier_trouble(core::bot_id bot, const net::pool_trouble& what) override {
        news_.add(bot, what);
    }
    void on_carrier_note(std::string text) override { news_.add(std::move(text)); }
    wire::rest on_batch_end() override;
    void take_orders();
    void obey(const bot_orders& given, carrier& bot);
    void finish_turn();
    void tell();
    void arm_tick();

    const system_clock& clock_;
    std::function<void()> on_news_;
    boost::asio::io_context io_{1};
    wire::readiness set_;
    boost::asio::steady_timer tick_;
    std::vector<std::unique_ptr<carrier>> bots_;
    std::vector<std::unique_ptr<leased_carrier>> leases_;
    std::thread thread_;
    core::duration cpu_{};

    // conductor's side
    orders gathered_;
    thread_news delivered_;

    // between the two
    std::mutex guard_;
    orders crossing_;
    thread_news returning_;
    bool news_waiting_ = false;
    bool orders_waiting_ = false;

    // the thread's side
    orders taken_;
    thread_news news_;
    std::vector<std::uint64_t> taken_over_;  // departures, by bot
    thread_rest rest_;
    std::uint64_t begun_ = 0;
    std::uint64_t ended_ = 0;
    bool saturated_ = false;
};

}  // namespace tidings::runner
