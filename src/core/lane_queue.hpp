// The rows of one lane in list order, from the reader's hand to departure, with two borders: what
// is durably released, and what has been given to the journal to be released. A row's data does not
// move on the way; releasing it moves a border. Its memory is core/row_chunks'. Rows that have to
// wait for a moment of their own are core/delayed_rows'.
#pragma once

#include "core/held_row.hpp"
#include "core/row_chunks.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::core {

enum class held_where : std::uint8_t {
    waiting,   // no release of it has been asked for
    released,  // its release is durable, or may be
};

class lane_queue {
  public:
    // `chunks` outlives the queue, or is not used after it.
    explicit lane_queue(row_chunks& chunks) : chunks_(&chunks) {}

    std::size_t size() const noexcept { return tail_ - head_; }
    std::size_t waiting() const noexcept { return tail_ - released_; }  // not released
    std::size_t ahead() const noexcept { return released_ - head_; }    // released, not sent
    std::size_t ready() const noexcept { return durable_ - head_; }     // may depart now
    std::size_t under_way() const noexcept { return released_ - durable_; }

    // Takes memory where the last chunk is full.
    void push(const held_row& row) {
        if (tail_ % per_chunk == 0 || size() == 0) add_chunk();
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
        const std::size_t count = under_way();
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
        if (head_ % per_chunk == 0 || size() == 0) drop_first_chunk();
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
        drop_from(kept);
    }

  private:
    static constexpr std::size_t per_chunk = row_chunks::rows_a_chunk;

    held_row& at(std::size_t i) noexcept {
        return (*ring_[(i / per_chunk) & (ring_.size() - 1)])[i % per_chunk];
    }
    const held_row& at(std::size_t i) const noexcept {
        return (*ring_[(i / per_chunk) & (ring_.size() - 1)])[i % per_chunk];
    }

    void add_chunk() {
        // An empty queue has no chunk, wherever it stands.
        if (size() == 0) head_ = durable_ = released_ = tail_ = 0;
        const std::size_t first = head_ / per_chunk;
        const std::size_t next = tail_ / per_chunk;
        if (next - first == ring_.size()) {
            std::vector<row_chunks::chunk*> wider(ring_.empty() ? 1 : 2 * ring_.size());
            for (auto i = first; i < next; ++i)
                wider[i & (wider.size() - 1)] = ring_[i & (ring_.size() - 1)];
            ring_ = std::move(wider);
        }
        ring_[next & (ring_.size() - 1)] = chunks_->take();
    }
    void drop_first_chunk() noexcept {
        chunks_->give_back(ring_[((head_ - 1) / per_chunk) & (ring_.size() - 1)]);
    }
    void drop_from(std::size_t end) noexcept {
        if (size() == 0) return;
        const std::size_t kept = end == head_ ? head_ / per_chunk : (end - 1) / per_chunk + 1;
        for (auto i = kept; i <= (tail_ - 1) / per_chunk; ++i)
            chunks_->give_back(ring_[i & (ring_.size() - 1)]);
        tail_ = end;
    }

    row_chunks* chunks_;
    std::vector<row_chunks::chunk*> ring_;  // chunk c lies at c mod its size, a power of two
    // Places in the queue's life so far: head <= durable <= released <= tail
    std::size_t head_ = 0;
    std::size_t durable_ = 0;
    std::size_t released_ = 0;
    std::size_t tail_ = 0;
};

}  // namespace tidings::core
