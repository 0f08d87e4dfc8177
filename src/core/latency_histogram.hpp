// Counts latencies in buckets of fixed memory: microseconds to 19 hours, each value known to within
// 1/64 of itself. It keeps no order and no time: view/timeline does. One thread writes it.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::core {

// What a histogram says, in one value; all zero when nothing was recorded.
struct latency_percentiles {
    duration p50{};
    duration p90{};
    duration p99{};
    duration p999{};
    duration max{};  // exact

    friend bool operator==(const latency_percentiles&, const latency_percentiles&) = default;
};

class latency_histogram {
  public:
    static constexpr std::uint64_t us_max = (std::uint64_t{1} << 36) - 1;  // 19 h; more saturates
    static constexpr std::size_t bucket_count = 1984;

    // Never allocates. Negative counts as 0.
    void record(duration latency) noexcept {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
        record_us(us < 0 ? 0 : static_cast<std::uint64_t>(us));
    }
    void record_us(std::uint64_t us) noexcept {
        us = std::min(us, us_max);
        ++buckets_[bucket_of(us)];
        ++count_;
        sum_us_ += us;
        max_us_ = std::max(max_us_, us);
    }

    void merge(const latency_histogram& other) noexcept;
    void clear() noexcept { *this = latency_histogram(); }

    std::uint64_t count() const noexcept { return count_; }
    duration max() const noexcept;
    duration mean() const noexcept;  // 0 when empty
    // The smallest recorded bucket's upper edge that at least `share` of all values do not exceed,
    // never above max(). Pre: 0 <= share <= 1. 0 when empty.
    duration at_share(double share) const noexcept;
    latency_percentiles percentiles() const noexcept;
    // So many values, ascending, that are equally likely by what was recorded; empty when nothing
    // was. For core/forecast.
    std::vector<duration> equally_likely(std::size_t values) const;

    // For charts: how many values lie in the bucket, and its smallest and largest value in us.
    std::uint64_t in_bucket(std::size_t bucket) const noexcept { return buckets_[bucket]; }
    static constexpr std::size_t bucket_of(std::uint64_t us) noexcept {
        const auto width = static_cast<unsigned>(std::bit_width(us));
        const unsigned shift = width > 7 ? width - 7 : 0U;
        return static_cast<std::size_t>(shift * 64 + (us >> shift));
    }
    static constexpr std::uint64_t lowest_us(std::size_t bucket) noexcept {
        if (bucket < 128) return bucket;
        const auto shift = static_cast<unsigned>(bucket / 64 - 1);
        return static_cast<std::uint64_t>(bucket - 64 * shift) << shift;
    }
    static constexpr std::uint64_t highest_us(std::size_t bucket) noexcept {
        return lowest_us(bucket + 1) - 1;
    }

  private:
    std::array<std::uint64_t, bucket_count> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_us_ = 0;
    std::uint64_t max_us_ = 0;
};

}  // namespace tidings::core
