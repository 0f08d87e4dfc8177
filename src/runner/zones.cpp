#include "runner/zones.hpp"

#include "runner/dialing_zones.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <date/tz.h>

namespace tidings::runner {

namespace {

using core::open_span;
using std::chrono::minutes;

// Minutes of a local day, [from, until).
struct day_part {
    minutes from;
    minutes until;
};

std::vector<day_part> open_parts(const std::optional<codec::day_span>& quiet) {
    constexpr minutes day = std::chrono::hours(24);
    if (!quiet) return {{minutes(0), day}};
    const minutes from(quiet->from_minute);
    const minutes until(quiet->until_minute);
    if (from > until) return {{until, from}};
    std::vector<day_part> parts;
    if (from > minutes(0)) parts.push_back({minutes(0), from});
    parts.push_back({until, day});
    return parts;
}

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

bool permitted(std::chrono::sys_days local_day, const hours_options& options) {
    const std::chrono::weekday day(local_day);
    if ((options.weekdays >> (day.iso_encoding() - 1) & 1) == 0) return false;
    return std::find(options.holidays.begin(), options.holidays.end(), local_day) ==
           options.holidays.end();
}

std::vector<open_span> spans_in(const date::time_zone& zone, const hours_options& options,
                                core::wall_time now) {
    const auto parts = open_parts(options.quiet_hours);
    // The local date can be a day off UTC's on either side.
    const auto first = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(1);
    local_clock clock(zone);
    std::vector<open_span> out;
    for (int d = 0; d < options.days_ahead + 2; ++d) {
        const auto day = first + std::chrono::days(d);
        if (!permitted(day, options)) continue;
        const date::local_seconds midnight{
            std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch())};
        for (const auto& part : parts) {
            const open_span span{clock.utc(midnight + part.from, date::choose::latest),
                                 clock.utc(midnight + part.until, date::choose::earliest)};
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

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::chrono::sys_days> date_from(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5, 2));
    const auto day = number(text.substr(8, 2));
    if (!year || !month || !day || *month < 0 || *day < 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

}  // namespace

core::result<std::vector<std::chrono::sys_days>> holidays_from(std::string_view text,
                                                               std::string_view file) {
    constexpr std::string_view blank = " \t\r";
    std::vector<std::chrono::sys_days> days;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        word = word.substr(0, word.find('#'));
        word.remove_prefix(std::min(word.find_first_not_of(blank), word.size()));
        word = word.substr(0, word.find_last_not_of(blank) + 1);
        if (word.empty()) continue;
        const auto day = date_from(word);
        if (!day)
            return core::failure{core::trouble::configuration,
                                 std::string(file) + ":" + std::to_string(line) +
                                     ": not a date: write one a line, as 2026-12-25"};
        days.push_back(*day);
    }
    return days;
}

zones::zones(hours_options options, core::wall_time now)
    : options_(std::move(options)), now_(now) {}

bool zones::restrict_hours() const {
    return options_.quiet_hours || (options_.weekdays & 0x7F) != 0x7F || !options_.holidays.empty();
}

core::result<std::vector<open_span>> zones::spans_of(const std::vector<std::string>& names) {
    std::vector<open_span> all;
    for (const auto& name : names) {
        auto known = spans_.find(name);
        if (known == spans_.end()) {
            // date/tz tells an unknown name by an exception.
            try {
                known =
                    spans_.emplace(name, spans_in(*date::locate_zone(name), options_, now_)).first;
            } catch (const std::runtime_error&) {
                return core::failure{
                    core::trouble::configuration,
                    "no time zone is called \"" + name + "\": use a name like Europe/Paris"};
            }
        }
        all = &name == &names.front() ? known->second : in_both(all, known->second);
    }
    return all;
}

core::result<core::zone_id> zones::zone_in(core::calendar& into,
                                           const std::vector<std::string>& names) {
    const std::string name = joined(names);
    if (const auto known = made_.find(name); known != made_.end()) return known->second;
    auto spans = spans_of(names);
    if (!spans) return std::move(spans).error();
    const auto id = into.add_zone(name, std::move(*spans));
    made_.emplace(name, id);
    names_.emplace_back(id, names);
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
    for (const auto& [id, names] : names_) {
        auto spans = spans_of(names);
        if (!spans) return std::move(spans).error();
        into.set_spans(id, std::move(*spans));
    }
    return {};
}

core::result<void> zones::fill(core::calendar& into) {
    if (!restrict_hours()) return {};
    if (!options_.time_zone.empty()) {
        const auto only = zone_in(into, {options_.time_zone});
        if (!only) return only.error();
        into.set_default_zone(*only);
        return {};
    }
    const auto table = dialing_zones(options_.zone_tab);
    if (!table) return table.error();
    for (const auto& one : *table) {
        const auto zone = zone_in(into, one.zones);
        if (!zone) return zone.error();
        into.add_prefix(one.prefix, *zone);
        if (into.spans(*zone).empty())
            warnings_.push_back("numbers of +" + one.prefix +
                                " are never permitted: no hour is open in all of " +
                                joined(one.zones) +
                                "; give their zone in a column (recipients.time_zone), or set "
                                "schedule.time_zone");
    }
    // Numbers of no country (satellites, international services).
    const auto elsewhere = zone_in(into, {"Etc/UTC"});
    if (!elsewhere) return elsewhere.error();
    into.set_default_zone(*elsewhere);
    return {};
}

core::result<void> zones::add_row_zone(core::calendar& into, core::zone_id of_rows,
                                       std::string_view name) {
    if (!restrict_hours()) return {};
    const auto zone = zone_in(into, {std::string(name)});
    if (!zone) return zone.error();
    into.set_row_zone(of_rows, *zone);
    return {};
}

}  // namespace tidings::runner
