#include "view/clock_text.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace tidings::view {
namespace {

struct local_moment {
    std::chrono::sys_days day;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

local_moment local(core::wall_time at, zone_offset offset) {
    const auto moment = std::chrono::floor<std::chrono::seconds>(at) + offset(at);
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    return {day, std::chrono::hh_mm_ss(moment - day)};
}

std::string time_text(const local_moment& at, bool seconds) {
    const auto text =
        fmt::format("{:02}:{:02}", at.time.hours().count(), at.time.minutes().count());
    return seconds ? text + fmt::format(":{:02}", at.time.seconds().count()) : text;
}

std::string day_text(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

std::string clock_text(core::wall_time at, core::wall_time now, zone_offset offset, bool seconds) {
    static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                             "Thu", "Fri", "Sat"};
    const auto then = local(at, offset);
    const auto away = then.day - local(now, offset).day;
    const auto time = time_text(then, seconds);
    if (away == std::chrono::days(0)) return time;
    if (away > std::chrono::days(-6) && away < std::chrono::days(7))
        return std::string(days[std::chrono::weekday(then.day).c_encoding()]) + " " + time;
    return day_text(then.day) + " " + time;
}

std::string date_text(core::wall_time at, zone_offset offset) {
    const auto then = local(at, offset);
    return day_text(then.day) + " " + time_text(then, true);
}

}  // namespace tidings::view
