#include "core/lawful_hours.hpp"

#include <algorithm>
#include <utility>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

bool is_on(weekday_set days, std::size_t day) {
    return (days >> day & 1) != 0;
}

bool is_for(const hours_rule& rule, std::chrono::sys_days day) {
    const std::chrono::weekday weekday(day);
    if (!is_on(rule.days, weekday.iso_encoding() - 1)) return false;
    return !rule.dates || std::binary_search(rule.dates->begin(), rule.dates->end(), day);
}

bool is_whole_day(const day_parts& parts) {
    return parts.size() == 1 && parts.front() == day_part{};
}

// "US-TX" is within "US".
bool within(std::string_view inner, std::string_view outer) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '-');
}

std::string two_digits(int number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

std::string clock_text(std::uint16_t minute) {
    return two_digits(minute / 60) + ":" + two_digits(minute % 60);
}

}  // namespace

day_parts hours_between(std::uint16_t from, std::uint16_t until) {
    BOOST_ASSERT(from <= day_part::day_end && until <= day_part::day_end);
    if (from < until) return {{from, until}};
    if (from == until) return {day_part{}};
    day_parts parts;
    if (until > 0) parts.push_back({0, until});
    if (from < day_part::day_end) parts.push_back({from, day_part::day_end});
    return parts;
}

day_parts hours_outside(std::uint16_t from, std::uint16_t until) {
    return from == until ? day_parts{} : hours_between(until, from);
}

day_parts in_both(const day_parts& a, const day_parts& b) {
    day_parts both;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const day_part part{std::max(a[i].from, b[j].from), std::min(a[i].until, b[j].until)};
        if (part.from < part.until) both.push_back(part);
        (a[i].until < b[j].until ? i : j) += 1;
    }
    return both;
}

bool concerns(std::string_view where, std::string_view region) noexcept {
    return where.empty() || within(region, where) || within(where, region);
}

std::string in_words(weekday_set days) {
    if ((days & every_day) == every_day) return {};
    std::string text;
    for (std::size_t day = 0; day < day_names.size(); ++day) {
        if (!is_on(days, day)) continue;
        std::size_t last = day;
        while (last + 1 < day_names.size() && is_on(days, last + 1))
            ++last;
        text += (text.empty() ? "" : " ") + std::string(day_names[day]);
        if (last > day + 1) {
            text += "-" + std::string(day_names[last]);
            day = last;
        }
    }
    return text;
}

std::string in_words(const day_parts& open) {
    if (open.empty()) return "no messages";
    std::string text;
    for (const auto& part : open)
        text +=
            (text.empty() ? "" : " and ") + clock_text(part.from) + "-" + clock_text(part.until);
    return text;
}

std::string in_words(const hours_rule& rule) {
    std::string text = rule.where.empty() ? "everywhere" : rule.where;
    if (const auto days = in_words(rule.days); !days.empty()) text += " " + days;
    if (rule.dates) {
        text += " on " + std::to_string(rule.dates->size()) + " dates";
        if (!rule.dates_from.empty()) text += " of " + rule.dates_from;
    }
    return text + ": " + in_words(rule.open);
}

std::vector<std::string> told_with_sources(std::span<const hours_rule> rules) {
    std::vector<std::string> told;
    for (const auto& rule : rules) {
        told.push_back(in_words(rule));
        if (!rule.source.empty()) told.back() += " (" + rule.source + ")";
    }
    return told;
}

lawful_hours::lawful_hours(std::vector<hours_rule> rules) : rules_(std::move(rules)) {
    BOOST_ASSERT(rules_.size() <= rules_max);
    for (const auto& rule : rules_)
        BOOST_ASSERT(!rule.dates || std::is_sorted(rule.dates->begin(), rule.dates->end()));
}

bool lawful_hours::restrict_hours() const noexcept {
    return std::any_of(rules_.begin(), rules_.end(),
                       [](const hours_rule& rule) { return !is_whole_day(rule.open); });
}

bool lawful_hours::differ_by_region() const noexcept {
    return std::any_of(rules_.begin(), rules_.end(), [](const hours_rule& rule) {
        return !rule.where.empty() && !is_whole_day(rule.open);
    });
}

std::vector<lawful_hours::rule_index> lawful_hours::rules_for(
    std::span<const std::string> regions) const {
    std::vector<rule_index> found;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const auto& where = rules_[i].where;
        if (where.empty() ||
            std::any_of(regions.begin(), regions.end(),
                        [&](const std::string& region) { return concerns(where, region); }))
            found.push_back(static_cast<rule_index>(i));
    }
    return found;
}

day_parts lawful_hours::open_on(std::chrono::sys_days day,
                                std::span<const rule_index> which) const {
    day_parts open{day_part{}};
    for (const auto index : which)
        if (is_for(rules_[index], day)) open = in_both(open, rules_[index].open);
    return open;
}

}  // namespace tidings::core
