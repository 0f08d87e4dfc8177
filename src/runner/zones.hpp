// Turns the campaign's rules about hours (quiet hours, weekdays, holidays, rules of places, all at
// the recipient) into the spans that core/calendar asks: right over changes of daylight saving
// time, and for a number that may be in several zones or places only what is permitted in all of
// them. What a day permits is core/lawful_hours'; it decides nothing while messages leave:
// core/calendar does.
#pragma once

#include "codec/text/units.hpp"
#include "core/calendar.hpp"
#include "core/failure.hpp"
#include "core/forecast.hpp"
#include "core/lawful_hours.hpp"
#include "core/time.hpp"
#include "runner/dialing_zones.hpp"
#include "runner/row_places.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::runner {

struct hours_options {
    std::optional<codec::day_span> quiet_hours;    // no messages in it, each day
    core::weekday_set weekdays = core::every_day;  // days with messages
    std::vector<std::chrono::sys_days> holidays;   // days without; local dates, any order
    std::vector<core::hours_rule> rules;           // beside these; all of them hold
    std::string time_zone;  // of rows whose own is unknown; empty: by the number
    int days_ahead = 400;   // how far the spans reach, see keep_ahead; 40 .. 4000
    std::filesystem::path zone_tab = "/usr/share/zoneinfo/zone.tab";
};

// All rules of the options, in one form: at most core::lawful_hours::rules_max.
core::lawful_hours lawful_hours_of(const hours_options& options);

// What a rule about hours means for the rows of a list.
struct rule_standing {
    const core::hours_rule* rule = nullptr;
    std::uint64_t rows = 0;     // that it is for
    std::uint64_t waiting = 0;  // of them: now, because of it and maybe of others
};

class zones {
  public:
    // In one of these zones and one of these regions, nobody knows in which.
    struct whereabouts {
        std::vector<std::string> zones;  // at least one
        std::vector<std::string> regions = {};
    };

    explicit zones(hours_options options, core::wall_time now);

    const core::lawful_hours& rules() const noexcept { return rules_; }
    // Whether any rule closes anything; if not, neither call below adds a zone.
    bool restrict_hours() const { return rules_.restrict_hours(); }

    // Fills the calendar for rows without a place of their own: by prefix, or by options.time_zone.
    // Fails when a zone is not known or zone.tab cannot be read.
    core::result<void> fill(core::calendar& into);

    // A place that the list uses (row_places), and the number that its rows carry. A zone that is
    // not known fails; those rows are then judged by their regions, or by their numbers.
    core::result<void> add_row_zone(core::calendar& into, core::zone_id of_rows,
                                    std::string_view name);

    // As time goes on the spans do: to be called now and then. Does nothing until a month has
    // passed since they were made.
    core::result<void> keep_ahead(core::calendar& into, core::wall_time now);

    // Spans that reach further, for looking ahead. Pre: 40 <= days <= 4000.
    core::result<void> reach(core::calendar& into, int days);

    // What a person should know: places that are never open, because their zones lie too far apart
    // or their rules leave no hour. Of those that some of the rows are in; all of them.
    std::vector<std::string> warnings_for(std::span<const core::forecast_load> rows) const;
    std::vector<std::string> warnings() const;

    // Every rule with the rows that it is for, in the order of the rules. `rows`: by the calendar's
    // zones.
    std::vector<rule_standing> standings(std::span<const core::forecast_load> rows,
                                         core::wall_time now) const;

    // What is open wherever that is.
    core::result<std::vector<core::open_span>> spans_of(const whereabouts& there);
    core::result<std::vector<core::open_span>> spans_of(std::vector<std::string> names) {
        return spans_of(whereabouts{std::move(names)});
    }

  private:
    // One of them, nobody knows which. At least one.
    using place = std::vector<whereabouts>;

    place place_of(const dialing_zone& number) const;
    // Whether it closes some of these zones now.
    bool closes(core::lawful_hours::rule_index rule, const whereabouts& there,
                core::wall_time now) const;
    core::result<void> make_anew(core::calendar& into);
    core::result<std::vector<core::open_span>> spans_of(const place& there);
    core::result<core::zone_id> zone_in(core::calendar& into, const place& there);
    void warn_of_never(const core::calendar& in, core::zone_id zone, const std::string& who);

    hours_options options_;
    core::lawful_hours rules_;
    core::wall_time now_;
    std::vector<dialing_zone> table_;  // from fill on, where it is needed
    // Of single zones under the rules of one place.
    std::map<std::string, std::vector<core::open_span>, std::less<>> spans_;
    std::map<std::string, core::zone_id, std::less<>> made_;  // by name
    std::vector<std::pair<core::zone_id, place>> places_;     // of what was made, from zone 1 on
    std::vector<std::pair<core::zone_id, std::string>> warnings_;
};

}  // namespace tidings::runner
