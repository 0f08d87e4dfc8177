// How long a row waits before it is tried again, and when it has been tried enough: exponential
// backoff with jitter. Whether a retry is safe at all is core/verdict's to say; whether the row is
// parked meanwhile is core/dispatcher's (a wait beyond dispatcher_options::park_after is durable).
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstdint>

namespace tidings::core {

// How much of a wait is left to chance, so that many rows that failed together come back apart.
enum class jitter : std::uint8_t {
    full,   // anything from 0 to the whole
    equal,  // half of it for sure, the other half by chance
};

struct retry_options {
    std::uint16_t attempts_max = 5;           // of one row, the first included; >= 1
    duration base = std::chrono::seconds(1);  // before the second attempt; > 0
    duration cap = std::chrono::seconds(60);  // never longer; >= base
    jitter spread = jitter::equal;
};

class retry_policy {
  public:
    explicit retry_policy(retry_options options = {}) : options_(options) {}

    // `attempts` have been made, and there shall be no further one.
    bool exhausted(std::uint32_t attempts) const noexcept {
        return attempts >= options_.attempts_max;
    }

    // The longest wait after `attempts` have been made: base, 2 base, 4 base ... cap.
    duration longest_wait(std::uint32_t attempts) const noexcept {
        const std::uint32_t doublings = std::min<std::uint32_t>(std::max(attempts, 1U) - 1, 62);
        if (doublings >= 62 || options_.base.count() > (options_.cap.count() >> doublings))
            return options_.cap;
        return duration(options_.base.count() << doublings);
    }

    // `random()` gives 64 even bits (std::mt19937_64).
    template <class Generator>
    duration wait(std::uint32_t attempts, Generator& random) const {
        const auto longest = static_cast<std::uint64_t>(longest_wait(attempts).count());
        const std::uint64_t sure = options_.spread == jitter::equal ? longest / 2 : 0;
        return duration(static_cast<std::int64_t>(sure + random() % (longest - sure + 1)));
    }

    const retry_options& options() const noexcept { return options_; }

  private:
    retry_options options_;
};

}  // namespace tidings::core
