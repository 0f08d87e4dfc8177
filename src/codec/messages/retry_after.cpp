#include "codec/messages/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace tidings::codec {
namespace {

using core::duration;
using core::wall_time;

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads a date from left to right; once something does not fit, it stays failed.
class date_scanner {
  public:
    explicit date_scanner(std::string_view text) : rest_(text) {}

    bool whole() const { return good_ && rest_.empty(); }

    void literal(std::string_view text) {
        good_ = good_ && rest_.starts_with(text);
        if (good_) rest_.remove_prefix(text.size());
    }
    void letters() {
        while (!rest_.empty() && ((rest_[0] | 0x20) >= 'a' && (rest_[0] | 0x20) <= 'z'))
            rest_.remove_prefix(1);
    }
    // Exactly that many digits; asctime writes a blank for a leading zero.
    int number(std::size_t digits, bool blank_for_zero = false) {
        auto text = rest_.substr(0, digits);
        good_ = good_ && text.size() == digits;
        if (!good_) return 0;
        rest_.remove_prefix(digits);
        if (blank_for_zero && text.front() == ' ') text.remove_prefix(1);
        int value = 0;
        const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
        good_ = error == std::errc() && end == text.end() && text.front() != '-';
        return value;
    }
    unsigned month() {
        const auto at = std::find(months.begin(), months.end(), rest_.substr(0, 3));
        good_ = good_ && at != months.end();
        if (!good_) return 0;
        rest_.remove_prefix(3);
        return static_cast<unsigned>(at - months.begin()) + 1;
    }

  private:
    std::string_view rest_;
    bool good_ = true;
};

struct date_parts {
    int year = 0;
    unsigned month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;

    void read_time(date_scanner& scan) {
        hour = scan.number(2);
        scan.literal(":");
        minute = scan.number(2);
        scan.literal(":");
        second = scan.number(2);
    }
    std::optional<wall_time> moment() const {
        const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                               std::chrono::day(static_cast<unsigned>(day))};
        // A minute may have a 61st second.
        if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
        return wall_time(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
               std::chrono::minutes(minute) + std::chrono::seconds(second);
    }
};

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<wall_time> read_fixed_date(std::string_view text) {
    date_scanner scan(text);
    date_parts parts;
    scan.letters();
    scan.literal(", ");
    parts.day = scan.number(2);
    scan.literal(" ");
    parts.month = scan.month();
    scan.literal(" ");
    parts.year = scan.number(4);
    scan.literal(" ");
    parts.read_time(scan);
    scan.literal(" GMT");
    return scan.whole() ? parts.moment() : std::nullopt;
}

// "Sunday, 06-Nov-94 08:49:37 GMT". A year that seems more than 50 years ahead is the century
// before, says RFC 9110; nobody asks to wait that long, so the nearest century to now is the same.
std::optional<wall_time> read_rfc850_date(std::string_view text, wall_time now) {
    date_scanner scan(text);
    date_parts parts;
    scan.letters();
    scan.literal(", ");
    parts.day = scan.number(2);
    scan.literal("-");
    parts.month = scan.month();
    scan.literal("-");
    const int short_year = scan.number(2);
    scan.literal(" ");
    parts.read_time(scan);
    scan.literal(" GMT");
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
    parts.year = this_year - this_year % 100 + short_year;
    if (parts.year > this_year + 50) parts.year -= 100;
    return scan.whole() ? parts.moment() : std::nullopt;
}

// "Sun Nov  6 08:49:37 1994"
std::optional<wall_time> read_asctime_date(std::string_view text) {
    date_scanner scan(text);
    date_parts parts;
    scan.letters();
    scan.literal(" ");
    parts.month = scan.month();
    scan.literal(" ");
    parts.day = scan.number(2, true);
    scan.literal(" ");
    parts.read_time(scan);
    scan.literal(" ");
    parts.year = scan.number(4);
    return scan.whole() ? parts.moment() : std::nullopt;
}

std::optional<duration> read_seconds(std::string_view text) {
    std::uint64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
    if (end != text.end()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return retry_after_max;
    constexpr auto most =
        std::uint64_t{std::chrono::duration_cast<std::chrono::seconds>(retry_after_max).count()};
    return std::chrono::seconds(std::min(seconds, most));
}

}  // namespace

std::optional<duration> read_retry_after(std::string_view value, wall_time now) {
    constexpr std::string_view blanks = " \t";
    const auto first = value.find_first_not_of(blanks);
    if (first == std::string_view::npos) return std::nullopt;
    value = value.substr(first, value.find_last_not_of(blanks) - first + 1);
    if (value.front() >= '0' && value.front() <= '9') return read_seconds(value);

    auto moment = read_fixed_date(value);
    if (!moment) moment = read_rfc850_date(value, now);
    if (!moment) moment = read_asctime_date(value);
    if (!moment) return std::nullopt;
    if (*moment <= now) return duration::zero();
    // Compared as microseconds: the year 9999 does not fit into nanoseconds.
    const std::chrono::microseconds wait = *moment - now;
    if (wait >= std::chrono::duration_cast<std::chrono::microseconds>(retry_after_max))
        return retry_after_max;
    return std::chrono::duration_cast<duration>(wait);
}

}  // namespace tidings::codec
