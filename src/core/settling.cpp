#include "core/settling.hpp"

#include <algorithm>

namespace tidings::core {

namespace {

std::uint32_t microseconds_between(instant from, instant to) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, 0xFFFF'FFFF));
}

}  // namespace

settling::settling(stop_rules& rules, const calendar& hours, const lane_choice& lanes,
                   const lane_roster& roster, run_course& course, row_recall& recall,
                   settlement_book& book)
    : rules_(rules),
      hours_(hours),
      lanes_(lanes),
      roster_(roster),
      course_(course),
      recall_(recall),
      book_(book),
      done_(roster.lanes()) {
    rules_.watch_senders(roster.lanes());
}

void settling::settle(const held_row& held, lane_id lane, outcome what, settled_by by,
                      const attempt_report* report, std::string_view why, time_stamp now) {
    what = honest(held, what);
    settlement one{.row = held.row,
                   .to = held.to,
                   .lane = lane,
                   .what = what,
                   .by = static_cast<std::uint8_t>(by),
                   .attempts = held.attempts,
                   .at = now.wall};
    if (report != nullptr) {
        const bool counted = what == outcome::accepted || what == outcome::rejected;
        one.attempts = static_cast<std::uint16_t>(held.attempts + (counted ? 1 : 0));
        one.status = report->reply ? report->reply->status : std::uint16_t{0};
        if (held.due != instant{}) one.latency_us = microseconds_between(held.due, now.steady);
        if (report->reply) latencies_.record(std::chrono::microseconds(one.latency_us));
    }
    book_.settle(one, why, true);
    if (by != settled_by::recovery) done_.add(lane, hours_.zone_for(held.zone, held.to));
    obey(rules_.on_settled(what, std::chrono::microseconds(one.latency_us), now.steady));
    if (lane != lane_none) watch_sender(lane, what);
}

void settling::obey(const stop_decision& decision) {
    if (decision.stop && !course_.ending()) course_.drain({decision.status, decision.reason});
}

// A sender that ended with its bot, or with the run, has no part left that could end.
void settling::watch_sender(lane_id lane, outcome what) {
    if (!rules_.sender_fails(lane, what) || roster_.given_up(lane) || course_.draining()) return;
    recall_.give_up_lanes(
        {lane}, {stop_status::rule_tripped, rules_.why_sender_fails(lanes_.from_of(lane).text())});
}

}  // namespace tidings::core
