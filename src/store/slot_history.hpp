// When slots of rate limits were given back lately, kept small: what a restart needs to go on with
// full windows (design.md section 4). It remembers; core/limiter keeps to the limits.
#pragma once

#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace tidings::store {

// `count` slots of a lane whose answers came at that moment or before it.
struct slot_run {
    core::lane_id lane = core::lane_none;  // lane_none: it is not known which, count it for all
    std::uint32_t boot = 0;                // which boot `at.steady` belongs to
    std::uint32_t count = 0;
    core::time_stamp at{};
    // They were given up, or are in doubt from before: the server may still read them.
    bool unread = false;

    friend bool operator==(const slot_run&, const slot_run&) = default;
};

// Both clocks as a process reads them, and of which boot the steady one is.
struct clock_reading {
    core::time_stamp at{};
    std::uint32_t boot = 0;

    friend bool operator==(const clock_reading&, const clock_reading&) = default;
};

// A slot_run's moment on the clock of this boot: never earlier than the truth, and `now` where
// the clocks cannot be reconciled (another boot and a calendar that went backwards).
core::instant moment_of(const slot_run& slots, const clock_reading& now);
// The same slots with both clocks as they stand now: what is kept for a later boot must be said so,
// or a calendar that was set meanwhile shifts it.
slot_run told_now(slot_run slots, const clock_reading& now);
// The same slots by the calendar as it was read at another moment of their boot: where it was set
// since they were told, the later reading knows better how old they are in another boot.
// Pre: of their boot.
slot_run told_by(slot_run slots, const clock_reading& reading);

// Slots within the window, each lane's merged into at most about `grains` runs: a slot is then
// remembered as up to window/grains later than it was, never as earlier.
class slot_history {
  public:
    static constexpr std::int64_t grains = 4096;

    slot_history() : slot_history(core::duration::zero()) {}
    // A window of zero remembers nothing.
    explicit slot_history(core::duration window);

    core::duration window() const noexcept { return window_; }
    // A process begins: slots of before and slots from then on are kept apart.
    void begin_process(core::instant at) noexcept { begun_ = at; }
    void add(core::lane_id lane, core::time_stamp at, std::uint32_t boot, std::uint32_t count = 1);
    // Another boot has begun, and the last that is known of the old one is `last`: from here on all
    // of it is told by the new one's clocks.
    void begin_boot(const clock_reading& last, const clock_reading& now);
    // All that may still matter at `now`, told by the clocks of now, lane by lane, in the order of
    // time. Where the boot is another one: `begin_boot` first.
    std::vector<slot_run> within(const clock_reading& now) const;

  private:
    struct lane_runs {
        std::vector<slot_run> runs;  // the first `gone` of them have left the window
        std::size_t gone = 0;
    };

    core::duration window_;
    core::duration grain_;
    core::instant begun_ = core::instant::min();
    std::vector<lane_runs> lanes_;
};

}  // namespace tidings::store
