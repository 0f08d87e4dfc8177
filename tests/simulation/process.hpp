// What of a simulated world lives in one process and dies with it.
#pragma once

#include "core/turn.hpp"
#include "runner/progress_meter.hpp"
#include "simulation/world.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::simulation {

struct world::process {
    static core::calendar hours_of(const scenario& plan) {
        core::calendar_options options;
        options.margin = plan.hours_margin;
        if (plan.expires)
            options.expires_at =
                epoch + std::chrono::duration_cast<std::chrono::microseconds>(*plan.expires);
        core::calendar made(options);
        for (std::size_t i = 0; i < plan.hours.size(); ++i)
            made.set_row_zone(static_cast<core::zone_id>(i + 1),
                              made.add_zone("zone " + std::to_string(i), plan.hours[i]));
        return made;
    }

    static core::turn_options turn_options() {
        core::turn_options options;
        options.commit_interval = milliseconds(50);
        options.drain_for = std::chrono::seconds(5);
        options.rest_max = std::chrono::seconds(5);
        return options;
    }

    process(const scenario& plan, std::unique_ptr<core::limiter> filled,
            std::unique_ptr<run::session> opened, core::time_stamp now, std::size_t requests_before)
        : session(std::move(opened)),
          limits_held(std::move(filled)),
          limits(*limits_held),
          lanes(plan.lanes, {.move_rows = true}),
          hours(hours_of(plan)),
          rules(plan.stop, now.steady, session->past().texted),
          dispatcher(plan.dispatch, plan.lane_bots, limits, lanes, hours, rules,
                     core::retry_policy(plan.retry), std::move(session->past().rows)),
          turn(dispatcher, plan.bots, turn_options()),
          meter("run", limits, rules, std::nullopt),
          writer(session->recorder()),
          in_flight(plan.bots, 0),
          in_flight_most(plan.bots, 0),
          token(plan.bots, 0),
          connected_from(plan.bots),
          first_request(requests_before) {}

    std::unique_ptr<run::session> session;
    std::unique_ptr<core::limiter> limits_held;
    core::limiter& limits;
    core::lane_choice lanes;
    core::calendar hours;
    core::stop_rules rules;
    core::dispatcher dispatcher;
    core::turn turn;
    core::instant rests_until{};
    bool over = false;

    runner::progress_meter meter;
    store::recorder& writer;
    core::journal_batch batch;
    store::commit_news news;
    writing phase = writing::idle;
    duration writer_next{};
    duration learned_kept_at{};

    std::size_t cursor = 0;
    duration reader_next{};
    bool reading = true;
    bool first_pass = true;

    std::map<core::ticket, std::size_t> out;  // requests that were not reported yet
    std::vector<std::size_t> in_flight;       // of each bot
    std::vector<std::size_t> in_flight_most;  // likewise
    std::vector<std::uint32_t> token;         // of each bot
    std::vector<duration> connected_from;
    std::uint64_t bound_telling = 0;
    std::size_t first_request = 0;

    duration paused_until{};
    duration disk_full_until{};
};

}  // namespace tidings::simulation
