// One attempt in flight, and the book that holds them all: in the order they began, so that the
// deadlines of a whole pool are two queues. It keeps places, it decides nothing.
#pragma once

#include "core/attempt.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace tidings::net {

class connection;

struct flight {
    core::ticket which = 0;
    std::int32_t stream = 0;        // HTTP/2
    std::size_t place = 0;          // among its session's flights
    connection* on = nullptr;       // nullptr: it found no living connection
    std::uint64_t bytes_begin = 0;  // of the request, in the connection's outgoing plaintext
    std::uint64_t bytes_end = 0;
    core::instant begun{};
    bool late = false;
    flight* before = nullptr;  // neighbours in the queue it is in
    flight* after = nullptr;
};

// First in, first out, with removal from the middle.
class flight_queue {
  public:
    bool empty() const noexcept { return first_ == nullptr; }
    flight* first() const noexcept { return first_; }
    std::size_t size() const noexcept { return size_; }

    void append(flight& one) noexcept {
        one.before = last_;
        one.after = nullptr;
        (last_ != nullptr ? last_->after : first_) = &one;
        last_ = &one;
        ++size_;
    }

    void remove(flight& one) noexcept {
        (one.before != nullptr ? one.before->after : first_) = one.after;
        (one.after != nullptr ? one.after->before : last_) = one.before;
        one.before = one.after = nullptr;
        --size_;
    }

  private:
    flight* first_ = nullptr;
    flight* last_ = nullptr;
    std::size_t size_ = 0;
};

// Flights are reused: memory grows to the most that were in flight at once.
class flight_book {
  public:
    flight& open() {
        if (unused_.empty()) {
            flight& made = all_.emplace_back();
            return made;
        }
        flight& reused = *unused_.first();
        unused_.remove(reused);
        reused = flight{};
        return reused;
    }
    void close(flight& one) noexcept { unused_.append(one); }
    std::size_t open_count() const noexcept { return all_.size() - unused_.size(); }

  private:
    std::deque<flight> all_;  // addresses stay
    flight_queue unused_;
};

}  // namespace tidings::net
