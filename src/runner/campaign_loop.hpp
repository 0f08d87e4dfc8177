// The campaign's loop: what the conducting thread has in its hands and what it does in a turn.
// campaign.cpp has its life and its doors to other threads, campaign_turn.cpp the turn. It decides
// neither about rows (core/dispatcher) nor what comes next (core/turn).
#pragma once

#include "runner/bot_carriers.hpp"
#include "runner/campaign.hpp"
#include "runner/network_thread.hpp"
#include "runner/progress_meter.hpp"
#include "runner/question_desk.hpp"
#include "runner/thread_rest.hpp"
#include "wire/readiness.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tidings::runner {

class campaign::loop final : public wire::batch_end,
                             public net::attempt_sink,
                             public carrier_listener {
  public:
    loop(campaign_parts parts, campaign_options options)
        : parts_(std::move(parts)),
          options_(options),
          set_(io_, {.events_max = options.threads > 1 ? events_of_conductor : events_alone}),
          alarm_{.timer = boost::asio::steady_timer(io_)},
          dispatcher_(parts_.dispatch, bots_of(parts_.lanes), parts_.limits, parts_.lane_choice,
                      parts_.hours, parts_.rules, parts_.retry, std::move(parts_.past)),
          turn_(dispatcher_, parts_.bots.size(), options.turn),
          meter_(parts_.run, parts_.limits, parts_.rules, parts_.hours.starts_at()),
          questions_(parts_.bots, parts_.clock, [this](asked_endpoint told) {
              boost::asio::post(io_, [this, told = std::move(told)] { on_asked(told); });
          }) {}

    core::result<void> prepare();
    campaign_end run(std::function<void()> tell);

    void interrupt(std::string why);
    void steer(steering wish) {
        boost::asio::post(io_, [this, wish] { obey(wish); });
    }
    void inspect(std::function<void(const core::dispatcher&, core::time_stamp)> look) {
        boost::asio::post(io_, [this, look = std::move(look)] { look(dispatcher_, now_); });
    }
    void on_bound_told(std::uint64_t rows) {
        boost::asio::post(io_, [this, rows] {
            dispatcher_.on_bound_told(rows);
            advance();
        });
    }
    // Copied outside the lock, so that the network thread never waits for who looks.
    core::progress_snapshot snapshot() const {
        std::unique_lock lock(snapshot_guard_);
        const auto shown = snapshot_;
        lock.unlock();
        return *shown;
    }

  private:
    // Sockets looked at in a turn: few, where other threads wait for what this one decides.
    static constexpr std::size_t events_alone = 128;
    static constexpr std::size_t events_of_conductor = 16;

    struct alarm {
        boost::asio::steady_timer timer;
        core::instant at = core::never;  // set for then
    };

    static std::vector<core::bot_id> bots_of(const std::vector<campaign_lane>& lanes) {
        std::vector<core::bot_id> bots;
        for (const auto& lane : lanes)
            bots.push_back(lane.bot);
        return bots;
    }

    wire::rest on_batch_end() override {
        advance();
        return rest_.after({.now = now_.steady,
                            .ended = ended_,
                            .in_flight = dispatcher_.in_flight(),
                            .saturated = saturated_},
                           own_);
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

    void on_asked(const asked_endpoint& told);
    void on_news();
    void advance();
    bool perform(const core::turn_action& action);
    void tick();
    void take_commit_news();
    void take_rows();
    void take_list_news();
    void take_opt_outs();
    void learn_zones();
    void depart(const core::turn_action& action);
    void tell_bound(std::uint64_t rows);
    void arm(core::instant until);
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
    alarm alarm_;
    core::dispatcher dispatcher_;
    core::turn turn_;
    progress_meter meter_;
    std::vector<std::unique_ptr<carrier>> own_;             // this thread's, by bot
    std::vector<std::unique_ptr<network_thread>> threads_;  // the others
    std::vector<bot_carriers> bots_;
    std::unique_ptr<list_feed> feed_;

    core::time_stamp now_{};
    thread_rest rest_;
    std::uint64_t ended_ = 0;  // attempts
    bool saturated_ = false;   // messages are due, and there is no room for them
    core::zone_id zones_known_ = 0;
    std::function<void()> tell_;
    std::uint64_t unreadable_opt_outs_before_ = 0;  // when the run began
    bool over_ = false;

    std::atomic<bool> news_posted_{false};
    mutable std::mutex snapshot_guard_;
    // Also of those who are copying it.
    std::shared_ptr<const core::progress_snapshot> snapshot_ =
        std::make_shared<core::progress_snapshot>();
    question_desk questions_;  // its threads end first
};

}  // namespace tidings::runner
