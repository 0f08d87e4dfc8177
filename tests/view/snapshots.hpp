// A run in full swing, for the views' tests.
#pragma once

#include "core/progress.hpp"

namespace tidings::view {

inline core::progress_snapshot a_snapshot() {
    using namespace std::chrono_literals;
    using core::outcome;
    core::progress_snapshot made;
    made.run = "november-reminder";
    made.phase = core::run_phase::running;
    made.rows_read = 1'000'000;
    made.rows_total = 1'000'000;
    made.ended[outcome::accepted] = 410'113;
    made.ended[outcome::rejected] = 12;
    made.ended[outcome::unknown] = 3;
    made.ended[outcome::invalid] = 1'204;
    made.ended[outcome::duplicate] = 533;
    made.ended[outcome::suppressed] = 135;
    made.in_flight = 12;
    made.in_doubt_max = 25;
    made.requests = 410'169;
    made.retries = 41;
    made.rate_now = 9.98;
    made.rate_mean = 9.971;
    made.latency = {43'100us, 61ms, 210ms, 1200ms, 4200ms};
    made.started = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 8h;
    made.now = made.started + 11h + 25min;
    made.elapsed = 11h + 25min;
    made.finish_expected = made.now + 16h + 22min;
    made.connections = 8;
    made.protocol = "HTTP/2";
    made.limits = {{core::scope_kind::bot,
                    "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440",
                    {600, 60s},
                    {},
                    300,
                    600,
                    12min + 4s},
                   {core::scope_kind::sender, "+16693422058", {10, 1s}, {}, 3, 5, 0s}};
    return made;
}

inline core::run_summary a_summary() {
    core::run_summary made;
    made.last = a_snapshot();
    made.last.phase = core::run_phase::finished;
    made.finished = made.last.now;
    made.exit_status = 7;
    made.reason = "Stopped by tidings control stop.";
    return made;
}

}  // namespace tidings::view
