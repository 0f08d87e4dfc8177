// An endpoint in memory that has an outage, and a campaign that sends through a circuit_breaker: a
// small world of events with a clock of its own. It counts what the outage cost.
#pragma once

#include "core/circuit_breaker.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace tidings::core {

enum class outage_kind : std::uint8_t {
    none,
    at_once,      // every request is answered with trouble, at once
    later,        // after the usual time
    silent,       // not at all: told after the timeout
    half,         // every second one at once, by chance
    half_later,   // every second one when the front has asked the dead half for three seconds
    half_silent,  // every second one not at all
    flapping,     // gone and back every four seconds
};

struct outage {
    outage_kind kind = outage_kind::at_once;
    double rate = 200;               // messages a second, when nothing holds them up
    std::uint32_t at_once_max = 64;  // connections
    duration latency = std::chrono::milliseconds(20);
    duration calm = std::chrono::seconds(30);  // before it
    std::uint32_t slower_before = 1;           // so many times, until shortly before it
    duration lasts = std::chrono::seconds(5);
    duration after = std::chrono::minutes(30);  // watched for so long
    duration timeout = std::chrono::seconds(150);
    duration killed_after{};  // of its beginning; 0: not
    double noise = 0;         // of troubled answers, all the time
    trouble_options options{};
};

struct outage_cost {
    std::uint64_t left = 0;
    std::uint64_t troubled = 0;        // messages in doubt, from the outage on
    std::uint64_t under_way_then = 0;  // the most shortly before it
    bool well_again = false;
    duration back_after{};  // from its end to the first message accepted after it
};

class outage_world {
  public:
    outage_world(const outage& plan, std::uint64_t seed)
        : plan_(plan),
          random_(seed),
          breaker_(std::make_unique<circuit_breaker>(plan.options)),
          begins_(instant{} + plan.calm),
          ends_(begins_ + (plan.kind == outage_kind::none ? duration{} : plan.lasts)) {}

    outage_cost run() {
        const duration step{static_cast<std::int64_t>(1e9 / plan_.rate)};
        instant due{};
        const instant end = ends_ + plan_.after;
        while (now_ < end) {
            now_ = std::min({next_event(), due, std::max(breaker_->next_due(), now_ + tick), end});
            kill_if_due();
            breaker_->on_time(now_, random_);
            deliver();
            if (breaker_->wants_question(now_)) ask();
            if (now_ < due) continue;
            due = now_ + step;
            // No catching up: what could not leave waits for the next turn.
            if (breaker_->room() > 0 && out_.size() < plan_.at_once_max) leave();
            if (cost_.well_again && breaker_->phase() == breaker_phase::well &&
                now_ > ends_ + std::chrono::seconds(10) && plan_.kind != outage_kind::none)
                break;
        }
        return cost_;
    }

  private:
    static constexpr duration tick = std::chrono::microseconds(500);
    static constexpr duration busy_until = std::chrono::milliseconds(300);

    struct event {
        answer_watch::number which = 0;
        instant left{};
        endpoint_sign sign = endpoint_sign::well;
        bool answered = true;
        bool question = false;
        std::uint32_t process = 0;
    };

    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    instant next_event() const { return events_.empty() ? never : events_.begin()->first; }

    bool is_gone() {
        if (now_ < begins_ || now_ >= ends_) return chance() < plan_.noise;
        switch (plan_.kind) {
            case outage_kind::none: return false;
            case outage_kind::at_once:
            case outage_kind::later:
            case outage_kind::silent: return true;
            case outage_kind::half:
            case outage_kind::half_later:
            case outage_kind::half_silent: return chance() < 0.5;
            case outage_kind::flapping: return (now_ - begins_) / std::chrono::seconds(4) % 2 == 0;
        }
        return false;
    }

    void schedule(event one) {
        const bool gone = is_gone();
        one.left = now_;
        one.process = process_;
        one.sign = gone ? endpoint_sign::trouble : endpoint_sign::well;
        // From half the latency to one and a half.
        const auto spread = chance() * static_cast<double>(plan_.latency.count());
        duration takes = plan_.latency / 2 + duration(static_cast<std::int64_t>(spread));
        if (now_ < begins_ - busy_until) takes *= plan_.slower_before;
        const bool silent =
            plan_.kind == outage_kind::silent || plan_.kind == outage_kind::half_silent;
        if (gone && silent) {
            takes = one.question ? std::chrono::seconds(30) : plan_.timeout;
            one.answered = false;
        } else if (gone && plan_.kind == outage_kind::half_later) {
            takes = std::chrono::seconds(3);
        } else if (gone && plan_.kind != outage_kind::later) {
            takes = tick;
        }
        events_.emplace(now_ + takes, one);
    }

    void leave() {
        event one;
        one.which = breaker_->on_left(now_);
        out_.insert(one.which);
        ++cost_.left;
        if (now_ < begins_ && now_ >= begins_ - looked_back())
            cost_.under_way_then = std::max<std::uint64_t>(cost_.under_way_then, out_.size());
        schedule(one);
    }

    duration looked_back() const {
        return plan_.slower_before > 1 ? duration(std::chrono::milliseconds(50))
                                       : duration(std::chrono::seconds(3));
    }

    void ask() {
        breaker_->on_question_left();
        schedule({.question = true});
    }

    void deliver() {
        while (next_event() <= now_) {
            const event one = events_.begin()->second;
            events_.erase(events_.begin());
            if (one.process != process_) continue;
            if (one.question) {
                breaker_->on_question_ended(one.sign, now_, random_);
                continue;
            }
            out_.erase(one.which);
            if (one.sign == endpoint_sign::trouble && now_ >= begins_) ++cost_.troubled;
            if (one.sign == endpoint_sign::well && one.left >= ends_ && !cost_.well_again) {
                cost_.well_again = true;
                cost_.back_after = now_ - ends_;
            }
            breaker_->on_ended(one.which, one.left, one.sign, one.answered, now_, random_);
        }
    }

    // What is under way then is in doubt, and the next process knows what the last one knew.
    void kill_if_due() {
        if (plan_.killed_after == duration{} || process_ > 0) return;
        if (now_ < begins_ + plan_.killed_after) return;
        ++process_;
        cost_.troubled += out_.size();
        out_.clear();
        const auto start =
            breaker_->since() != never ? breaker_start::troubled : breaker_start::careful;
        breaker_ = std::make_unique<circuit_breaker>(plan_.options, start, now_);
    }

    outage plan_;
    std::mt19937_64 random_;
    std::unique_ptr<circuit_breaker> breaker_;
    instant begins_;
    instant ends_;
    instant now_{};
    std::uint32_t process_ = 0;
    std::multimap<instant, event> events_;
    std::set<answer_watch::number> out_;
    outage_cost cost_;
};

inline outage_cost run_through(const outage& plan, std::uint64_t seed) {
    return outage_world(plan, seed).run();
}

}  // namespace tidings::core
