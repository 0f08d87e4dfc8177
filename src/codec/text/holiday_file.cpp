#include "codec/text/holiday_file.hpp"

#include "codec/text/calendar_events.hpp"

#include <algorithm>
#include <string>

namespace tidings::codec {

namespace {

using std::chrono::sys_days;

std::string_view trimmed_line(std::string_view word) {
    constexpr std::string_view blank = " \t\r";
    word = word.substr(0, word.find('#'));
    word.remove_prefix(std::min(word.find_first_not_of(blank), word.size()));
    return word.substr(0, word.find_last_not_of(blank) + 1);
}

std::optional<sys_days> date_from(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    return compact_date_in(
        std::string(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8, 2)));
}

core::result<std::vector<sys_days>> dates_by_line(std::string_view text, std::string_view file) {
    std::vector<sys_days> days;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto word = trimmed_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        const auto day = date_from(word);
        const auto problem = !day ? "not a date: write one a line, as 2026-12-25"
                             : days.size() == holidays_max ? "has more than 100,000 days"
                                                           : "";
        if (*problem != '\0')
            return core::failure{core::trouble::configuration,
                                 std::string(file) + ":" + std::to_string(line) + ": " + problem};
        days.push_back(*day);
    }
    return days;
}

}  // namespace

std::optional<sys_days> compact_date_in(std::string_view text) {
    constexpr int first_year = 1583;  // of the calendar that we count by
    if (text.size() != 8 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t size) {
        return std::stoi(std::string(text.substr(from, size)));
    };
    if (number(0, 4) < first_year) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

core::result<std::vector<sys_days>> holidays_from(std::string_view text, std::string_view file,
                                                  day_range wanted) {
    constexpr std::string_view mark = "BEGIN:VCALENDAR";
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    const auto begins = text.substr(0, mark.size());
    const bool calendar = std::equal(
        begins.begin(), begins.end(), mark.begin(), mark.end(),
        [](char a, char b) { return a == b || (a >= 'a' && a <= 'z' && a - 'a' + 'A' == b); });
    auto days = calendar ? event_days(text, file, wanted) : dates_by_line(text, file);
    if (!days) return days;
    std::sort(days->begin(), days->end());
    days->erase(std::unique(days->begin(), days->end()), days->end());
    return days;
}

}  // namespace tidings::codec
