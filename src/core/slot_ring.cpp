#include "core/slot_ring.hpp"

#include <new>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

duration guard_of(duration window) {
    return std::min<duration>(std::chrono::milliseconds(1), window / 1000) + window / 10'000;
}

}  // namespace

slot_ring::slot_ring(rate_limit asked, std::int64_t steps)
    : hold_(asked.window + guard_of(asked.window)),
      // Every entry holds at least one slot, so small limits need few; a few more for what restore
      // puts beyond the limit.
      entries_(entries_first),
      entries_max_(std::min(std::size_t{asked.count} + 16, static_cast<std::size_t>(steps) + 8)),
      grain_((asked.window.count() + steps - 1) / steps),
      believed_(asked.count),
      asked_(asked) {
    BOOST_ASSERT(asked.count >= 1 && asked.window >= std::chrono::milliseconds(1) && steps >= 1);
}

// For one entry more. False: it has all that it may have, or there is no memory.
bool slot_ring::has_room() noexcept {
    if (size_ < entries_.size()) return true;
    if (size_ >= entries_max_) return false;
    try {
        std::vector<entry> wider(std::min(size_ + size_ / 2 + 4, entries_max_));
        for (std::size_t i = 0; i < size_; ++i)
            wider[i] = at(i);
        entries_.swap(wider);
    } catch (const std::bad_alloc&) {
        return false;
    }
    head_ = 0;
    return true;
}

// `due` in ns. Pre: not before what was appended before.
void slot_ring::append(std::int64_t due, std::uint32_t count) noexcept {
    std::int64_t in_grains = grain_after(due);
    // What is so much older has returned long ago, and nobody has looked.
    if (size_ != 0 && in_grains - back_ > step_max) collect(instant(duration(due)) - hold_);
    if (size_ == 0) {
        front_returns_ = moment_of(in_grains);
        at(size_++) = {0, count};
    } else if (in_grains <= back_) {
        at(size_ - 1).count += count;
        return;
    } else if (has_room()) {
        at(size_++) = {static_cast<std::uint32_t>(in_grains - back_), count};
    } else {
        // Only when restored far beyond the limit: all of the newest then returns with the last
        // one.
        auto& last = at(size_ - 1);
        last.step += static_cast<std::uint32_t>(in_grains - back_);
        last.count += count;
        if (size_ == 1) front_returns_ = moment_of(in_grains);
    }
    back_ = in_grains;
}

instant slot_ring::earliest_blocked() const noexcept {
    std::int64_t missing = 1 - free();
    instant returns = front_returns_;
    for (std::size_t i = 0; i < size_; ++i) {
        if (i > 0) returns += duration(std::int64_t{at(i).step} * grain_);
        missing -= at(i).count;
        if (missing <= 0) return returns;
    }
    return never;
}

std::int64_t slot_ring::used_at(instant now) const noexcept {
    std::int64_t used = used_;
    instant returns = front_returns_;
    for (std::size_t i = 0; i < size_; ++i) {
        if (i > 0) returns += duration(std::int64_t{at(i).step} * grain_);
        if (returns > now) break;
        used -= at(i).count;
    }
    return used;
}

void slot_ring::restore_spent(instant when, std::uint32_t count, instant now) {
    const std::int64_t due = (std::min(when, now) + hold_).time_since_epoch().count();
    if (count == 0 || due < now.time_since_epoch().count()) return;
    used_ += count;
    // Rows in doubt are more than have left: no window held more than the limit.
    worst_ = std::max(worst_, std::min<std::int64_t>(used_, asked_.count));
    const std::int64_t in_grains = grain_after(due);
    if (size_ == 0 || in_grains > back_) return append(due, count);
    std::size_t later = 0;  // the first entry that is not before it, and when that returns
    std::int64_t its_grains = front_returns_.time_since_epoch().count() / grain_;
    std::int64_t before = its_grains;
    while (its_grains < in_grains) {
        before = its_grains;
        its_grains += at(++later).step;
    }
    // A full ring keeps them with the next later entry, which never gives a slot back too early.
    if (its_grains == in_grains || !has_room()) {
        at(later).count += count;
        return;
    }
    for (std::size_t i = size_; i > later; --i)
        at(i) = at(i - 1);
    ++size_;
    at(later) = {later == 0 ? 0 : static_cast<std::uint32_t>(in_grains - before), count};
    at(later + 1).step = static_cast<std::uint32_t>(its_grains - in_grains);
    if (later == 0) front_returns_ = moment_of(in_grains);
}

void slot_ring::restore_in_flight(std::int64_t count) noexcept {
    in_flight_ += count;
    used_ += count;
    worst_ = std::max(worst_, used_);
}

void slot_ring::restore_unread(std::int64_t count) noexcept {
    in_flight_ += count;
    used_ += count;
    worst_ = std::max(worst_, std::min<std::int64_t>(used_, asked_.count));
}

void slot_ring::answer_all(instant when) noexcept {
    if (in_flight_ <= 0) return;
    append((when + hold_).time_since_epoch().count(), static_cast<std::uint32_t>(in_flight_));
    in_flight_ = 0;
}

std::vector<spent_slots> slot_ring::spent() const {
    std::vector<spent_slots> out;
    out.reserve(size_);
    // One nanosecond less, so that rounding up at restore finds the same moment again.
    instant returns = front_returns_;
    for (std::size_t i = 0; i < size_; ++i) {
        if (i > 0) returns += duration(std::int64_t{at(i).step} * grain_);
        out.push_back({returns - duration(1) - hold_, at(i).count});
    }
    return out;
}

}  // namespace tidings::core
