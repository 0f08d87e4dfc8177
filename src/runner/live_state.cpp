#include "runner/live_state.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tidings::runner {

namespace {

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

}  // namespace

live_state live_state_of(const core::progress_snapshot& now) {
    return {.phase = now.phase,
            .waiting_until = now.waiting_until,
            .finish_expected = now.finish_expected,
            .rate_now = now.rate_now,
            .waiting_for = now.waiting_for};
}

std::string to_line(const live_state& state) {
    auto line =
        fmt::format("{} {} {} {} {}", static_cast<int>(state.phase), number_of(state.waiting_until),
                    number_of(state.finish_expected), state.rate_now, state.waiting_for);
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
}

std::optional<live_state> live_state_from(std::string_view line) {
    int phase = 0;
    std::int64_t until = 0;
    std::int64_t finish = 0;
    live_state made;
    if (!take(line, phase) || phase < 0 || phase > phase_last || !take(line, until) ||
        !take(line, finish) || !take(line, made.rate_now))
        return std::nullopt;
    made.phase = static_cast<core::run_phase>(phase);
    made.waiting_until = moment_of(until);
    made.finish_expected = moment_of(finish);
    made.waiting_for = line;
    return made;
}

void tell(core::progress_snapshot& into, const live_state& state) {
    into.phase = state.phase;
    into.waiting_until = state.waiting_until;
    into.finish_expected = state.finish_expected;
    into.rate_now = state.rate_now;
    into.waiting_for = state.waiting_for;
}

}  // namespace tidings::runner
