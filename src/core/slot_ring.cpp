#include "core/slot_ring.hpp"

#include <bit>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

duration guard_of(duration window) {
    return std::min<duration>(std::chrono::milliseconds(1), window / 1000) + window / 10'000;
}

}  // namespace

slot_ring::slot_ring(rate_limit asked)
    : hold_(asked.window + guard_of(asked.window)),
      grain_((asked.window.count() + grains - 1) / grains),
      believed_(asked.count),
      asked_(asked) {
    BOOST_ASSERT(asked.count >= 1 && asked.window >= std::chrono::milliseconds(1));
    // Every entry holds at least one slot, so small limits need few; a few more for what restore
    // puts beyond the limit.
    const auto wanted = std::min<std::size_t>(std::size_t{asked.count} + 16, entries_max);
    entries_.resize(std::bit_ceil(wanted));
    mask_ = entries_.size() - 1;
}

void slot_ring::append(std::int64_t due, std::uint32_t count) noexcept {
    const std::int64_t returns = rounded_up(due);
    if (size_ == entries_.size()) {
        // Only when restored far beyond the limit: all of the newest then returns with the last
        // one.
        at(size_ - 1).count += count;
        at(size_ - 1).returns = returns;
    } else {
        at(size_) = {returns, count};
        ++size_;
    }
    refresh_ends();
}

void slot_ring::refresh_ends() noexcept {
    front_returns_ = size_ == 0 ? never : instant(duration(at(0).returns));
    if (size_ != 0) back_returns_ = at(size_ - 1).returns;
}

instant slot_ring::earliest_blocked() const noexcept {
    std::int64_t missing = 1 - free();
    for (std::size_t i = 0; i < size_; ++i) {
        missing -= at(i).count;
        if (missing <= 0) return instant(duration(at(i).returns));
    }
    return never;
}

std::int64_t slot_ring::used_at(instant now) const noexcept {
    std::int64_t used = used_;
    for (std::size_t i = 0; i < size_ && instant(duration(at(i).returns)) <= now; ++i)
        used -= at(i).count;
    return used;
}

void slot_ring::restore_spent(instant when, std::uint32_t count, instant now) {
    const std::int64_t due = (std::min(when, now) + hold_).time_since_epoch().count();
    if (count == 0 || due < now.time_since_epoch().count()) return;
    used_ += count;
    // Rows in doubt are more than have left: no window held more than the limit.
    worst_ = std::max(worst_, std::min<std::int64_t>(used_, asked_.count));
    const std::int64_t returns = rounded_up(due);
    if (size_ == 0 || returns > at(size_ - 1).returns) {
        append(due, count);
        return;
    }
    std::size_t place = size_;
    while (place > 0 && at(place - 1).returns >= returns)
        --place;
    // A full ring keeps them with the next later entry, which never gives a slot back too early.
    if (at(place).returns == returns || size_ == entries_.size()) {
        at(place).count += count;
        return;
    }
    for (std::size_t i = size_; i > place; --i)
        at(i) = at(i - 1);
    at(place) = {returns, count};
    ++size_;
    refresh_ends();
}

void slot_ring::restore_in_flight(std::int64_t count) noexcept {
    in_flight_ += count;
    used_ += count;
    worst_ = std::max(worst_, used_);
}

void slot_ring::answer_all(instant when) noexcept {
    if (in_flight_ <= 0) return;
    const std::int64_t due = std::max((when + hold_).time_since_epoch().count(), back_returns_);
    append(due, static_cast<std::uint32_t>(in_flight_));
    in_flight_ = 0;
}

std::vector<spent_slots> slot_ring::spent() const {
    std::vector<spent_slots> out;
    out.reserve(size_);
    // One nanosecond less, so that rounding up at restore finds the same moment again.
    for (std::size_t i = 0; i < size_; ++i)
        out.push_back({instant(duration(at(i).returns - 1)) - hold_, at(i).count});
    return out;
}

}  // namespace tidings::core
