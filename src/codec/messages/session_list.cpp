#include "codec/messages/session_list.hpp"

#include "codec/records/outcome_line.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>
#include <simdjson.h>

namespace tidings::codec {

namespace {

namespace dom = simdjson::dom;
using std::chrono::milliseconds;

constexpr std::size_t id_bytes_max = 64;
constexpr std::size_t timestamp_bytes_to_ms = 23;  // 2026-11-23T08:00:00.123

// By the spellings that the vendor's pages have; the first that is there counts.
constexpr std::array<std::string_view, 3> id_keys = {"sessionId", "_id", "id"};
constexpr std::array<std::string_view, 4> user_keys = {"userId", "channelUserId", "channel_user_id",
                                                       "user_id"};
constexpr std::array<std::string_view, 6> begin_keys = {
    "start_time", "startTime", "sessionStartTime", "startedOn", "createdOn", "created_on"};

std::string in_milliseconds(core::wall_time at) {
    std::array<char, 27> text{};
    write_timestamp(text.data(), at);
    return std::string(text.data(), timestamp_bytes_to_ms) + "Z";
}

std::optional<std::string_view> text_of(dom::object from, std::string_view key) {
    std::string_view text;
    if (from[key].get(text) != simdjson::SUCCESS || text.empty()) return std::nullopt;
    return text;
}

std::optional<core::phone_number> number_in(std::string_view text) {
    std::string spelled(text);
    if (!spelled.starts_with('+')) spelled.insert(spelled.begin(), '+');
    return core::phone_number::from_e164(spelled);
}

// Fixed digits at a place of the text; nullopt where there are none.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    if (text.size() < at + count) return std::nullopt;
    const auto* const end = text.data() + at + count;
    const auto read = std::from_chars(text.data() + at, end, value);
    if (read.ec != std::errc{} || read.ptr != end || text[at] == '-') return std::nullopt;
    return value;
}

// "2026-11-23T08:00:00" with or without a fraction, in UTC ("Z", "+00:00", "+0000").
std::optional<core::wall_time> date_in(std::string_view text) {
    using namespace std::chrono;
    const auto y = digits_at(text, 0, 4);
    const auto mo = digits_at(text, 5, 2);
    const auto d = digits_at(text, 8, 2);
    const auto h = digits_at(text, 11, 2);
    const auto mi = digits_at(text, 14, 2);
    const auto s = digits_at(text, 17, 2);
    if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
    const year_month_day day(year(*y), month(static_cast<unsigned>(*mo)),
                             std::chrono::day(static_cast<unsigned>(*d)));
    if (!day.ok() || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
    auto rest = text.substr(19);
    microseconds fraction{};
    if (rest.starts_with('.')) {
        std::int64_t unit = 100'000;
        rest.remove_prefix(1);
        for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1)) {
            fraction += microseconds(unit * (rest[0] - '0'));
            unit /= 10;
        }
    }
    if (rest != "Z" && rest != "+00:00" && rest != "+0000") return std::nullopt;
    return core::wall_time(sys_days(day)) + hours(*h) + minutes(*mi) + seconds(*s) + fraction;
}

std::optional<core::wall_time> began_of(dom::object session) {
    for (const auto key : begin_keys) {
        const auto value = session[key];
        std::int64_t counted = 0;
        if (value.get(counted) == simdjson::SUCCESS) return core::wall_time(milliseconds(counted));
        if (const auto text = text_of(session, key)) return date_in(*text);
    }
    return std::nullopt;
}

std::optional<core::phone_number> user_of(dom::object session) {
    for (const auto key : user_keys)
        if (const auto text = text_of(session, key))
            if (const auto number = number_in(*text)) return number;
    return std::nullopt;
}

// Where it says so, one that the other side began proves nothing.
bool spoke_unasked(dom::object session) {
    const auto kind = text_of(session, "sessionType");
    return !kind || *kind == "non-interactive";
}

void add(session_page& page, dom::object session) {
    ++page.listed;
    const auto began = began_of(session);
    const auto user = user_of(session);
    if (!began || !user || !spoke_unasked(session)) return;
    auto& one = page.sessions.emplace_back();
    one.user = *user;
    one.began = *began;
    for (const auto key : id_keys)
        if (const auto text = text_of(session, key)) {
            one.id = text->substr(0, id_bytes_max);
            break;
        }
}

}  // namespace

std::string session_question_body(const session_question& asked) {
    const auto until = std::chrono::ceil<milliseconds>(asked.to);
    return fmt::format(FMT_STRING(R"({{"userId":"{}","dateFrom":"{}","dateTo":"{}",)"
                                  R"("sessionType":"non-interactive","skip":{},"limit":{}}})"),
                       asked.user.text(), in_milliseconds(asked.from), in_milliseconds(until),
                       asked.skip, asked.limit);
}

std::optional<session_page> read_session_page(std::string_view body) {
    dom::parser parser;
    dom::object members;
    dom::array listed;
    if (parser.parse(body.data(), body.size(), true).get(members) != simdjson::SUCCESS ||
        members["sessions"].get(listed) != simdjson::SUCCESS)
        return std::nullopt;
    session_page page;
    for (const auto entry : listed) {
        dom::object session;
        if (entry.get(session) == simdjson::SUCCESS)
            add(page, session);
        else
            ++page.listed;
    }
    bool more = false;
    page.more = members["moreAvailable"].get(more) == simdjson::SUCCESS && more;
    return page;
}

}  // namespace tidings::codec
