#include "codec/text/dates.hpp"

#include "codec/text/units.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace tidings::codec {
namespace {

// In front of dates in cells of workbooks (codec/sheets).
constexpr std::string_view cell_mark = "date ";
constexpr std::size_t moment_bytes_max = 40;
constexpr std::size_t date_bytes = 10;

std::string_view trimmed_of_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

// Days since the end of 1899, as spreadsheets count them.
std::optional<written_moment> from_serial(std::string_view text) {
    double days = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), days);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    constexpr double first = 36'526, behind = 109'576;  // 2000-01-01, 2200-01-01
    if (!(days >= first && days < behind)) return std::nullopt;
    constexpr std::chrono::sys_days epoch =
        std::chrono::year(1899) / std::chrono::December / std::chrono::day(30);
    const auto seconds = static_cast<std::int64_t>(std::llround(days * 86'400));
    return written_moment{core::wall_time(epoch) + std::chrono::seconds(seconds), true};
}

// "+02", "+0200" as "+02:00"; empty: it is no offset.
std::string offset_of(std::string_view text) {
    if (text == "Z" || text == "z" || text == "UTC") return "Z";
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return {};
    std::string digits(text.substr(1));
    if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
    if (digits.size() == 2) digits += "00";
    if (digits.size() != 4) return {};
    return std::string(1, text[0]) + digits.substr(0, 2) + ":" + digits.substr(2);
}

}  // namespace

std::optional<written_moment> moment_in(std::string_view text) {
    text = trimmed_of_blanks(text);
    const bool cell = text.starts_with(cell_mark);
    if (cell) text.remove_prefix(cell_mark.size());
    if (text.size() > moment_bytes_max) return std::nullopt;
    if (cell)
        if (const auto serial = from_serial(text)) return serial;
    if (text.size() < date_bytes) return std::nullopt;
    std::string whole(text.substr(0, date_bytes));
    auto rest = text.substr(date_bytes);
    if (!rest.empty() && rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ') return std::nullopt;
    if (!rest.empty()) rest.remove_prefix(1);
    const auto time = rest.substr(0, rest.find_first_not_of("0123456789:."));
    rest = trimmed_of_blanks(rest.substr(time.size()));
    whole += 'T';
    whole += time.empty() ? "00:00:00" : time;
    if (time.size() == 5) whole += ":00";
    const auto offset = rest.empty() ? std::string("Z") : offset_of(rest);
    if (offset.empty() || (time.empty() && !rest.empty())) return std::nullopt;
    const auto at = wall_time_from(whole + offset);
    if (!at) return std::nullopt;
    return written_moment{*at, rest.empty()};
}

}  // namespace tidings::codec
