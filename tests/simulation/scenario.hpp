// What a seed stands for: the list, the limits, the options and how bad the days are.
#pragma once

#include "tidings/core/calendar.hpp"
#include "tidings/core/dispatcher.hpp"
#include "tidings/core/lane_choice.hpp"
#include "tidings/core/limiter.hpp"
#include "tidings/core/retry.hpp"
#include "tidings/core/stop_rules.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "simulation/scripted_provider.hpp"

namespace tidings::simulation {

struct scenario {
    explicit scenario(std::uint64_t seed);

    std::vector<core::listed_row> rows;
    std::vector<core::lane_option> lanes;
    std::vector<core::bot_id> lane_bots;
    std::size_t bots = 1;
    std::vector<core::rate_limit> lane_limits, bot_limits, account_limits;
    core::pace pace = core::pace::earliest;

    core::dispatcher_options dispatch;
    core::retry_options retry;
    core::stop_options stop;
    std::optional<duration> expires;  // world time

    // Of a hundred thousand requests, how many meet it.
    std::array<std::uint32_t, static_cast<std::size_t>(mishap::mishap_count)> mishaps{};
    duration commit_takes{};
    duration latency{};
    duration crash_every{};
    int crashes = 0;
    std::uint32_t steering_ppm = 0;  // of the turns in which somebody interferes
    std::size_t room = 0;            // requests in flight of a bot
    std::int64_t clock_offset_ns = 0;

    duration window_longest() const;
};

}  // namespace tidings::simulation
