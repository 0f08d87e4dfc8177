// One rolling limit n/W as a pool of n slots: taken when a request leaves, given back W after its
// answer came (design.md section 4), so no window of length W holds more than n at the server,
// wherever in [departure, answer] a request arrived. It knows nothing of scopes, pace or refusals:
// core/limiter.hpp puts rings together.
//
// Returns are kept in order, rounded up to a step of W/4096 (or a coarser one where many rings are
// kept), so a ring has at most some 4,100 entries whether the limit is 1/1s or 1,000,000/1h. It
// takes the memory that its fullest window needed: 8 bytes an entry. Besides W a slot stays away
// for a guard of W/10,000 + 1 ms (at most W/1,000): for a server whose clock runs 100 ppm slower
// than ours or counts in milliseconds.
#pragma once

#include "core/limiter_facts.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tidings::core {

class slot_ring {
  public:
    static constexpr std::int64_t grains = 4096;  // steps a window is divided into
    // The same for one of thousands of rings: on average 0.1 % of a window more goes unused.
    static constexpr std::int64_t grains_coarse = 512;

    // Pre: limit.count >= 1, limit.window >= 1 ms, steps >= 1.
    explicit slot_ring(rate_limit asked, std::int64_t steps = grains);

    const rate_limit& asked() const noexcept { return asked_; }
    std::uint32_t believed() const noexcept { return believed_; }
    std::int64_t used() const noexcept { return used_; }
    // The same at a later moment, with nothing collected.
    std::int64_t used_at(instant now) const noexcept;
    std::int64_t in_flight() const noexcept { return in_flight_; }
    std::int64_t worst_used() const noexcept { return worst_; }
    std::uint64_t taken() const noexcept { return taken_; }  // by take(), since it was made
    // Negative after the believed limit came down, or when restored beyond the limit.
    std::int64_t free() const noexcept { return static_cast<std::int64_t>(believed_) - used_; }

    // Gives back what is due by `now`. To be called before free() is asked. `now` never goes back.
    void collect(instant now) noexcept {
        while (front_returns_ <= now)
            drop_front();
    }

    // Since when one slot has been free, as far as collect() has seen; the last one, for itself.
    // Pre: free() > 0.
    instant free_since() const noexcept { return free() == 1 ? last_.came_free : last_.opened; }

    void take() noexcept {
        ++in_flight_;
        ++taken_;
        worst_ = std::max(worst_, ++used_);
    }

    // The answer of a slot in flight came at `when`. One before that of an earlier call counts as
    // that one's: later than needed, never earlier. Takes memory for windows fuller than any
    // before; where there is none, slots come back later.
    void answered(instant when) noexcept {
        --in_flight_;
        append((when + hold_).time_since_epoch().count(), 1);
    }

    // Nothing left this machine: the slot in flight is free at once.
    void returned_unused() noexcept {
        --in_flight_;
        --used_;
    }

    // When one slot is free if no further answer comes; instant::min(): one is now; never: an
    // answer must come first. Pre: collected.
    instant earliest() const noexcept { return free() > 0 ? instant::min() : earliest_blocked(); }

    // What the server seems to grant; 1 <= count <= asked().count.
    void believe(std::uint32_t count) noexcept { believed_ = count; }

    // Cold, for rebuilding: `count` slots were answered at `at` (in any order), or are in flight.
    void restore_spent(instant at, std::uint32_t count, instant now);
    void restore_in_flight(std::int64_t count) noexcept;
    void restore_unread(std::int64_t count) noexcept;  // the same, of rows that may not have left
    void answer_all(instant when) noexcept;            // whatever is in flight was answered then
    std::vector<spent_slots> spent() const;
    std::size_t memory_bytes() const noexcept { return entries_.capacity() * sizeof(entry); }

  private:
    // `count` slots return `step` grains after those of the entry before; the first ones at
    // front_returns_.
    struct entry {
        std::uint32_t step;
        std::uint32_t count;
    };
    // What collect() gave back last was due then; what ended the last time without a free slot was.
    struct last_moments {
        instant came_free{};
        instant opened{};
    };
    static constexpr std::int64_t step_max = 0xFFFF'FFFF;
    static constexpr std::size_t entries_first = 4;

    // The first grain that is later.
    std::int64_t grain_after(std::int64_t due) const noexcept { return due / grain_ + 1; }
    instant moment_of(std::int64_t in_grains) const noexcept {
        return instant(duration(in_grains * grain_));
    }
    std::size_t place(std::size_t i) const noexcept {
        const std::size_t at = head_ + i;
        return at < entries_.size() ? at : at - entries_.size();
    }
    entry& at(std::size_t i) noexcept { return entries_[place(i)]; }
    const entry& at(std::size_t i) const noexcept { return entries_[place(i)]; }

    void append(std::int64_t due, std::uint32_t count) noexcept;
    bool has_room() noexcept;
    instant earliest_blocked() const noexcept;

    void drop_front() noexcept {
        last_.came_free = front_returns_;
        if (free() <= 0) last_.opened = front_returns_;
        used_ -= at(0).count;
        head_ = place(1);
        --size_;
        front_returns_ =
            size_ == 0 ? never : front_returns_ + duration(std::int64_t{at(0).step} * grain_);
    }

    // Hot members first.
    instant front_returns_ = never;
    last_moments last_;
    std::int64_t back_ = 0;  // when the last entry returns, in grains
    std::int64_t used_ = 0;
    std::int64_t in_flight_ = 0;
    std::int64_t worst_ = 0;
    std::uint64_t taken_ = 0;
    duration hold_{};             // W and the guard
    std::vector<entry> entries_;  // all of it is room: size_ of them count, from head_ on
    std::size_t entries_max_;
    std::size_t head_ = 0;
    std::size_t size_ = 0;
    std::int64_t grain_ = 1;  // ns
    std::uint32_t believed_ = 0;
    rate_limit asked_;
};

}  // namespace tidings::core
