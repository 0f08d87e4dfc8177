#include "core/flight_window.hpp"

#include <algorithm>
#include <chrono>

namespace tidings::core {

namespace {

// A step of widening, and what it has to bring.
constexpr double wider = 1.5;
constexpr double pays_off = 1.1;
// A comparison's: less is kept where it brings as many, more only where it brings more. Between the
// two nothing moves.
constexpr double narrower_by = 0.75;
constexpr double much_narrower_by = 0.5;  // where the last step cost nothing
constexpr double wider_by = 1 / narrower_by;
constexpr double as_many = 0.995;
constexpr double more = 1.015;
// Answers come in waves; over so many windows' worth of them a wave more or less matters little.
// While it widens a step is to bring far more than a wave.
constexpr std::uint64_t windows_a_stretch = 8;
constexpr std::uint64_t windows_a_step = 2;

constexpr duration rest_shortest = std::chrono::milliseconds(500);

double seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

std::uint32_t flight_window::within(double size) const noexcept {
    return static_cast<std::uint32_t>(std::clamp<double>(size, options_.least, options_.most));
}

std::uint32_t flight_window::other() const noexcept {
    if (!narrower_) return within(base_ * wider_by);
    return within(base_ * (rest_ == duration{} ? much_narrower_by : narrower_by));
}

void flight_window::on_left(instant now) noexcept {
    if (now_.from == instant{}) begin_stretch(size_, now);
    if (++in_flight_ == size_) ++now_.filled;
}

void flight_window::on_ended(instant left, instant now) noexcept {
    if (in_flight_ > 0) --in_flight_;
    if (left < now_.from) return;
    if (now_.began == instant{}) {
        now_.began = now;
        return;
    }
    ++now_.ended;
    const auto lasts = now - now_.began;
    const auto windows = phase_ == phase::widening ? windows_a_step : windows_a_stretch;
    if (lasts < options_.stretch || now_.ended < windows * size_) return;
    // It held the sender back where it was filled about as often as it was emptied.
    const bool counts = now_.filled * size_ >= now_.ended;
    const double rate = static_cast<double>(now_.ended) / seconds(lasts);
    if (counts) return on_stretch_over(rate, now);
    // Nothing is learned, and nothing is tried meanwhile.
    if (phase_ == phase::comparing) rest(false, now);
    rate_before_ = 0;
    begin_stretch(base_, now);
}

void flight_window::begin_stretch(std::uint32_t size, instant now) noexcept {
    size_ = size;
    now_ = {.from = now};
    if (in_flight_ >= size_) now_.filled = 1;
}

void flight_window::on_stretch_over(double rate, instant now) noexcept {
    switch (phase_) {
        case phase::widening: return widen(rate, now);
        case phase::resting:
            if (now >= rests_until_) return begin_comparison(now);
            return begin_stretch(base_, now);
        case phase::comparing: return compare(rate, now);
    }
}

void flight_window::widen(double rate, instant now) noexcept {
    if (rate_before_ > 0 && rate < pays_off * rate_before_) {
        base_ = within(base_ / wider);
        phase_ = phase::resting;
        rests_until_ = now;
        return begin_stretch(base_, now);
    }
    rate_before_ = rate;
    base_ = within(base_ * wider);
    begin_stretch(base_, now);
}

void flight_window::begin_comparison(instant now) noexcept {
    phase_ = phase::comparing;
    turn_ = 0;
    rates_ = {};
    begin_stretch(base_, now);
}

void flight_window::compare(double rate, instant now) noexcept {
    rates_[turns[turn_] ? 1 : 0] += rate;
    if (++turn_ < turns.size()) return begin_stretch(turns[turn_] ? other() : base_, now);
    // A bound may leave nothing to compare.
    const bool kept = other() != base_ && rates_[1] >= rates_[0] * (narrower_ ? as_many : more);
    if (kept) base_ = other();
    rest(kept, now);
    begin_stretch(base_, now);
}

// What has changed something is tried again; what has not, the other way next.
void flight_window::rest(bool changed, instant now) noexcept {
    phase_ = phase::resting;
    rest_ = changed ? duration{} : std::clamp(2 * rest_, rest_shortest, options_.rest_longest);
    if (!changed) narrower_ = !narrower_;
    rests_until_ = now + rest_;
}

}  // namespace tidings::core
