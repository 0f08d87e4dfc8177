// The proof of design.md section 4: random scopes, limits, latencies, losses, stalls and restarts,
// against a server that counts exactly. TIDINGS_SCHEDULES=1000000 runs a million schedules;
// TIDINGS_SEED=n TIDINGS_SCHEDULES=1 replays one that failed.
#include "core/limiter.hpp"
#include "support/rolling_counter.hpp"

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct scope_plan {
    scope_kind kind;
    std::string name;
    std::vector<rate_limit> limits;
    pace how;
};

// One random campaign: it knows what every message really did, and tells the limiter only what a
// sender can see.
class schedule {
  public:
    explicit schedule(std::uint64_t seed) : random_(seed), limits_(make_plan()) {}

    void run() {
        std::uint32_t left = 60 + below(400);
        while (left > 0 && !::testing::Test::HasFailure()) {
            if (chance(500)) restart();
            left -= depart(left);
            if (left > 0) pass_time();
        }
    }

    void expect_within_limits() {
        for (std::size_t s = 0; s < plans_.size(); ++s)
            for (const auto& limit : plans_[s].limits)
                EXPECT_LE(servers_[s].worst(limit.window), limit.count)
                    << plans_[s].name << ", window " << limit.window.count() << " ns";
    }

    std::size_t arrivals() const { return arrivals_; }
    std::size_t restarts() const { return restarts_; }

  private:
    struct event {
        instant at;
        lane_id lane;
        enum class kind : std::uint8_t { answer, unused, refused } what;
        std::uint64_t id;
        bool operator>(const event& other) const { return at > other.at; }
    };

    struct flight {
        lane_id lane = 0;
        instant arrives{};
    };

    std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(random_() % n); }
    bool chance(std::uint32_t one_in) { return below(one_in) == 0; }
    duration up_to(duration most) {
        return duration(
            static_cast<std::int64_t>(random_() % (1 + static_cast<std::uint64_t>(most.count()))));
    }

    rate_limit random_limit() {
        const duration window =
            milliseconds(20) + up_to(chance(3) ? seconds(20) : milliseconds(800));
        return {1 + below(chance(3) ? 200 : 12), window};
    }

    void add_plan(scope_kind kind, std::string name, std::uint32_t limits_most) {
        scope_plan plan{kind, std::move(name), {}, static_cast<pace>(below(3))};
        for (std::uint32_t i = below(limits_most + 1); i > 0; --i)
            plan.limits.push_back(random_limit());
        plans_.push_back(std::move(plan));
        servers_.emplace_back(tests::server_clock{
            static_cast<std::int64_t>(random_() % 1'000'000'000'000), below(101), 1});
    }

    limiter make_plan() {
        add_plan(scope_kind::account, "main", 2);
        const auto bots = 1 + below(2);
        for (std::uint32_t b = 0; b < bots; ++b) {
            add_plan(scope_kind::bot, "st-" + std::to_string(b), 3);
            const std::size_t bot = plans_.size() - 1;
            const auto senders = 1 + below(3);
            for (std::uint32_t s = 0; s < senders; ++s) {
                add_plan(scope_kind::sender, std::to_string(b) + "/" + std::to_string(s), 1);
                lanes_.push_back({0, bot, plans_.size() - 1});
            }
        }
        latency_ = milliseconds(1) + up_to(milliseconds(chance(4) ? 3000 : 150));
        refuses_ = chance(4);
        return fresh();
    }

    limiter fresh() const {
        limiter made;
        std::vector<scope_id> ids;
        for (const auto& plan : plans_)
            ids.push_back(made.add_scope(plan.kind, plan.name, plan.limits, plan.how));
        for (const auto& lane : lanes_) {
            const scope_id scopes[] = {ids[lane[0]], ids[lane[1]], ids[lane[2]]};
            made.add_lane(scopes);
        }
        return made;
    }

    instant here(instant real) const { return real - boot_; }

    std::uint32_t depart(std::uint32_t most) {
        std::uint32_t left = 0;
        const auto first = below(lanes_.size());
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            const auto lane = static_cast<lane_id>((first + i) % lanes_.size());
            const auto allowed = limits_.available(lane, here(now_), most - left);
            EXPECT_EQ(allowed > 0, most > left && limits_.earliest(lane, here(now_)) <= here(now_));
            for (std::uint32_t n = 0; n < allowed; ++n) {
                EXPECT_LE(limits_.earliest(lane, here(now_)), here(now_));
                limits_.take(lane, here(now_));
                begin_one(lane);
            }
            left += allowed;
        }
        return left;
    }

    void begin_one(lane_id lane) {
        duration latency = up_to(latency_);
        if (chance(30)) latency += up_to(seconds(5));
        event ends{now_ + latency, lane, event::kind::answer, ++ids_};
        if (chance(20))
            ends.what = event::kind::unused;
        else if (refuses_ && chance(60))
            ends.what = event::kind::refused;
        // Somewhere between departure and answer it arrives; one in doubt perhaps never.
        const bool arrives = ends.what != event::kind::unused && !chance(40);
        in_flight_[ends.id] = {lane, arrives ? now_ + up_to(latency) : never};
        events_.push(ends);
    }

    void arrive(const flight& one) {
        if (one.arrives == never) return;
        ++arrivals_;
        for (const auto s : lanes_[one.lane])
            servers_[s].arrived(one.arrives);
    }

    void pass_time() {
        instant next = events_.empty() ? never : events_.top().at;
        for (lane_id lane = 0; lane < lanes_.size(); ++lane) {
            const instant when = limits_.earliest(lane, here(now_));
            if (when != never) next = std::min(next, std::max(when, here(now_)) + boot_);
        }
        ASSERT_NE(next, never) << "nothing in flight and nothing may ever leave: "
                               << in_words(limits_.why_waiting(0, here(now_)));
        now_ = std::max(now_, next);
        if (chance(3)) now_ += up_to(milliseconds(3));               // a late timer
        if (chance(80)) now_ += up_to(seconds(chance(4) ? 40 : 1));  // a stall, a pause, a suspend
        while (!events_.empty() && events_.top().at <= now_)
            end_one();
    }

    void end_one() {
        const event ended = events_.top();
        events_.pop();
        const auto found = in_flight_.find(ended.id);
        if (found == in_flight_.end()) return;  // of a process that died
        arrive(found->second);
        in_flight_.erase(found);
        // Either the time stamp of the answer, or only when the loop came round to it.
        const instant seen = chance(2) ? ended.at : now_;
        switch (ended.what) {
            case event::kind::answer: limits_.answered(ended.lane, here(seen)); break;
            case event::kind::unused: limits_.returned_unused(ended.lane); return;
            case event::kind::refused: {
                refusal why{static_cast<answer_text>(2 + below(3)), {}};
                if (chance(2)) why.retry_after = up_to(seconds(3));
                limits_.refused(ended.lane, here(seen), why);
                break;
            }
        }
        facts_.push_back({seen, ended.lane});
    }

    // The process ends and another begins: from the bot's state file, or from the journal alone,
    // perhaps on another boot, where the pacing clock has begun anew.
    void restart() {
        ++restarts_;
        const bool by_state = chance(2);
        auto known = limits_.snapshot();
        const duration old_boot = boot_;
        now_ += up_to(chance(2) ? seconds(2) : milliseconds(5));
        if (chance(3)) boot_ = now_.time_since_epoch() - up_to(seconds(100));
        limits_ = fresh();
        if (by_state) {
            for (auto& window : known)
                for (auto& spent : window.spent)
                    spent.answered += old_boot - boot_;
            limits_.restore(known, here(now_));
        } else {
            if (chance(4)) std::shuffle(facts_.begin(), facts_.end(), random_);
            for (const auto& [at, lane] : facts_) {
                // Not every answer had become durable: those rows are in doubt and count as now.
                const bool durable = !chance(10);
                limits_.spent_before(lane, durable ? here(at) : here(now_), here(now_));
            }
            for (const auto& [id, one] : in_flight_)
                limits_.spent_before(one.lane, here(now_), here(now_));
        }
        // Whatever was on its way arrives before the new process begins, or never.
        for (auto& [id, one] : in_flight_) {
            if (one.arrives != never) one.arrives = std::min(one.arrives, now_);
            arrive(one);
            facts_.push_back({now_, one.lane});
        }
        in_flight_.clear();
    }

    std::mt19937_64 random_;
    std::vector<scope_plan> plans_;
    std::vector<tests::rolling_counter> servers_;
    std::vector<std::array<std::size_t, 3>> lanes_;
    duration latency_{};
    bool refuses_ = false;
    limiter limits_;
    instant now_{seconds(1000)};  // real time; the limiter sees it since the last boot
    duration boot_{};
    std::priority_queue<event, std::vector<event>, std::greater<>> events_;
    std::map<std::uint64_t, flight> in_flight_;
    std::vector<std::pair<instant, lane_id>> facts_;
    std::uint64_t ids_ = 0;
    std::size_t arrivals_ = 0;
    std::size_t restarts_ = 0;
};

TEST(limiter_proof, no_window_is_ever_over_its_limit) {
    const auto seed = from_environment("TIDINGS_SEED", 1);
    const auto count = from_environment("TIDINGS_SCHEDULES", 1500);
    std::size_t arrivals = 0;
    std::size_t restarts = 0;
    for (std::uint64_t s = seed; s < seed + count && !HasFailure(); ++s) {
        SCOPED_TRACE("TIDINGS_SEED=" + std::to_string(s) + " TIDINGS_SCHEDULES=1 replays it");
        schedule one(s);
        one.run();
        one.expect_within_limits();
        arrivals += one.arrivals();
        restarts += one.restarts();
    }
    std::cout << "seeds " << seed << ".." << seed + count - 1 << ": " << arrivals << " arrivals, "
              << restarts << " restarts, no window over its limit\n";
    EXPECT_GT(arrivals, count * 30);
}

// The counter itself can fail: a sender that takes its slot back too early is caught.
TEST(limiter_proof, the_counter_sees_one_too_many) {
    tests::rolling_counter server({.offset_ns = -5, .slow_ppm = 0, .tick_ns = 1});
    for (const int ms : {0, 400, 999, 1000})
        server.arrived(instant(milliseconds(ms)));
    EXPECT_EQ(server.worst(seconds(1)), 4U);
    EXPECT_EQ(server.worst(milliseconds(999)), 3U);
}

}  // namespace
}  // namespace tidings::core
