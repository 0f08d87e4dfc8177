#include "codec/text/yearly_rule.hpp"

#include "codec/text/holiday_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace tidings::codec {

namespace {

using std::chrono::sys_days;

core::failure wrong(std::string_view text, std::string_view what) {
    return {core::trouble::configuration, "RRULE " + std::string(text.substr(0, 60)) + ": " +
                                              std::string(what) +
                                              "; write these dates one a line instead"};
}

std::string_view cut_off(std::string_view& rest, char at) {
    const auto end = std::min(rest.find(at), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

std::optional<int> number_in(std::string_view text, int low, int high) {
    if (text.starts_with('+')) text.remove_prefix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (value < low || value > high) return std::nullopt;
    return value;
}

std::optional<yearly_rule::weekday_of_month> weekday_in(std::string_view text) {
    constexpr std::array<std::string_view, 7> names = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    if (text.size() < 2) return std::nullopt;
    const auto name = std::find(names.begin(), names.end(), text.substr(text.size() - 2));
    if (name == names.end()) return std::nullopt;
    yearly_rule::weekday_of_month made;
    made.day = std::chrono::weekday(static_cast<unsigned>(name - names.begin()));
    text.remove_suffix(2);
    if (text.empty()) return made;
    const auto ordinal = number_in(text, -5, 5);
    if (!ordinal || *ordinal == 0) return std::nullopt;
    made.ordinal = *ordinal;
    return made;
}

// False: it cannot be read.
template <class List, class Read>
bool read_list(std::string_view text, List& into, Read read) {
    while (!text.empty()) {
        const auto one = read(cut_off(text, ','));
        if (!one) return false;
        into.push_back(static_cast<typename List::value_type>(*one));
    }
    return !into.empty();
}

bool read_part(std::string_view name, std::string_view value, yearly_rule& into) {
    const auto number = [&](int high, int& out) {
        const auto read = number_in(value, 1, high);
        if (read) out = *read;
        return read.has_value();
    };
    if (name == "FREQ") return value == "YEARLY";
    if (name == "WKST") return true;  // weeks do not matter to what is understood
    if (name == "INTERVAL") return number(1'000, into.interval);
    if (name == "COUNT") return number(10'000, into.count);
    if (name == "UNTIL") {
        const auto day = compact_date_in(value.substr(0, value.find('T')));
        if (day) into.until = *day;
        return day.has_value();
    }
    if (name == "BYMONTH")
        return read_list(value, into.months, [](auto text) { return number_in(text, 1, 12); });
    if (name == "BYMONTHDAY")
        return read_list(value, into.month_days, [](auto text) {
            const auto day = number_in(text, -31, 31);
            return day == 0 ? std::nullopt : day;
        });
    if (name == "BYDAY") return read_list(value, into.weekdays, weekday_in);
    return false;
}

std::optional<sys_days> day_of(std::chrono::year_month month, int day) {
    const int last = static_cast<int>(
        static_cast<unsigned>(std::chrono::year_month_day_last(month / std::chrono::last).day()));
    if (day < 0) day += last + 1;
    if (day < 1 || day > last) return std::nullopt;
    return sys_days(month / std::chrono::day(static_cast<unsigned>(day)));
}

bool is_such(const yearly_rule::weekday_of_month& wanted, sys_days day) {
    if (std::chrono::weekday(day) != wanted.day) return false;
    if (wanted.ordinal == 0) return true;
    const std::chrono::year_month_day date(day);
    const int of_month = static_cast<int>(static_cast<unsigned>(date.day()));
    const int last = static_cast<int>(static_cast<unsigned>(
        std::chrono::year_month_day_last(date.year() / date.month() / std::chrono::last).day()));
    return wanted.ordinal > 0 ? (of_month - 1) / 7 + 1 == wanted.ordinal
                              : (last - of_month) / 7 + 1 == -wanted.ordinal;
}

void add_month(const yearly_rule& rule, std::chrono::year_month month, int usual_day,
               std::vector<sys_days>& into) {
    const auto fits = [&](sys_days day) {
        return rule.weekdays.empty() ||
               std::any_of(rule.weekdays.begin(), rule.weekdays.end(),
                           [&](const auto& one) { return is_such(one, day); });
    };
    auto days = rule.month_days;
    if (days.empty() && rule.weekdays.empty()) days.push_back(usual_day);
    if (days.empty())
        for (int day = 1; day <= 31; ++day)
            days.push_back(day);
    for (const int day : days)
        if (const auto date = day_of(month, day); date && fits(*date)) into.push_back(*date);
}

}  // namespace

core::result<yearly_rule> yearly_rule_from(std::string_view text) {
    yearly_rule made;
    bool has_frequency = false;
    for (auto rest = text; !rest.empty();) {
        auto part = cut_off(rest, ';');
        const auto whole = part;
        const auto name = cut_off(part, '=');
        has_frequency = has_frequency || name == "FREQ";
        if (!read_part(name, part, made))
            return wrong(text, std::string(whole) +
                                   " is not understood (only what comes every "
                                   "year is)");
    }
    if (!has_frequency) return wrong(text, "it has no FREQ");
    const bool by_day = !made.month_days.empty() || !made.weekdays.empty();
    if (by_day && made.months.empty())
        return wrong(text, "a day without BYMONTH is not understood");
    const auto counted = [](const auto& one) { return one.ordinal != 0; };
    if (!made.month_days.empty() &&
        std::any_of(made.weekdays.begin(), made.weekdays.end(), counted))
        return wrong(text, "BYMONTHDAY with a counted BYDAY is not understood");
    return made;
}

std::vector<sys_days> repeated(const yearly_rule& rule, sys_days first, sys_days last) {
    const std::chrono::year_month_day begun(first);
    const int usual_day = static_cast<int>(static_cast<unsigned>(begun.day()));
    // The first event counts, whether the rule would have it or not.
    std::vector<sys_days> made{first};
    for (auto year = begun.year(); sys_days(year / 1 / 1) <= last;
         year += std::chrono::years(rule.interval)) {
        std::vector<sys_days> of_year;
        if (rule.months.empty()) add_month(rule, year / begun.month(), usual_day, of_year);
        for (const auto month : rule.months)
            add_month(rule, year / std::chrono::month(month), usual_day, of_year);
        std::sort(of_year.begin(), of_year.end());
        of_year.erase(std::unique(of_year.begin(), of_year.end()), of_year.end());
        for (const auto day : of_year) {
            if (day <= first) continue;
            if (day > last || day > rule.until) return made;
            if (rule.count != 0 && made.size() == static_cast<std::size_t>(rule.count)) return made;
            made.push_back(day);
        }
    }
    return made;
}

}  // namespace tidings::codec
