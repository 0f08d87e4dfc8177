// What a seed stands for: the lists, the limits, the options and how bad the days are.
#pragma once

#include "core/calendar.hpp"
#include "core/dispatcher.hpp"
#include "core/lane_choice.hpp"
#include "core/limiter.hpp"
#include "core/retry.hpp"
#include "core/stop_rules.hpp"
#include "simulation/scripted_provider.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace tidings::simulation {

// Where the simulated world's calendar begins.
inline constexpr core::wall_time epoch{std::chrono::seconds(1'795'420'800)};

struct scenario {
    explicit scenario(std::uint64_t seed);
    // A short campaign in which nothing is left to chance: two lanes, an answer that is lost, a
    // refusal, a retry, a connection that turns out closed, a row that is screened.
    static scenario small();

    std::vector<std::vector<core::listed_row>> lists;  // one after the other, to the same bots
    std::vector<core::lane_option> lanes;
    std::vector<core::bot_id> lane_bots;
    std::vector<std::size_t> bot_accounts;  // of each bot
    std::size_t bots = 1;
    std::size_t accounts = 1;
    std::vector<core::rate_limit> lane_limits, bot_limits, account_limits;
    core::pace pace = core::pace::earliest;

    core::dispatcher_options dispatch;
    core::retry_options retry;
    core::stop_options stop;
    std::optional<duration> expires;                  // on the calendar, after the epoch
    std::vector<std::vector<core::open_span>> hours;  // of zones 1, 2 ...
    duration hours_margin{};

    // Of a hundred thousand requests, how many meet it.
    std::array<std::uint32_t, static_cast<std::size_t>(mishap::mishap_count)> mishaps{};
    std::map<core::row_number, mishap> scripted;  // of a row's first request
    duration commit_takes{};
    duration latency{};
    duration crash_every{};
    int crashes = 0;
    std::uint32_t steering_ppm = 0;  // of the turns in which somebody interferes
    std::uint32_t clock_ppm = 0;     // of the turns in which the calendar steps
    std::uint32_t suspend_ppm = 0;   // of the turns in which the machine sleeps
    bool operator_resolves = false;
    // The provider stops reading now and then, for longer than anybody waits for an answer; what
    // was written meanwhile arrives when it goes on, perhaps in the time of another process.
    bool stands_still = false;
    std::uint64_t outages = 0;  // how often an endpoint is gone, for a moment or for minutes
    std::size_t room = 0;       // requests in flight of a bot
    std::int64_t clock_offset_ns = 0;
    std::uint64_t segment_bytes = 8192;
    std::uint64_t checkpoint_bytes = 6000;

    duration window_longest() const;
    bool permits(core::zone_id zone, core::wall_time at) const;

  private:
    scenario() = default;
};

}  // namespace tidings::simulation
