#include "runner/zones.hpp"

#include "codec/numbers/subdivisions.hpp"

#include <algorithm>
#include <stdexcept>

#include <date/tz.h>

namespace tidings::runner {

namespace {

using core::open_span;

// Local to UTC over one zone, with the offset remembered: changes are rare.
class local_clock {
  public:
    explicit local_clock(const date::time_zone& zone) : zone_(zone) {}

    // Where the local time is skipped or comes twice: the later reading, or the earlier one.
    core::wall_time utc(date::local_seconds local, date::choose which) {
        using days = std::chrono::days;
        const date::sys_seconds guess(local.time_since_epoch() - info_.offset);
        if (!known_ || guess < info_.begin + days(1) || guess >= info_.end - days(1)) {
            const auto exact = zone_.to_sys(local, which);
            info_ = zone_.get_info(exact);
            known_ = true;
            return exact;
        }
        return guess;
    }

  private:
    const date::time_zone& zone_;
    date::sys_info info_{};
    bool known_ = false;
};

// What a zone's clock makes of what each of its days permits.
template <class Permitted>
std::vector<open_span> spans_in(const date::time_zone& zone, int days_ahead, core::wall_time now,
                                Permitted permitted) {
    using std::chrono::minutes;
    // The local date can be a day off UTC's on either side.
    const auto first = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(1);
    local_clock clock(zone);
    std::vector<open_span> out;
    for (int d = 0; d < days_ahead + 2; ++d) {
        const auto day = first + std::chrono::days(d);
        const date::local_seconds midnight{
            std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch())};
        for (const core::day_part& part : permitted(day)) {
            const open_span span{clock.utc(midnight + minutes(part.from), date::choose::latest),
                                 clock.utc(midnight + minutes(part.until), date::choose::earliest)};
            if (span.opens >= span.closes) continue;
            if (!out.empty() && out.back().closes >= span.opens)
                out.back().closes = span.closes;
            else
                out.push_back(span);
        }
    }
    return out;
}

std::vector<open_span> in_both(const std::vector<open_span>& one,
                               const std::vector<open_span>& other) {
    std::vector<open_span> out;
    for (std::size_t a = 0, b = 0; a < one.size() && b < other.size();) {
        const open_span both{std::max(one[a].opens, other[b].opens),
                             std::min(one[a].closes, other[b].closes)};
        if (both.opens < both.closes) out.push_back(both);
        (one[a].closes < other[b].closes ? a : b) += 1;
    }
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names)
        out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

core::lawful_hours lawful_hours_of(const hours_options& options) {
    std::vector<core::hours_rule> rules;
    if (const auto& quiet = options.quiet_hours)
        rules.push_back({.open = core::hours_outside(quiet->from_minute, quiet->until_minute)});
    if (const auto closed = static_cast<core::weekday_set>(~options.weekdays & core::every_day);
        closed != 0)
        rules.push_back({.days = closed});
    if (!options.holidays.empty()) {
        auto dates = options.holidays;
        std::sort(dates.begin(), dates.end());
        rules.push_back({.dates = std::move(dates)});
    }
    rules.insert(rules.end(), options.rules.begin(), options.rules.end());
    return core::lawful_hours(std::move(rules));
}

zones::zones(hours_options options, core::wall_time now)
    : options_(std::move(options)), rules_(lawful_hours_of(options_)), now_(now) {}

core::result<std::vector<open_span>> zones::spans_of(const whereabouts& there) {
    const auto which = rules_.rules_for(there.regions);
    std::string of_rules;
    for (const auto index : which)
        of_rules += ' ' + std::to_string(index);
    std::vector<open_span> all;
    for (const auto& name : there.zones) {
        auto known = spans_.find(name + of_rules);
        if (known == spans_.end()) {
            const auto permitted = [&](std::chrono::sys_days day) {
                return rules_.open_on(day, which);
            };
            // date/tz tells an unknown name by an exception.
            try {
                auto made =
                    spans_in(*date::locate_zone(name), options_.days_ahead, now_, permitted);
                known = spans_.emplace(name + of_rules, std::move(made)).first;
            } catch (const std::runtime_error&) {
                return core::failure{
                    core::trouble::configuration,
                    "no time zone is called \"" + name + "\": use a name like Europe/Paris"};
            }
        }
        all = &name == &there.zones.front() ? known->second : in_both(all, known->second);
    }
    return all;
}

core::result<std::vector<open_span>> zones::spans_of(const place& there) {
    auto all = spans_of(there.front());
    for (std::size_t i = 1; all && i < there.size(); ++i) {
        const auto more = spans_of(there[i]);
        if (!more) return more.error();
        all = in_both(*all, *more);
    }
    return all;
}

core::result<core::zone_id> zones::zone_in(core::calendar& into, const place& there) {
    std::string name;
    for (const auto& one : there) {
        name += (name.empty() ? "" : "; ") + joined(one.zones);
        if (!one.regions.empty()) name += " in " + joined(one.regions);
    }
    if (const auto known = made_.find(name); known != made_.end()) return known->second;
    auto spans = spans_of(there);
    if (!spans) return std::move(spans).error();
    const auto id = into.add_zone(name, std::move(*spans));
    made_.emplace(std::move(name), id);
    places_.emplace_back(id, there);
    return id;
}

core::result<void> zones::keep_ahead(core::calendar& into, core::wall_time now) {
    constexpr auto often_enough = std::chrono::days(30);
    if (now < now_ + often_enough) return {};
    now_ = now;
    return make_anew(into);
}

core::result<void> zones::reach(core::calendar& into, int days) {
    options_.days_ahead = days;
    return make_anew(into);
}

core::result<void> zones::make_anew(core::calendar& into) {
    spans_.clear();
    for (const auto& [id, there] : places_) {
        auto spans = spans_of(there);
        if (!spans) return std::move(spans).error();
        into.set_spans(id, std::move(*spans));
    }
    return {};
}

// A number that says no more than its country may be in any part of it, each with its own clocks
// and rules.
zones::place zones::place_of(const dialing_zone& number) const {
    const bool one_zone = !options_.time_zone.empty();
    whereabouts there{one_zone ? std::vector{options_.time_zone} : number.zones};
    if (!rules_.differ_by_region()) return {there};
    there.regions = number.regions;
    place made{there};
    if (one_zone) return made;
    for (const auto& country : number.regions) {
        const auto before = made.size();
        for (const auto& part : codec::subdivisions())
            if (part.code.starts_with(country + "-"))
                made.push_back({zones_of_region(table_, part.code), {std::string(part.code)}});
        // Those parts say it, and with their own clocks.
        if (made.size() > before) std::erase(made.front().regions, country);
    }
    return made;
}

core::result<void> zones::fill(core::calendar& into) {
    if (!restrict_hours()) return {};
    const bool one_zone = !options_.time_zone.empty();
    const whereabouts elsewhere{{one_zone ? options_.time_zone : "Etc/UTC"}};
    auto table = dialing_zones(options_.zone_tab);
    if (table)
        table_ = std::move(*table);
    else if (!one_zone || rules_.differ_by_region())
        return table.error();
    if (!one_zone || rules_.differ_by_region())
        for (const auto& one : table_) {
            const auto zone = zone_in(into, place_of(one));
            if (!zone) return zone.error();
            into.add_prefix(one.prefix, *zone);
            warn_of_never(into, *zone, "numbers of +" + one.prefix);
        }
    // Numbers of no country (satellites, international services).
    const auto zone = zone_in(into, {elsewhere});
    if (!zone) return zone.error();
    into.set_default_zone(*zone);
    return {};
}

core::result<void> zones::add_row_zone(core::calendar& into, core::zone_id of_rows,
                                       std::string_view name) {
    if (!restrict_hours()) return {};
    const auto said = row_place_in(name);
    const auto regions = rules_.differ_by_region() ? said.regions : decltype(said.regions)();
    core::result<void> told;
    if (!said.time_zone.empty()) {
        const auto zone = zone_in(into, {{{said.time_zone}, regions}});
        if (zone) {
            into.set_row_zone(of_rows, *zone);
            warn_of_never(into, *zone, "rows in " + std::string(name));
            return {};
        }
        told = zone.error();
    }
    std::vector<std::string> names;
    for (const auto& region : said.regions) {
        auto its = zones_of_region(table_, region);
        names.insert(names.end(), its.begin(), its.end());
    }
    if (names.empty()) return told;
    const auto zone = zone_in(into, {{names, regions}});
    if (!zone) return zone.error();
    into.set_row_zone(of_rows, *zone);
    warn_of_never(into, *zone, "rows in " + joined(said.regions));
    return told;
}

void zones::warn_of_never(const core::calendar& in, core::zone_id zone, const std::string& who) {
    if (!in.spans(zone).empty()) return;
    const auto& there = places_[zone - 1U].second.front();
    auto text = who + " are never permitted: no hour is open in all of " + joined(there.zones);
    if (!there.regions.empty()) text += " under the rules of " + joined(there.regions);
    warnings_.emplace_back(zone, text +
                                     "; give their zone in a column (recipients.time_zone), or set "
                                     "schedule.time_zone");
}

std::vector<std::string> zones::warnings() const {
    std::vector<std::string> all;
    for (const auto& [zone, text] : warnings_)
        all.push_back(text);
    return all;
}

std::vector<std::string> zones::warnings_for(std::span<const core::forecast_load> rows) const {
    std::vector<std::string> some;
    for (const auto& [zone, text] : warnings_)
        if (std::any_of(rows.begin(), rows.end(),
                        [zone = zone](const auto& load) { return load.zone == zone; }))
            some.push_back(text);
    return some;
}

std::vector<rule_standing> zones::standings(std::span<const core::forecast_load> rows,
                                            core::wall_time now) const {
    std::vector<rule_standing> made;
    for (const auto& rule : rules_.rules())
        made.push_back({.rule = &rule});
    for (const auto& load : rows) {
        if (load.zone == 0) continue;
        std::vector<bool> held(made.size());
        std::vector<bool> closed(made.size());
        for (const auto& there : places_[load.zone - 1U].second)
            for (const auto rule : rules_.rules_for(there.regions)) {
                held[rule] = true;
                closed[rule] = closed[rule] || closes(rule, there, now);
            }
        for (std::size_t rule = 0; rule < made.size(); ++rule) {
            if (held[rule]) made[rule].rows += load.rows;
            if (closed[rule]) made[rule].waiting += load.rows;
        }
    }
    return made;
}

bool zones::closes(core::lawful_hours::rule_index rule, const whereabouts& there,
                   core::wall_time now) const {
    return std::any_of(there.zones.begin(), there.zones.end(), [&](const std::string& name) {
        const auto local = date::locate_zone(name)->to_local(now);
        const auto midnight = date::floor<date::days>(local);
        const auto minute = date::floor<std::chrono::minutes>(local - midnight).count();
        const std::chrono::sys_days day(midnight.time_since_epoch());
        for (const auto& part : rules_.open_on(day, std::span(&rule, 1)))
            if (part.from <= minute && minute < part.until) return false;
        return true;
    });
}

}  // namespace tidings::runner
