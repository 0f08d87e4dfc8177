// Rows that wait for a moment of their own: a retry's backoff, a long refusal, quiet hours. A
// bounded heap by due time. Rows in list order are core/lane_queue's.
#pragma once

#include "core/held_row.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tidings::core {

struct delayed_row {
    held_row held;
    instant until{};
    std::uint64_t after_batch = 0;  // not before this batch is durable
    lane_id lane = lane_none;
    bool released = false;  // it may go out as it is; else it needs a release first
    bool probe = false;     // goes out again with its own token, to learn
};

class delayed_rows {
  public:
    explicit delayed_rows(std::size_t capacity) : capacity_(capacity) {}

    std::size_t capacity() const noexcept { return capacity_; }
    bool full() const noexcept { return heap_.size() >= capacity_; }
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }
    instant next_due() const noexcept { return heap_.empty() ? never : heap_.front().until; }
    const delayed_row& front() const noexcept { return heap_.front(); }

    // Not checked against the capacity: a row that is in hand must go somewhere. Whoever takes new
    // rows in looks at full() first.
    void push(const delayed_row& row) {
        heap_.push_back(row);
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    delayed_row pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const delayed_row row = heap_.back();
        heap_.pop_back();
        return row;
    }

    // Takes out those for which keep(row) says false.
    template <class Keep>
    void remove_unless(Keep keep) {
        std::erase_if(heap_, [&](const delayed_row& row) { return !keep(row); });
        std::make_heap(heap_.begin(), heap_.end(), later);
    }

  private:
    // Earliest first; rows due at the same moment in list order.
    static bool later(const delayed_row& a, const delayed_row& b) noexcept {
        return a.until != b.until ? a.until > b.until : a.held.row > b.held.row;
    }

    std::vector<delayed_row> heap_;
    std::size_t capacity_;
};

}  // namespace tidings::core
