// Decides who goes next: which lane's turn it is, how many of it may leave, and when somebody has
// to look again. Whether the limits let it is core/limiter's; what it means that one ended is
// core/attempt_fates'.
#pragma once

#include "core/calendar.hpp"
#include "core/country_caps.hpp"
#include "core/departure.hpp"
#include "core/endpoint_watch.hpp"
#include "core/flight_table.hpp"
#include "core/held_rows.hpp"
#include "core/lane_roster.hpp"
#include "core/lane_turns.hpp"
#include "core/limiter.hpp"
#include "core/postponement.hpp"
#include "core/release_plan.hpp"
#include "core/request_tally.hpp"
#include "core/run_course.hpp"
#include "core/stop_rules.hpp"
#include "core/token_watch.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tidings::core {

// What a departure has to do with; references outlive whoever holds this.
struct departure_parts {
    limiter& limits;
    stop_rules& rules;
    calendar& hours;
    const run_course& course;
    const lane_roster& roster;
    const token_watch& tokens;
    held_rows& held;
    flight_table& flights;
    postponement& later;
    release_plan& releases;
    endpoint_watch& endpoints;
    country_caps& caps;
    request_tally& tally;
};

class departure_order {
  public:
    explicit departure_order(departure_parts parts);

    // Appends at most `room` messages of `bot` that leave now; their slots are taken.
    void depart(bot_id bot, std::size_t room, time_stamp now, std::vector<departure>& out);
    // How many messages of the bot could leave if connections were free; at most `most`. Where many
    // lanes could, it is a guess.
    std::size_t wanting(bot_id bot, time_stamp now, std::size_t most);
    // When a slot comes free for a message that may leave then; never: without an answer, for none.
    instant next_due(time_stamp now);
    // Whether anything at all may leave.
    bool open(time_stamp now) const;
    // All that could leave waits for endpoints that are in trouble.
    bool held_by_trouble() const;
    // The wait of the lane that may go first, in words; empty while something may go. As of the
    // last call of wanting() or next_due().
    std::optional<wait_reason> waiting_for(time_stamp now) const;

    // An attempt of the lane ended: its slots come back, at once where nothing of it had left.
    void on_slots_back(lane_id lane, bool at_once);
    // Limits were added or taken away.
    void on_limits_changed();

  private:
    // A lane whose turn comes so soon has a connection opened for it.
    static constexpr duration connect_ahead = std::chrono::seconds(1);

    // Lanes that have got rows, or slots that were owed, take part from now on.
    void admit();
    // Of the bot's lanes, the next one that may leave; lane_none: none. Pre: open().
    lane_id next_of(bot_id bot, time_stamp now);
    std::size_t send_some(lane_id lane, std::size_t most, time_stamp now,
                          std::vector<departure>& out);
    std::size_t send_due(lane_id lane, std::size_t most, time_stamp now,
                         std::vector<departure>& out);
    // `now`, or when the row's recipient may be texted.
    wall_time may_leave(const held_row& held, time_stamp now);
    void send_one(lane_id lane, const held_row& held, bool probe, time_stamp now,
                  std::vector<departure>& out);

    departure_parts parts_;
    std::vector<lane_turns> turns_;  // of each bot's lanes
    std::vector<std::size_t> lanes_of_bot_;
};

}  // namespace tidings::core
