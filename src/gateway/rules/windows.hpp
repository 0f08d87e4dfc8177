// Rolling windows as a server keeps them: how many calls arrived in the last W, exactly, and the
// most that any window ever held. One call_window is one limit; rules.hpp says which calls count.
// The sender's own windows (core/limiter) are another thing on purpose: this one is their judge.
#pragma once

#include "core/rate_limit.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::gateway {

// A call at t belongs to the windows (now - W, now] until W has passed since it.
class call_window {
  public:
    // Pre: 1 <= limit.count <= count_max. Memory grows with what really arrives, up to
    // 8 bytes * max(4 * limit.count, 65,536); what comes above that is counted as worst_is_floor.
    static constexpr std::uint32_t count_max = 4'000'000;
    explicit call_window(core::rate_limit limit);

    // Calls in the window that ends now. `now` never goes back.
    std::size_t held(core::instant now);
    bool full(core::instant now) { return held(now) >= limit_.count; }
    // When the next slot comes free; `now` itself when there is one.
    core::instant free_at(core::instant now);
    void count(core::instant now);

    const core::rate_limit& limit() const noexcept { return limit_; }
    // The most calls any window held, since the beginning or forget_worst.
    std::uint64_t worst() const noexcept { return worst_; }
    // More arrived in one window than is remembered: worst() is then a lower bound.
    bool worst_is_floor() const noexcept { return worst_is_floor_; }
    std::uint64_t refused() const noexcept { return refused_; }
    void note_refusal() noexcept { ++refused_; }
    void forget_worst() noexcept {
        worst_ = 0;
        worst_is_floor_ = false;
        refused_ = 0;
    }

  private:
    void drop_old(core::instant now);
    void grow();

    core::rate_limit limit_;
    std::size_t remembered_max_;
    std::vector<core::instant> ring_;  // size is a power of two
    std::size_t first_ = 0;            // index of the oldest
    std::size_t size_ = 0;
    std::uint64_t worst_ = 0;
    std::uint64_t refused_ = 0;
    bool worst_is_floor_ = false;
};

// All limits of one scope (a bot, an account or a sender).
class scope_windows {
  public:
    explicit scope_windows(const std::vector<core::rate_limit>& limits);

    // The window that refuses a call now: of the full ones that with the latest free slot. Null:
    // none does.
    call_window* refusing(core::instant now);
    void count(core::instant now);

    // Other limits from now on. A limit that stays keeps its memory; a new one starts empty.
    void change(const std::vector<core::rate_limit>& limits);

    std::vector<call_window>& all() noexcept { return windows_; }
    const std::vector<call_window>& all() const noexcept { return windows_; }

  private:
    std::vector<call_window> windows_;
};

}  // namespace tidings::gateway
