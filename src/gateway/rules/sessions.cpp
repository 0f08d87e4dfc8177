#include "gateway/rules/sessions.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>

#include <fmt/format.h>
#include <simdjson.h>

namespace tidings::gateway {

namespace {

namespace dom = simdjson::dom;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t listed_max = 1000;
constexpr auto span_without_from = std::chrono::days(7);

// "2026-11-23" or "2026-11-23T08:00:00", a fraction and a Z behind it.
std::optional<core::wall_time> date_of(std::string_view text) {
    const auto part = [&text](std::size_t at, std::size_t size) {
        int value = -1;
        if (text.size() >= at + size)
            std::from_chars(text.data() + at, text.data() + at + size, value);
        return value;
    };
    using namespace std::chrono;
    const year_month_day day(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                             std::chrono::day(static_cast<unsigned>(part(8, 2))));
    if (!day.ok() || text.size() < 10) return std::nullopt;
    core::wall_time made = sys_days(day);
    if (text.size() == 10) return made;
    if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return std::nullopt;
    if (part(11, 2) < 0 || part(14, 2) < 0 || part(17, 2) < 0) return std::nullopt;
    made += hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2));
    std::int64_t unit = 100'000;
    for (const char c : text.substr(19, text.size() - 20)) {
        if (c >= '0' && c <= '9') made += microseconds(unit * (c - '0'));
        unit /= c == '.' ? 1 : 10;
    }
    return made;
}

// False where there is a member that cannot be read.
bool read_date(dom::object from, std::string_view key, std::optional<core::wall_time>& into) {
    const auto member = from[key];
    if (member.error() == simdjson::NO_SUCH_FIELD) return true;
    std::int64_t counted = 0;
    std::string_view text;
    if (member.get(counted) == simdjson::SUCCESS)
        into = core::wall_time(milliseconds(counted));
    else if (member.get(text) == simdjson::SUCCESS)
        into = date_of(text);
    return into.has_value();
}

bool read_count(dom::object from, std::string_view key, std::size_t& into) {
    const auto member = from[key];
    if (member.error() == simdjson::NO_SUCH_FIELD) return true;
    std::uint64_t counted = 0;
    if (member.get(counted) != simdjson::SUCCESS) return false;
    into = static_cast<std::size_t>(counted);
    return true;
}

bool read_words(dom::object from, session_filter& into) {
    std::string_view text;
    if (from["userId"].error() != simdjson::NO_SUCH_FIELD) {
        if (from["userId"].get(text) != simdjson::SUCCESS) return false;
        // Whoever is no number has no session here.
        into.user = core::phone_number::from_e164(text).value_or(core::phone_number{});
    }
    if (from["sessionType"].error() == simdjson::NO_SUCH_FIELD) return true;
    if (from["sessionType"].get(text) != simdjson::SUCCESS) return false;
    into.interactive = text == "interactive";
    return into.interactive || text == "non-interactive";
}

void append_session(std::string& out, std::uint64_t number, const triggered_message& one) {
    const auto day = std::chrono::floor<std::chrono::days>(one.at);
    const std::chrono::year_month_day date(day);
    const auto ms = (one.at - day).count() / 1000;
    fmt::format_to(std::back_inserter(out),
                   FMT_STRING(R"({{"sessionId":"{:024x}","userId":"{}","channel":"sms",)"
                              R"("sessionType":"non-interactive","sessionStatus":"closed",)"
                              R"("start_time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"}})"),
                   number + 1, one.to.text(), static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                   ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace

std::optional<session_filter> read_session_filter(std::string_view body, core::wall_time now) {
    session_filter made;
    std::optional<core::wall_time> from;
    std::optional<core::wall_time> to;
    if (!body.empty()) {
        dom::parser parser;
        dom::object members;
        if (parser.parse(body.data(), body.size(), true).get(members) != simdjson::SUCCESS ||
            !read_words(members, made) || !read_date(members, "dateFrom", from) ||
            !read_date(members, "dateTo", to) || !read_count(members, "skip", made.skip) ||
            !read_count(members, "limit", made.limit))
            return std::nullopt;
    }
    made.to = to.value_or(now);
    made.from = from.value_or(made.to - span_without_from);
    made.limit = std::min(made.limit, listed_max);
    return made;
}

std::string list_sessions(const ledger& book, const std::vector<sender_name>& senders,
                          std::string_view bot, const session_filter& asked) {
    std::string listed;
    std::size_t total = 0;
    std::size_t shown = 0;
    for (auto number = book.size(); number > 0 && !asked.interactive; --number) {
        const auto one = book[number - 1].message;
        // As the list tells it: in whole milliseconds.
        const core::wall_time at = std::chrono::floor<milliseconds>(one.at);
        if (at < asked.from || at > asked.to || senders[one.sender].bot != bot) continue;
        if (asked.user && *asked.user != one.to) continue;
        if (++total <= asked.skip || shown == asked.limit) continue;
        if (shown++ != 0) listed += ',';
        append_session(listed, number - 1, one);
    }
    return fmt::format(FMT_STRING(R"({{"total":{},"moreAvailable":{},"sessions":[{}]}})"), total,
                       total > asked.skip + shown, listed);
}

}  // namespace tidings::gateway
