#include "core/latency_histogram.hpp"

#include <cmath>

namespace tidings::core {
namespace {

duration from_us(std::uint64_t us) {
    return std::chrono::microseconds(static_cast<std::int64_t>(us));
}

}  // namespace

void latency_histogram::merge(const latency_histogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i)
        buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    sum_us_ += other.sum_us_;
    max_us_ = std::max(max_us_, other.max_us_);
}

duration latency_histogram::max() const noexcept {
    return from_us(max_us_);
}

duration latency_histogram::mean() const noexcept {
    return count_ == 0 ? duration{} : from_us(sum_us_ / count_);
}

duration latency_histogram::at_share(double share) const noexcept {
    if (count_ == 0) return {};
    const double wanted = std::ceil(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
        seen += buckets_[i];
        if (seen > 0 && static_cast<double>(seen) >= wanted)
            return from_us(std::min(highest_us(i), max_us_));
    }
    return max();
}

latency_percentiles latency_histogram::percentiles() const noexcept {
    return {at_share(0.5), at_share(0.9), at_share(0.99), at_share(0.999), max()};
}

std::vector<duration> latency_histogram::equally_likely(std::size_t values) const {
    std::vector<duration> made;
    for (std::size_t i = 0; i < values && count_ > 0; ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(values);
        made.push_back(std::max<duration>(at_share(share), std::chrono::microseconds(1)));
    }
    return made;
}

}  // namespace tidings::core
