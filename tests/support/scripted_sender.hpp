// Keeps a limiter's lane as busy as it allows, on a virtual clock: departs, answers after a
// scripted latency, and remembers when each message left. For tests of pace, use and refusals.
#pragma once

#include "core/limiter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace tidings::tests {

class scripted_sender {
  public:
    using duration = core::duration;
    using instant = core::instant;

    explicit scripted_sender(core::limiter& limits) : limits_(limits) {}

    // What the network does, and how late the timers are; both may be random.
    std::function<duration()> latency = [] { return duration(std::chrono::milliseconds(50)); };
    std::function<duration()> lateness = [] { return duration{}; };
    // Whether the server refuses what arrives now; it arrives when it leaves.
    std::function<std::optional<core::refusal>(instant)> refuses;

    std::vector<instant> left;  // of lane 0 .. n, in order
    std::size_t refusals = 0;
    instant now{std::chrono::seconds(1)};

    // Runs the lanes until `end`; stops early when `most` have left.
    void run_until(instant end, std::size_t most = ~std::size_t{0}) {
        const std::size_t stop_at =
            most > ~std::size_t{0} - left.size() ? most : left.size() + most;
        while (now < end && left.size() < stop_at) {
            while (!out_.empty() && out_.top().at <= now)
                come_back();
            for (core::lane_id lane = 0; lane < limits_.lane_count(); ++lane) {
                const auto room = static_cast<std::uint32_t>(
                    std::min<std::size_t>(stop_at - left.size(), 1'000'000));
                for (auto n = limits_.available(lane, now, room); n > 0; --n)
                    depart(lane);
            }
            instant next = out_.empty() ? core::never : out_.top().at;
            for (core::lane_id lane = 0; lane < limits_.lane_count(); ++lane) {
                const instant due = limits_.earliest(lane, now);
                // After a departure the next may be due at once only because of the slack.
                if (due != core::never) next = std::min(next, std::max(due, now + smallest_step));
            }
            if (next == core::never) break;
            now = std::min(next + lateness(), end);
        }
    }

    // Nothing is done for a while; what comes meanwhile is seen afterwards.
    void stall(duration how_long) {
        now += how_long;
        while (!out_.empty() && out_.top().at <= now)
            come_back();
    }

    std::size_t left_between(instant from, instant to) const {
        return static_cast<std::size_t>(std::lower_bound(left.begin(), left.end(), to) -
                                        std::lower_bound(left.begin(), left.end(), from));
    }
    // The most departures in any window of this length, its end excluded.
    std::size_t worst(duration window) const {
        std::size_t most = 0;
        for (std::size_t first = 0, last = 0; last < left.size(); ++last) {
            while (left[last] - left[first] >= window)
                ++first;
            most = std::max(most, last - first + 1);
        }
        return most;
    }

  private:
    static constexpr duration smallest_step = std::chrono::microseconds(1);

    struct flight {
        instant at;
        core::lane_id lane;
        std::optional<core::refusal> why;
        bool operator>(const flight& other) const { return at > other.at; }
    };

    void depart(core::lane_id lane) {
        limits_.take(lane, now);
        left.push_back(now);
        out_.push({now + latency(), lane, refuses ? refuses(now) : std::nullopt});
    }

    void come_back() {
        const flight one = out_.top();
        out_.pop();
        if (one.why) {
            limits_.refused(one.lane, one.at, *one.why);
            ++refusals;
        } else {
            limits_.answered(one.lane, one.at);
        }
    }

    core::limiter& limits_;
    std::priority_queue<flight, std::vector<flight>, std::greater<>> out_;
};

}  // namespace tidings::tests
