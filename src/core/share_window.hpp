// The last n events as bits, and how many of them are set. What a share of them means is its
// user's: core/stop_rules and core/circuit_breaker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::core {

class share_window {
  public:
    // 0 is off: it never holds anything.
    explicit share_window(std::uint32_t size) : bits_(size, false) {}

    void add(bool set) noexcept {
        if (bits_.empty()) return;
        if (full())
            set_ -= bits_[at_] ? 1U : 0U;
        else
            ++seen_;
        bits_[at_] = set;
        set_ += set ? 1U : 0U;
        at_ = (at_ + 1) % bits_.size();
    }
    void clear() noexcept {
        at_ = 0;
        seen_ = set_ = 0;
    }
    bool full() const noexcept { return seen_ >= bits_.size(); }
    std::uint32_t seen() const noexcept { return seen_; }
    std::uint32_t set() const noexcept { return set_; }

  private:
    std::vector<bool> bits_;
    std::size_t at_ = 0;
    std::uint32_t seen_ = 0;
    std::uint32_t set_ = 0;
};

}  // namespace tidings::core
