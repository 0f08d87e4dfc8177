#include "codec/text/units.hpp"

#include "core/unit_names.hpp"

#include <charconv>
#include <optional>
#include <string>

namespace tidings::codec {
namespace {

using core::duration;
using core::failure;
using core::trouble;

constexpr duration duration_max = std::chrono::days(3650);
constexpr duration window_max = std::chrono::days(31);
constexpr duration window_min = std::chrono::milliseconds(1);

// The value as a person may read it in a message: cut, and without control characters.
std::string quoted(std::string_view text) {
    constexpr std::size_t shown_max = 60;
    std::string shown = "\"";
    for (const char c : text.substr(0, shown_max))
        shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    if (text.size() > shown_max) shown += "...";
    return shown + "\"";
}

failure wrong(std::string_view text, std::string_view what) {
    return {trouble::configuration, quoted(text) + " " + std::string(what)};
}

// Takes the digits at the front of `text`; nullopt without any, or when they do not fit.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

// Takes exactly `count` digits.
std::optional<int> take_fixed(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::string_view take_letters(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() &&
           ((text[size] >= 'a' && text[size] <= 'z') || (text[size] >= 'A' && text[size] <= 'Z')))
        ++size;
    const auto letters = text.substr(0, size);
    text.remove_prefix(size);
    return letters;
}

enum class span_trouble { none, shape, too_long };

struct span_read {
    duration span{};
    span_trouble trouble = span_trouble::none;
};

span_read read_span(std::string_view text) {
    if (text.empty()) return {{}, span_trouble::shape};
    std::uint64_t total = 0;
    std::size_t next_unit = 0;
    while (!text.empty()) {
        const auto count = take_digits(text);
        const auto name = take_letters(text);
        if (!count) return {{}, span_trouble::shape};
        while (next_unit < core::time_units.size() && core::time_units[next_unit].name != name)
            ++next_unit;
        if (next_unit == core::time_units.size()) return {{}, span_trouble::shape};
        const auto size = static_cast<std::uint64_t>(core::time_units[next_unit].worth);
        const auto most = static_cast<std::uint64_t>(duration_max.count());
        if (*count > (most - total) / size) return {{}, span_trouble::too_long};
        total += *count * size;
        ++next_unit;
    }
    return {duration(static_cast<std::int64_t>(total)), span_trouble::none};
}

std::optional<std::uint16_t> take_minute_of_day(std::string_view& text) {
    const auto hour = take_fixed(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_fixed(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return static_cast<std::uint16_t>(*hour * 60 + *minute);
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes(0);
    const bool ahead = take(text, '+');
    if (!ahead && !take(text, '-')) return std::nullopt;
    const auto minutes = take_minute_of_day(text);
    if (!minutes) return std::nullopt;
    return std::chrono::minutes(ahead ? *minutes : -*minutes);
}

// A fraction of a second, at most microseconds of which are kept: more digits are refused.
std::optional<std::chrono::microseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return std::chrono::microseconds(0);
    const auto before = text.size();
    const auto digits = take_digits(text);
    const auto size = before - text.size();
    if (!digits || size > 6) return std::nullopt;
    auto us = static_cast<std::int64_t>(*digits);
    for (auto i = size; i < 6; ++i)
        us *= 10;
    return std::chrono::microseconds(us);
}

std::optional<core::wall_time> read_wall_time(std::string_view text) {
    const auto year = take_fixed(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_fixed(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_fixed(text, 2);
    if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
    const auto minute = take_minute_of_day(text);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_fixed(text, 2);
    if (!second || *second > 59) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || *year < 2000 || *year > 2199) return std::nullopt;
    return core::wall_time(std::chrono::sys_days(date)) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) + *fraction - *offset;
}

}  // namespace

core::result<duration> duration_from(std::string_view text) {
    const auto read = read_span(text);
    switch (read.trouble) {
        case span_trouble::none: return read.span;
        case span_trouble::too_long: return wrong(text, "is longer than 3650d");
        case span_trouble::shape: break;
    }
    return wrong(text, "is not a span of time: write \"90s\", \"30m\" or \"1h30m\"");
}

core::result<core::rate_limit> rate_limit_from(std::string_view text) {
    constexpr std::string_view shape = "is not a limit: write a count and a window, \"600/60s\"";
    auto rest = text;
    const auto count = take_digits(rest);
    if (!count || !take(rest, '/')) return wrong(text, shape);
    // "5/s" means "5/1s".
    const bool bare = !rest.empty() && (rest.front() < '0' || rest.front() > '9');
    const auto read = read_span(bare ? "1" + std::string(rest) : std::string(rest));
    if (read.trouble == span_trouble::shape) return wrong(text, shape);
    if (*count < 1 || *count > 1'000'000'000)
        return wrong(text, "has a count outside 1 .. 1000000000: write \"600/60s\"");
    if (read.trouble == span_trouble::too_long || read.span > window_max || read.span < window_min)
        return wrong(text, "has a window outside 1ms .. 31d: write \"600/60s\"");
    return core::rate_limit{static_cast<std::uint32_t>(*count), read.span};
}

core::result<duration_range> duration_range_from(std::string_view text) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos)
        return wrong(text, "is not a range of time: write \"1s..60s\"");
    const auto low = read_span(text.substr(0, dots));
    const auto high = read_span(text.substr(dots + 2));
    if (low.trouble != span_trouble::none || high.trouble != span_trouble::none)
        return wrong(text, "is not a range of time: write \"1s..60s\"");
    if (low.span > high.span)
        return wrong(text, "ends before it begins: write the shorter time first, \"1s..60s\"");
    return duration_range{low.span, high.span};
}

core::result<std::uint64_t> byte_size_from(std::string_view text) {
    auto rest = text;
    const auto count = take_digits(rest);
    if (count)
        for (const auto& one : core::size_units) {
            if (rest != one.name) continue;
            const auto size = static_cast<std::uint64_t>(one.worth);
            if (*count > (std::uint64_t{1} << 60) / size)
                return wrong(text, "is more than 1073741824GiB");
            return *count * size;
        }
    return wrong(text, "is not a size: write \"64MiB\", \"500kB\" or \"1GiB\"");
}

core::result<share_of_last> share_of_last_from(std::string_view text) {
    auto rest = text;
    const auto percent = take_digits(rest);
    const bool middle = percent && take(rest, '%') && take(rest, '/');
    const auto last = middle ? take_digits(rest) : std::nullopt;
    if (!last || !rest.empty())
        return wrong(text, "is not a share of the last messages: write \"20%/500\"");
    if (*percent < 1 || *percent > 100 || *last < 1 || *last > 1'000'000)
        return wrong(text, "is out of range: 1 to 100 % of the last 1 to 1000000, \"20%/500\"");
    return share_of_last{static_cast<std::uint32_t>(*percent), static_cast<std::uint32_t>(*last)};
}

std::string spelled(const share_of_last& share) {
    return std::to_string(share.percent) + "%/" + std::to_string(share.last);
}

core::result<core::people_share> people_share_from(std::string_view text) {
    if (text.empty()) return core::people_share{};
    constexpr std::string_view shape = "is not a share of the people: write \"5%\" or \"0.5%\"";
    constexpr std::uint32_t percent = core::people_share::whole / 100;
    auto rest = text;
    const auto whole = take_digits(rest);
    if (!whole) return wrong(text, shape);
    std::uint32_t part = 0;
    if (take(rest, '.')) {
        const auto digits = rest.substr(0, rest.find('%'));
        std::string padded(digits);
        padded.resize(4, '0');
        auto of = std::string_view(padded);
        const auto read = digits.empty() || digits.size() > 4 ? std::nullopt : take_digits(of);
        if (!read || !of.empty()) return wrong(text, shape);
        part = static_cast<std::uint32_t>(*read);
        rest.remove_prefix(digits.size());
    }
    if (rest != "%") return wrong(text, shape);
    if (*whole > 100 || (*whole == 100 && part > 0) || (*whole == 0 && part == 0))
        return wrong(text, "is not between 0.0001% and 100%");
    return core::people_share{static_cast<std::uint32_t>(*whole) * percent + part};
}

core::result<core::column_value> column_value_from(std::string_view text) {
    constexpr std::string_view shape = "is not a condition: write \"column = value\"";
    constexpr std::size_t value_max = 200;
    const auto bare = [](std::string_view of) {
        const auto first = of.find_first_not_of(" \t");
        if (first == std::string_view::npos) return std::string_view();
        return of.substr(first, of.find_last_not_of(" \t") + 1 - first);
    };
    if (bare(text).empty()) return core::column_value{};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return wrong(text, shape);
    const auto column = bare(text.substr(0, equals));
    auto value = bare(text.substr(equals + 1));
    if (column.empty()) return wrong(text, shape);
    if (column.ends_with('!') || column.ends_with('<') || column.ends_with('>') ||
        value.starts_with('='))
        return wrong(text, "has another sign than =: write \"column = value\"");
    for (const char quote : {'"', '\''})
        if (value.size() >= 2 && value.front() == quote && value.back() == quote) {
            value = value.substr(1, value.size() - 2);
            break;
        }
    if (value.size() > value_max) return wrong(text, "has a value of over 200 bytes");
    return core::column_value{std::string(column), std::string(value)};
}

core::result<day_span> day_span_from(std::string_view text) {
    auto rest = text;
    const auto from = take_minute_of_day(rest);
    const bool middle = from && take(rest, '-');
    const auto until = middle ? take_minute_of_day(rest) : std::nullopt;
    if (!until || !rest.empty())
        return wrong(text, "is not a span of the day: write \"21:00-08:00\"");
    if (*from == *until)
        return wrong(text, "begins when it ends: write two different times, \"21:00-08:00\"");
    return day_span{*from, *until};
}

std::string spelled(const day_span& span) {
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    const auto time = [&](int minute) { return two(minute / 60) + ":" + two(minute % 60); };
    return time(span.from_minute) + "-" + time(span.until_minute);
}

core::result<core::wall_time> wall_time_from(std::string_view text) {
    const auto read = read_wall_time(text);
    if (!read)
        return wrong(text, "is not a moment: write \"2026-11-23T09:00:00+01:00\" (RFC 3339)");
    return *read;
}

core::result<std::uint64_t> count_from(std::string_view text) {
    auto rest = text;
    const auto value = take_digits(rest);
    if (!value || !rest.empty()) return wrong(text, "is not a whole number: write \"1000\"");
    return *value;
}

}  // namespace tidings::codec
