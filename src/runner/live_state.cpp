#include "runner/live_state.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace tidings::runner {

namespace {

constexpr char separator = '\x1F';
constexpr std::size_t troubles_max = 3;
constexpr std::size_t words_max = 180;  // of what is waited for
constexpr std::size_t name_max = 60;
constexpr auto phase_last = static_cast<int>(core::run_phase::finished);

std::int64_t number_of(const std::optional<core::wall_time>& moment) {
    return moment ? moment->time_since_epoch().count() : 0;
}

std::optional<core::wall_time> moment_of(std::int64_t number) {
    if (number == 0) return std::nullopt;
    return core::wall_time(std::chrono::microseconds(number));
}

// The next word as a number.
template <class Number>
bool take(std::string_view& line, Number& number) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || end == line.data() + line.size() || *end != ' ') return false;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
    return true;
}

// Without what would end the line, or a part of it.
std::string plain(std::string_view text, std::size_t size_max) {
    std::string made(text.substr(0, size_max));
    for (auto& c : made)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return made;
}

// A word of its own.
std::string word(std::string_view text) {
    auto made = plain(text, name_max);
    std::replace(made.begin(), made.end(), ' ', '_');
    return made.empty() ? "-" : made;
}

std::string part_of(const core::endpoint_trouble& one) {
    return fmt::format("{} {} {} {} {} {} {} {}", number_of(one.since), number_of(one.ask_at),
                       one.questions, one.trying ? 1 : 0, one.given_up ? 1 : 0, word(one.bot),
                       word(one.name), plain(one.words, name_max));
}

std::optional<core::endpoint_trouble> trouble_from(std::string_view part) {
    std::int64_t since = 0;
    std::int64_t ask = 0;
    int trying = 0;
    int given_up = 0;
    core::endpoint_trouble made;
    if (!take(part, since) || !take(part, ask) || !take(part, made.questions) ||
        !take(part, trying) || !take(part, given_up))
        return std::nullopt;
    const auto bot_end = part.find(' ');
    const auto name_end = bot_end == part.npos ? part.npos : part.find(' ', bot_end + 1);
    if (name_end == part.npos) return std::nullopt;
    made.bot = part.substr(0, bot_end);
    made.name = part.substr(bot_end + 1, name_end - bot_end - 1);
    made.words = part.substr(name_end + 1);
    made.since = moment_of(since).value_or(core::wall_time());
    made.ask_at = moment_of(ask);
    made.trying = trying != 0;
    made.given_up = given_up != 0;
    return made;
}

}  // namespace

live_state live_state_of(const core::progress_snapshot& now) {
    return {.phase = now.phase,
            .waiting_until = now.waiting_until,
            .finish_expected = now.finish_expected,
            .rate_now = now.rate_now,
            .waiting_for = now.waiting_for,
            .troubles = now.answers.troubles};
}

std::string to_line(const live_state& state) {
    auto line = fmt::format("{} {} {} {} {}", static_cast<int>(state.phase),
                            number_of(state.waiting_until), number_of(state.finish_expected),
                            state.rate_now, plain(state.waiting_for, words_max));
    for (std::size_t i = 0; i < std::min(state.troubles.size(), troubles_max); ++i)
        line += separator + part_of(state.troubles[i]);
    return line;
}

std::optional<live_state> live_state_from(std::string_view line) {
    int phase = 0;
    std::int64_t until = 0;
    std::int64_t finish = 0;
    live_state made;
    const auto first_part = std::min(line.find(separator), line.size());
    auto parts = line.substr(first_part);
    line = line.substr(0, first_part);
    if (!take(line, phase) || phase < 0 || phase > phase_last || !take(line, until) ||
        !take(line, finish) || !take(line, made.rate_now))
        return std::nullopt;
    made.phase = static_cast<core::run_phase>(phase);
    made.waiting_until = moment_of(until);
    made.finish_expected = moment_of(finish);
    made.waiting_for = line;
    while (!parts.empty()) {
        parts.remove_prefix(1);
        const auto size = std::min(parts.find(separator), parts.size());
        auto one = trouble_from(parts.substr(0, size));
        if (!one) return std::nullopt;
        made.troubles.push_back(std::move(*one));
        parts.remove_prefix(size);
    }
    return made;
}

void tell(core::progress_snapshot& into, const live_state& state) {
    into.phase = state.phase;
    into.waiting_until = state.waiting_until;
    into.finish_expected = state.finish_expected;
    into.rate_now = state.rate_now;
    into.waiting_for = state.waiting_for;
    into.answers.troubles = state.troubles;
}

}  // namespace tidings::runner
