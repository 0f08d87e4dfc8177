#include "core/wording.hpp"

#include "core/unit_names.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace tidings::core {
namespace {

template <class... Values>
std::string printed(const char* form, Values... values) {
    std::array<char, 64> buffer;
    const int size = std::snprintf(buffer.data(), buffer.size(), form, values...);
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

// 1234 with 10 to a unit: "123.4".
std::string with_tenth(std::int64_t tenths, const char* name) {
    return printed("%lld.%lld %s", static_cast<long long>(tenths / 10),
                   static_cast<long long>(tenths % 10), name);
}

std::string two_parts(std::int64_t large, const char* large_name, std::int64_t small,
                      const char* small_name) {
    return printed("%lld %s %02lld %s", static_cast<long long>(large), large_name,
                   static_cast<long long>(small), small_name);
}

}  // namespace

std::string spelled(duration span) {
    if (span.count() == 0) return "0s";
    std::string text;
    // Unsigned, so that the most negative span has a magnitude too.
    auto rest = static_cast<std::uint64_t>(span.count());
    if (span.count() < 0) {
        text = "-";
        rest = 0 - rest;
    }
    // Up to two minutes people think in seconds: 60s and 90s, not 1m and 1m30s.
    const bool few_seconds = rest < 120 * static_cast<std::uint64_t>(second_ns);
    for (const auto& one : time_units) {
        if (few_seconds && one.worth > second_ns) continue;
        const auto size = static_cast<std::uint64_t>(one.worth);
        if (rest < size) continue;
        text += std::to_string(rest / size);
        text += one.name;
        rest %= size;
    }
    return text;
}

std::string spelled(const rate_limit& limit) {
    return std::to_string(limit.count) + "/" + spelled(limit.window);
}

std::string_view name_of(scope_kind kind) {
    switch (kind) {
        case scope_kind::account: return "account";
        case scope_kind::bot: return "bot";
        case scope_kind::sender: return "sender";
        case scope_kind::run: return "run";
    }
    return "";
}

std::string in_words(scope_kind kind, std::string_view name) {
    if (kind == scope_kind::run) return std::string(name);
    return std::string(name_of(kind)).append(" ").append(name);
}

std::string spelled_bytes(std::uint64_t bytes) {
    for (const auto& one : size_units) {
        const auto size = static_cast<std::uint64_t>(one.worth);
        if (bytes >= size && bytes % size == 0)
            return std::to_string(bytes / size) + std::string(one.name);
    }
    return std::to_string(bytes) + "B";
}

std::string shown_count(std::uint64_t count) {
    std::string text = std::to_string(count);
    for (auto at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string shown(duration span) {
    const std::int64_t ns = span.count();
    if (ns < 0) return ns == duration::min().count() ? "-292 y" : "-" + shown(-span);
    const std::int64_t us = (ns + 500) / 1'000;
    if (us < 1'000) return printed("%lld us", static_cast<long long>(us));
    if (us < 99'950) return with_tenth((us + 50) / 100, "ms");
    if (us < 999'500) return printed("%lld ms", static_cast<long long>((us + 500) / 1'000));
    if (us < 9'950'000) return with_tenth((us + 50'000) / 100'000, "s");
    const std::int64_t seconds = (us + 500'000) / 1'000'000;
    if (seconds < 60) return printed("%lld s", static_cast<long long>(seconds));
    if (seconds < 3'600) return two_parts(seconds / 60, "m", seconds % 60, "s");
    const std::int64_t minutes = (seconds + 30) / 60;
    if (minutes < 48 * 60) return two_parts(minutes / 60, "h", minutes % 60, "m");
    const std::int64_t hours = (minutes + 30) / 60;
    return two_parts(hours / 24, "d", hours % 24, "h");
}

std::string shown_share(std::uint64_t part, std::uint64_t whole) {
    if (part == 0 || whole == 0) return "0 %";
    if (part >= whole) return "100 %";
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (percent < 0.05) return "<0.1 %";
    if (percent >= 99.95) return ">99.9 %";
    return printed("%.1f %%", percent);
}

std::string shown_rate(double per_second) {
    if (!(per_second > 0) || !std::isfinite(per_second)) return "0/s";
    if (per_second < 9.995) return printed("%.2f/s", per_second);
    if (per_second < 99.95) return printed("%.1f/s", per_second);
    if (per_second > 1e15) return "many/s";
    return shown_count(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
}

std::string spelled(wall_time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    return printed("%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                   static_cast<int>(time.seconds().count()),
                   static_cast<int>(time.subseconds().count()));
}

}  // namespace tidings::core
