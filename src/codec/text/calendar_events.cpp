#include "codec/text/calendar_events.hpp"

#include "codec/text/yearly_rule.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace tidings::codec {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

// "DTSTART;VALUE=DATE:20261225", whole again where it was folded.
struct content_line {
    std::string name;  // in capitals
    std::string value;
    std::size_t line = 0;
};

struct event {
    std::optional<sys_days> start;
    std::optional<sys_days> end;  // the first day after it
    days lasts{1};
    std::optional<yearly_rule> rule;
    std::vector<sys_days> more;
    std::vector<sys_days> not_on;
    bool cancelled = false;
};

constexpr auto event_days_max = days(366);

std::string capitals(std::string_view text) {
    std::string made(text);
    for (auto& c : made)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return made;
}

core::failure wrong(std::string_view file, std::size_t line, std::string_view what) {
    return {core::trouble::configuration,
            std::string(file) + ":" + std::to_string(line) + ": " + std::string(what)};
}

class content_lines {
  public:
    explicit content_lines(std::string_view text) : rest_(text) {}

    // nullopt: the end.
    std::optional<content_line> next() {
        while (!rest_.empty()) {
            const auto begun = line_ + 1;
            std::string whole(physical());
            while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
                whole += physical().substr(1);
            if (!whole.empty()) return parts_of(whole, begun);
        }
        return std::nullopt;
    }
    std::size_t line() const noexcept { return line_; }

  private:
    std::string_view physical() {
        const auto end = std::min(rest_.find('\n'), rest_.size());
        auto text = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        ++line_;
        if (text.ends_with('\r')) text.remove_suffix(1);
        return text;
    }
    // What parameters say is in the value, too: a date is one by its digits.
    static content_line parts_of(std::string_view text, std::size_t line) {
        bool quoted = false;
        std::size_t colon = 0;
        for (; colon < text.size() && (quoted || text[colon] != ':'); ++colon)
            if (text[colon] == '"') quoted = !quoted;
        const auto name = text.substr(0, std::min(text.find_first_of(";:"), text.size()));
        return {capitals(name), std::string(text.substr(std::min(colon + 1, text.size()))), line};
    }

    std::string_view rest_;
    std::size_t line_ = 0;
};

// "P1D", "P2W".
std::optional<days> whole_days_in(std::string_view text) {
    if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
    const auto digits = text.substr(1, text.size() - 2);
    int count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || count < 1 || count > 366) return std::nullopt;
    if (text.ends_with('D')) return days(count);
    if (text.ends_with('W')) return days(count * 7);
    return std::nullopt;
}

bool read_dates(std::string_view text, std::vector<sys_days>& into) {
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto day = compact_date_in(text.substr(0, end));
        if (!day) return false;
        into.push_back(*day);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

constexpr std::string_view no_day =
    " is no whole day, and only whole days are holidays: write 20261225";

// "": well.
std::string read_property(const content_line& line, event& into) {
    const auto& [name, value, at] = line;
    if (name == "DTSTART" || name == "DTEND") {
        const auto day = compact_date_in(value);
        if (!day) return name + " " + value.substr(0, 40) + std::string(no_day);
        (name == "DTSTART" ? into.start : into.end) = day;
    } else if (name == "DURATION") {
        const auto lasts = whole_days_in(value);
        if (!lasts) return "DURATION " + value.substr(0, 40) + " is not in whole days";
        into.lasts = *lasts;
    } else if (name == "RRULE") {
        auto rule = yearly_rule_from(capitals(value));
        if (!rule) return rule.error().text;
        if (into.rule) return "has a second RRULE, which is not understood";
        into.rule = std::move(*rule);
    } else if (name == "RDATE" || name == "EXDATE") {
        if (!read_dates(value, name == "RDATE" ? into.more : into.not_on))
            return name + " " + value.substr(0, 40) + std::string(no_day);
    } else if (name == "RECURRENCE-ID" || name == "EXRULE") {
        return name + " is not understood: write the dates one a line instead";
    } else if (name == "STATUS") {
        into.cancelled = capitals(value) == "CANCELLED";
    }
    return {};
}

// "": well.
std::string add_event(const event& one, day_range wanted, std::vector<sys_days>& into) {
    if (one.cancelled) return {};
    if (!one.start) return "the event has no DTSTART";
    const auto lasts = one.end ? std::max(*one.end - *one.start, days(1)) : one.lasts;
    if (one.end && *one.end < *one.start) return "the event ends before it begins";
    if (lasts > event_days_max) return "the event lasts longer than a year";
    auto starts = one.rule ? repeated(*one.rule, *one.start, wanted.last) : std::vector{*one.start};
    starts.insert(starts.end(), one.more.begin(), one.more.end());
    for (const auto start : starts) {
        if (std::find(one.not_on.begin(), one.not_on.end(), start) != one.not_on.end()) continue;
        if (one.rule && start + lasts < wanted.first) continue;
        for (auto day = start; day < start + lasts; day += days(1))
            into.push_back(day);
        if (into.size() > holidays_max) return "has more than 100,000 days";
    }
    return {};
}

}  // namespace

core::result<std::vector<sys_days>> event_days(std::string_view text, std::string_view file,
                                               day_range wanted) {
    content_lines lines(text);
    std::vector<std::string> within;  // components that are open
    std::vector<sys_days> found;
    std::size_t events = 0;
    event now;
    while (const auto line = lines.next()) {
        std::string problem;
        const bool in_event = within.size() == 2 && within.back() == "VEVENT";
        if (line->name == "BEGIN") {
            within.push_back(capitals(line->value));
            if (within.size() == 2) now = {};
            if (within.size() > 10) problem = "components within components, ten deep";
        } else if (line->name == "END") {
            if (within.empty() || within.back() != capitals(line->value))
                problem = "END:" + line->value.substr(0, 40) + " ends nothing that began";
            else
                within.pop_back();
            if (problem.empty() && in_event) {
                ++events;
                problem = add_event(now, wanted, found);
            }
        } else if (in_event) {
            problem = read_property(*line, now);
        }
        if (!problem.empty()) return wrong(file, line->line, problem);
    }
    if (!within.empty())
        return wrong(file, lines.line(),
                     "the calendar has no END:" + within.back() + ": is the file whole?");
    if (events == 0) return wrong(file, lines.line(), "the calendar has no event");
    return found;
}

}  // namespace tidings::codec
