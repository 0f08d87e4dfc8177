#include "view/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tidings::view {
namespace {

constexpr double classes_an_octave = 4;

std::size_t class_of(std::uint32_t us) {
    const auto found = std::floor(classes_an_octave * std::log2(static_cast<double>(us)));
    return std::min(static_cast<std::size_t>(std::max(found, 0.0)), timeline::latency_classes - 1);
}

void add_up(timeline::bucket& into, const timeline::bucket& from) {
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        into.ended.by_outcome[i] += from.ended.by_outcome[i];
    for (std::size_t i = 0; i < timeline::latency_classes; ++i) {
        const auto sum = std::uint64_t{into.latencies[i]} + from.latencies[i];
        into.latencies[i] = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(sum, std::numeric_limits<std::uint32_t>::max()));
    }
    into.with_latency += from.with_latency;
}

}  // namespace

double timeline::bucket::latency_us(double share) const {
    if (with_latency == 0) return 0;
    const double wanted = std::max(1.0, std::ceil(share * static_cast<double>(with_latency)));
    double seen = 0;
    for (std::size_t i = 0; i < latency_classes; ++i) {
        seen += latencies[i];
        // The middle of the class, as a factor.
        if (seen >= wanted) return std::exp2((static_cast<double>(i) + 0.5) / classes_an_octave);
    }
    return std::exp2(static_cast<double>(latency_classes) / classes_an_octave);
}

timeline::bucket& timeline::bucket_at(core::wall_time at) {
    make_room(at);
    return buckets_[static_cast<std::size_t>((at - start_) / width_)];
}

void timeline::add(core::wall_time at, core::outcome what, std::uint32_t latency_us) {
    add_rows(at, what, 1);
    if (latency_us != 0) add_answers(at, latency_us, 1);
}

void timeline::add_rows(core::wall_time at, core::outcome what, std::uint64_t rows) {
    bucket_at(at).ended[what] += rows;
}

void timeline::add_answers(core::wall_time at, std::uint32_t latency_us, std::uint64_t answers) {
    auto& here = bucket_at(at);
    auto& latencies = here.latencies[class_of(std::max(latency_us, 1U))];
    // More than a place can hold are not counted at all, so that shares stay shares.
    const auto room = std::numeric_limits<std::uint32_t>::max() - latencies;
    const auto counted = static_cast<std::uint32_t>(std::min<std::uint64_t>(answers, room));
    latencies += counted;
    here.with_latency += counted;
}

// Afterwards start_ <= at < start_ + width_ * buckets, and there are at most buckets_max of them.
void timeline::make_room(core::wall_time at) {
    if (buckets_.empty()) {
        start_ = core::wall_time(at.time_since_epoch() / width_ * width_);
        if (start_ > at) start_ -= width_;
        buckets_.resize(1);
    }
    // Rows that settled earlier than the first one met: the log of a resumed run may hold such.
    while (at < start_) {
        const auto missing = (start_ - at + width_ - std::chrono::microseconds(1)) / width_;
        const auto room = static_cast<std::int64_t>(buckets_max - buckets_.size());
        if (missing <= room) {
            buckets_.insert(buckets_.begin(), static_cast<std::size_t>(missing), bucket());
            start_ -= width_ * missing;
        } else {
            halve();
        }
    }
    for (;;) {
        const auto needed = (at - start_) / width_ + 1;
        if (needed <= static_cast<std::int64_t>(buckets_max)) {
            if (needed > static_cast<std::int64_t>(buckets_.size()))
                buckets_.resize(static_cast<std::size_t>(needed));
            return;
        }
        halve();
    }
}

void timeline::halve() {
    for (std::size_t i = 0; i < buckets_.size(); i += 2) {
        auto merged = buckets_[i];
        if (i + 1 < buckets_.size()) add_up(merged, buckets_[i + 1]);
        buckets_[i / 2] = merged;
    }
    buckets_.resize((buckets_.size() + 1) / 2);
    width_ *= 2;
}

}  // namespace tidings::view
