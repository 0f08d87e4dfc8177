// A retry policy with the dice it throws. What is tried again is core/attempt_fates'.
#pragma once

#include "core/retry.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <random>

namespace tidings::core {

class backoff {
  public:
    backoff(retry_policy policy, std::uint64_t seed) : policy_(policy), random_(seed) {}

    bool exhausted(std::uint32_t attempts) const noexcept { return policy_.exhausted(attempts); }
    duration wait(std::uint32_t attempts) { return policy_.wait(attempts, random_); }

  private:
    retry_policy policy_;
    std::mt19937_64 random_;
};

}  // namespace tidings::core
