// The attempts of a pool that are in flight, in the order they began: so the deadlines of all of
// them are the heads of two queues. It says which attempt is out of time; what is then done with it
// is net/pool's, and what the attempt meant core/verdict's.
#pragma once

#include "core/attempt.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace tidings::net {

class connection;

struct attempt {
    core::ticket which = 0;
    std::int32_t stream = 0;        // HTTP/2
    std::size_t place = 0;          // among those of its session
    connection* on = nullptr;       // nullptr: it found no living connection
    std::uint64_t bytes_begin = 0;  // of the request, in the connection's outgoing plaintext
    std::uint64_t bytes_end = 0;
    core::instant begun{};
    bool late = false;
    attempt* before = nullptr;  // neighbours in the queue it is in
    attempt* after = nullptr;
};

// First in, first out, with removal from the middle.
class attempt_queue {
  public:
    bool empty() const noexcept { return first_ == nullptr; }
    attempt* first() const noexcept { return first_; }
    std::size_t size() const noexcept { return size_; }

    void append(attempt& one) noexcept {
        one.before = last_;
        one.after = nullptr;
        (last_ != nullptr ? last_->after : first_) = &one;
        last_ = &one;
        ++size_;
    }
    void remove(attempt& one) noexcept {
        (one.before != nullptr ? one.before->after : first_) = one.after;
        (one.after != nullptr ? one.after->before : last_) = one.before;
        one.before = one.after = nullptr;
        --size_;
    }

  private:
    attempt* first_ = nullptr;
    attempt* last_ = nullptr;
    std::size_t size_ = 0;
};

class attempt_ledger {
  public:
    // `late_for` begins when `in_time` is over.
    attempt_ledger(core::duration in_time, core::duration late_for)
        : in_time_for_(in_time), all_for_(in_time + late_for) {}

    attempt& open(core::ticket which, core::instant now, connection* on) {
        attempt& one = blank();
        one.which = which;
        one.begun = now;
        one.on = on;
        (on != nullptr ? in_time_ : homeless_).append(one);
        ++begun_;
        return one;
    }
    // It has ended. What it held can still be read until the next open().
    void close(attempt& one) noexcept {
        (one.on == nullptr ? homeless_ : one.late ? overdue_ : in_time_).remove(one);
        unused_.append(one);
        ++ended_;
    }

    // The next whose time is over; it is late from now on. nullptr: none is.
    attempt* next_late(core::instant now) noexcept {
        attempt* const one = in_time_.first();
        if (one == nullptr || now - one->begun < in_time_for_) return nullptr;
        in_time_.remove(*one);
        overdue_.append(*one);
        one->late = true;
        return one;
    }
    // The next that is late and is not to be awaited any longer; nullptr: none.
    attempt* next_hopeless(core::instant now) const noexcept {
        attempt* const one = overdue_.first();
        return one != nullptr && now - one->begun >= all_for_ ? one : nullptr;
    }
    // The next that found no living connection.
    attempt* next_homeless() const noexcept { return homeless_.first(); }

    const attempt_queue& in_time() const noexcept { return in_time_; }
    std::size_t in_flight() const noexcept { return all_.size() - unused_.size(); }
    std::uint64_t begun() const noexcept { return begun_; }
    std::uint64_t ended() const noexcept { return ended_; }

  private:
    // Memory grows to the most that were in flight at once.
    attempt& blank() {
        if (unused_.empty()) return all_.emplace_back();
        attempt& reused = *unused_.first();
        unused_.remove(reused);
        reused = attempt{};
        return reused;
    }

    core::duration in_time_for_;
    core::duration all_for_;
    std::deque<attempt> all_;  // addresses stay
    attempt_queue unused_;
    attempt_queue in_time_;
    attempt_queue overdue_;
    attempt_queue homeless_;
    std::uint64_t begun_ = 0;
    std::uint64_t ended_ = 0;
};

}  // namespace tidings::net
