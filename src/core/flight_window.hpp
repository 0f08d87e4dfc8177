// Decides how many requests of one endpoint pay to be under way at once. A server that has enough
// to do answers no more of them for having more of them waiting: they only wait longer, and a crash
// leaves more rows in doubt. So the window follows what is answered, as congestion control does: it
// widens while that brings more answers a second, and then compares, in turns, what a little less
// or a little more would bring. Where something else holds the sender back (a pace, connections,
// the list) it learns nothing and does not matter.
//
// Whether an endpoint is in trouble is core/circuit_breaker's; what limits allow core/limiter's.
// One thread; `now` never goes back.
#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>

namespace tidings::core {

struct flight_window_options {
    std::uint32_t first = 256;                          // to begin with
    std::uint32_t least = 16;                           // never fewer
    std::uint32_t most = 1'000'000;                     // never more
    duration stretch = std::chrono::milliseconds(100);  // of measuring, at least
    duration rest_longest = std::chrono::seconds(10);   // between comparisons that change nothing
};

class flight_window {
  public:
    explicit flight_window(flight_window_options options = {})
        : options_(options), base_(options.first), size_(options.first) {}

    // How many more may leave now.
    std::uint32_t room() const noexcept { return in_flight_ < size_ ? size_ - in_flight_ : 0; }
    std::uint32_t size() const noexcept { return size_; }

    void on_left(instant now) noexcept;
    // Answered or given up; it left at `left`.
    void on_ended(instant left, instant now) noexcept;

  private:
    enum class phase : std::uint8_t {
        widening,   // as long as each step brings many more answers
        resting,    // until the next comparison
        comparing,  // the window as it is and another one, in turns
    };
    // Of one stretch.
    struct measure {
        instant from{};            // what left before tells of the size before
        instant began{};           // when the first of the others ended
        std::uint64_t ended = 0;   // after that
        std::uint64_t filled = 0;  // times nothing more could leave
    };
    // The window as it is, the other one, the other one again, and as it is: what drifts meanwhile
    // is in both sums.
    static constexpr std::array<bool, 4> turns = {false, true, true, false};

    void begin_stretch(std::uint32_t size, instant now) noexcept;
    void on_stretch_over(double rate, instant now) noexcept;
    void widen(double rate, instant now) noexcept;
    void begin_comparison(instant now) noexcept;
    void compare(double rate, instant now) noexcept;
    void rest(bool changed, instant now) noexcept;
    std::uint32_t within(double size) const noexcept;
    std::uint32_t other() const noexcept;

    const flight_window_options options_;
    phase phase_ = phase::widening;
    bool narrower_ = true;   // what the comparison is with
    std::uint8_t turn_ = 0;  // of the comparison
    std::uint32_t in_flight_ = 0;
    std::uint32_t base_;  // what the window is when nothing is tried
    std::uint32_t size_;
    double rate_before_ = 0;                        // widening: of the step before, a second
    std::array<double, 2> rates_{};                 // of the comparison: as it is, the other
    duration rest_ = std::chrono::milliseconds(1);  // the last one; none: a step was just kept
    instant rests_until_{};
    measure now_;
};

}  // namespace tidings::core
