// Turns the campaign's rules about hours (quiet hours, weekdays, holidays, all at the recipient)
// into the spans that core/calendar asks: right over changes of daylight saving time, and for a
// number whose country has several zones only what is permitted in all of them. It decides nothing
// while messages leave: core/calendar does.
#pragma once

#include "codec/text/units.hpp"
#include "core/calendar.hpp"
#include "core/failure.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::runner {

struct hours_options {
    std::optional<codec::day_span> quiet_hours;   // no messages in it, each day
    std::uint8_t weekdays = 0x7F;                 // bit 0 = Monday; days with messages
    std::vector<std::chrono::sys_days> holidays;  // days without; local dates, any order
    std::string time_zone;  // of rows whose own is unknown; empty: by the number
    int days_ahead = 400;   // how far the spans reach, see keep_ahead; 40 .. 4000
    std::filesystem::path zone_tab = "/usr/share/zoneinfo/zone.tab";
};

// One date a line ("2026-12-25"), # begins a comment. The failure names `file` and the line.
core::result<std::vector<std::chrono::sys_days>> holidays_from(std::string_view text,
                                                               std::string_view file);

class zones {
  public:
    explicit zones(hours_options options, core::wall_time now);

    // Whether any rule closes anything; if not, neither call below adds a zone.
    bool restrict_hours() const;

    // Fills the calendar for rows without a zone of their own: by prefix, or by options.time_zone.
    // Fails when a zone is not known or zone.tab cannot be read.
    core::result<void> fill(core::calendar& into);

    // A zone name that the list uses, and the number that its rows carry. A name that is not known
    // fails; those rows are then judged by their numbers.
    core::result<void> add_row_zone(core::calendar& into, core::zone_id of_rows,
                                    std::string_view name);

    // As time goes on the spans do: to be called now and then. Does nothing until a month has
    // passed since they were made.
    core::result<void> keep_ahead(core::calendar& into, core::wall_time now);

    // Spans that reach further, for looking ahead. Pre: 40 <= days <= 4000.
    core::result<void> reach(core::calendar& into, int days);

    // What a person should know: prefixes that are never open, because their zones lie too far
    // apart.
    const std::vector<std::string>& warnings() const noexcept { return warnings_; }

    // The spans of one zone; of several: what is open in all. Pre: at least one.
    core::result<std::vector<core::open_span>> spans_of(const std::vector<std::string>& names);

  private:
    core::result<void> make_anew(core::calendar& into);
    core::result<core::zone_id> zone_in(core::calendar& into,
                                        const std::vector<std::string>& names);

    hours_options options_;
    core::wall_time now_;
    std::map<std::string, std::vector<core::open_span>, std::less<>> spans_;  // of single zones
    std::map<std::string, core::zone_id, std::less<>>
        made_;  // joined names to the calendar's number
    std::vector<std::pair<core::zone_id, std::vector<std::string>>> names_;  // of what was made
    std::vector<std::string> warnings_;
};

}  // namespace tidings::runner
