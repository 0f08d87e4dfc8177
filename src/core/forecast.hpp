// When a campaign will be done: the same limiter and calendar run ahead on a virtual clock
// (core/virtual_run), so that `plan`, the progress block and the run agree. It does not know the
// list, only how many rows each lane has in each zone; it assumes that everything is accepted.
//
// What would be the same twice is run once. Lanes that share no limit are run apart, and of those
// that are alike one. Long steady stretches are skipped: when two spans of the longest window's
// length in a row let the same number of messages through, the following ones will too, until a
// zone opens or closes or a lane runs out. Agrees with the run message by message to 1 % (tested),
// and where a single limit decides to 0.1 %. What it costs grows with rows and with lanes, never
// with their product.
#pragma once

#include "core/calendar.hpp"
#include "core/limit_plan.hpp"
#include "core/limiter.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tidings::core {

// Rows of one lane that are judged by one zone of the calendar (0: open at any time).
struct forecast_load {
    lane_id lane = 0;  // lane_none: whichever can send them the soonest
    zone_id zone = 0;
    std::uint64_t rows = 0;
};

struct forecast_options {
    duration latency = std::chrono::milliseconds(50);  // of every answer; > 0
    // How long answers take where that is known: values that are equally likely, all > 0, at most
    // latencies_max. A pace loses by a late answer and wins nothing by an early one, so that the
    // mean alone promises too much where windows are short. Empty: every one takes `latency`.
    std::vector<duration> latencies{};
    static constexpr std::size_t latencies_max = 64;
    // False: message by message and all lanes at once, for checking.
    bool skip = true;
    std::vector<bool> lanes_out{};  // take none of the rows that any lane may send; empty: all do
    // What core/stop_rules would do when all goes well; 0: off.
    std::uint64_t canary = 0;        // after so many, the answers to all of them come first
    std::uint64_t messages_max = 0;  // no more than these leave; the rest is left over
    duration duration_max{};         // nothing leaves after
};

// What decides how long it takes.
enum class forecast_decider : std::uint8_t {
    nothing,   // no limit: as fast as the network goes
    limit,     // `limit` of `scope`
    calendar,  // it waits for recipients' hours for longer than it sends
};

struct forecast_answer {
    // Empty: nothing to send, or (finish) it never ends in the days that the calendar knows.
    std::optional<wall_time> first_departure;
    std::optional<wall_time> finish;  // the last answer
    std::uint64_t departed = 0;
    std::uint64_t left_over = 0;  // rows that a deadline, a cap or the calendar leaves unsent
    // Stretches in which messages leave, as the calendar cuts them: "starts Mon 09:00, pauses
    // 21:00, ends Wed 14:10". Pauses under ten minutes are not told; at most stretches_max, the
    // rest joined.
    static constexpr std::size_t stretches_max = 400;
    std::vector<open_span> stretches;
    forecast_decider decider = forecast_decider::nothing;
    limit_report limit;  // when decider is `limit`
};

// `limits`: as they are now, or fresh; what is in flight counts as answered after one latency.
// `now`: when it begins; starts_at is heeded. The calendar's answers are not changed.
forecast_answer forecast(limiter limits, calendar hours, const std::vector<forecast_load>& loads,
                         time_stamp now, forecast_options options = {});

// The same rows over `plan` with one more of what decides (core/limit_plan): every lane gives the
// new ones a share. `known`: the windows that there are, as limiter::snapshot told them.
forecast_answer forecast_with_one_more(const limit_plan& plan, const limit_report& decides,
                                       const limiter_snapshot& known, calendar hours,
                                       const std::vector<forecast_load>& loads, time_stamp now,
                                       forecast_options options = {});

}  // namespace tidings::core
