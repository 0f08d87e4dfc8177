// The rows of one lane in list order, from the reader's hand to departure, in one ring with two
// borders: what is durably released, and what has been given to the journal to be released. A row's
// data does not move on the way; releasing it moves a border. Bounded; never allocates after
// construction. Rows that have to wait for a moment of their own are core/delayed_rows'.
#pragma once

#include "core/row.hpp"
#include "core/time.hpp"

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::core {

// A row in the dispatcher's hands.
struct held_row {
    row_number row = 0;
    phone_number to;
    wall_time released_at{};  // the release's frame; names the row's token when jti = "each"
    instant due{};            // when it could first have left; latency counts from its turn
    zone_id zone = 0;
    std::uint16_t attempts = 0;     // that counted
    std::uint16_t tries = 0;        // all of them, so that free ones are bounded too
    bool may_have_arrived = false;  // sent again on the operator's order while in doubt
    bool fixed_lane = false;        // the row named its own sender
};

enum class held_where : std::uint8_t {
    waiting,   // no release of it has been asked for
    released,  // its release is durable, or may be
};

class lane_queue {
  public:
    // Rounded up to a power of two.
    explicit lane_queue(std::size_t capacity)
        : rows_(std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity)) {}

    std::size_t capacity() const noexcept { return rows_.size(); }
    std::size_t size() const noexcept { return tail_ - head_; }
    bool full() const noexcept { return size() == capacity(); }
    std::size_t waiting() const noexcept { return tail_ - released_; }  // not released
    std::size_t ahead() const noexcept { return released_ - head_; }    // released, not sent
    std::size_t ready() const noexcept { return durable_ - head_; }     // may depart now

    // Pre: !full().
    void push(const held_row& row) noexcept {
        assert(!full());
        at(tail_++) = row;
    }

    // The next row to be released; pre: waiting() > 0.
    const held_row& next_waiting() const noexcept { return at(released_); }
    // It goes into the batch that is given to the journal now.
    void release_next() noexcept {
        assert(waiting() > 0);
        ++released_;
    }
    // The batch that released them is durable: they may leave from `now` on.
    void on_batch_durable(wall_time frame, instant now) noexcept {
        for (; durable_ < released_; ++durable_) {
            at(durable_).released_at = frame;
            at(durable_).due = now;
        }
    }
    // It is not, and never will be: they wait again. Returns how many.
    std::size_t take_back_releases() noexcept {
        const std::size_t count = released_ - durable_;
        released_ = durable_;
        return count;
    }

    // What is released waits again, after each(row). Pre: no batch that released some is under way.
    template <class Each>
    void take_back_released(Each each) {
        assert(durable_ == released_);
        for (; released_ > head_; --released_)
            each(at(released_ - 1));
        durable_ = released_;
    }

    // Pre: ready() > 0.
    held_row& front() noexcept { return at(head_); }
    void pop() noexcept {
        assert(ready() > 0);
        ++head_;
    }

    // Calls keep(row, where) for every row that has not left, oldest first, and takes out those for
    // which it says false.
    template <class Keep>
    void remove_unless(Keep keep) {
        std::size_t kept = head_;
        std::size_t durable = durable_;
        std::size_t released = released_;
        for (auto i = head_; i < tail_; ++i) {
            if (keep(at(i), i < released_ ? held_where::released : held_where::waiting)) {
                if (kept != i) at(kept) = at(i);
                ++kept;
                continue;
            }
            durable -= i < durable_ ? 1 : 0;
            released -= i < released_ ? 1 : 0;
        }
        durable_ = durable;
        released_ = released;
        tail_ = kept;
    }

  private:
    held_row& at(std::size_t i) noexcept { return rows_[i & (rows_.size() - 1)]; }
    const held_row& at(std::size_t i) const noexcept { return rows_[i & (rows_.size() - 1)]; }

    std::vector<held_row> rows_;
    // head <= durable <= released <= tail
    std::size_t head_ = 0;
    std::size_t durable_ = 0;
    std::size_t released_ = 0;
    std::size_t tail_ = 0;
};

}  // namespace tidings::core
