#include "core/share_ring.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

// The finalizer of splitmix64: every bit of the input moves half of the output's.
std::uint64_t mixed(std::uint64_t value) noexcept {
    value += 0x9e37'79b9'7f4a'7c15;
    value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
    value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
    return value ^ (value >> 31);
}

// The throw of a key at a point: the hash that decides must be cheap, and the key is mixed already.
std::uint32_t thrown(std::uint64_t key, std::uint32_t at) noexcept {
    std::uint64_t value =
        (key ^ (std::uint64_t{at} * 0x9e37'79b9'7f4a'7c15)) * 0xbf58'476d'1ce4'e5b9;
    value = (value ^ (value >> 32)) * 0x94d0'49bb'1331'11eb;
    return static_cast<std::uint32_t>(value >> 32);
}

constexpr double whole = 0x1p32;

double sum_of(std::span<const share_ring::holder> holders) noexcept {
    double sum = 0;
    for (const auto& one : holders)
        sum += one.weight;
    return sum;
}

std::uint32_t threshold(double share) noexcept {
    return static_cast<std::uint32_t>(std::clamp(share * whole, 1.0, whole - 1));
}

}  // namespace

share_ring::share_ring(std::span<const holder> holders, bool exact) : holders_(holders.size()) {
    BOOST_ASSERT(!holders.empty() && holders.size() <= holders_max);
    // The points of a holder may hang on nobody else; but where the shares are made exact they
    // only have to be enough.
    double unit = 1;
    if (exact) unit = sum_of(holders) / static_cast<double>(holders.size());
    for (std::size_t h = 0; h < holders.size(); ++h) {
        const double weight = holders[h].weight / unit;
        const double count =
            std::clamp(std::round(points_of_one * std::pow(weight, 0.75)), 2.0, points_max);
        const auto takes = threshold(std::clamp(weight / count, takes_min, takes_max));
        for (std::uint64_t p = 0; p < static_cast<std::uint64_t>(count); ++p)
            points_.push_back({static_cast<std::uint32_t>(mixed(holders[h].seed + p) >> 32), takes,
                               static_cast<std::uint16_t>(h)});
    }
    // Where two points meet, who they are decides, not the order of the file.
    std::sort(points_.begin(), points_.end(), [&](const point& a, const point& b) {
        return a.at != b.at ? a.at < b.at : holders[a.holder].seed < holders[b.holder].seed;
    });
    if (exact) make_exact(holders);
    index();
}

void share_ring::index() {
    const auto parts = std::bit_ceil(std::max<std::size_t>(points_.size() / 2, 2));
    part_shift_ = 32 - static_cast<unsigned>(std::countr_zero(parts));
    first_.resize(parts);
    std::uint32_t next = 0;
    for (std::size_t part = 0; part < parts; ++part) {
        while (next < points_.size() && points_[next].at >> part_shift_ < part)
            ++next;
        first_[part] = next;
    }
}

std::size_t share_ring::of(std::uint64_t key, std::span<const std::uint8_t> out) const noexcept {
    key = mixed(key);
    const auto start = static_cast<std::uint32_t>(key >> 32);
    std::size_t at = first_[start >> part_shift_];
    while (at < points_.size() && points_[at].at < start)
        ++at;
    // Another throw in each round; so many without one that takes it do not happen.
    constexpr int rounds_max = 1 << 16;
    for (int round = 0; round < rounds_max; ++round) {
        for (; at < points_.size(); ++at) {
            const auto& one = points_[at];
            if (thrown(key, one.at) < one.takes && (out.empty() || out[one.holder] == 0))
                return one.holder;
        }
        at = 0;
        key = mixed(key);
    }
    for (std::size_t h = 0; h < out.size(); ++h)
        if (out[h] == 0) return h;
    return 0;
}

// Keys come to a point from the gap before it, and what the point before did not take.
std::vector<double> share_ring::shares() const {
    std::vector<double> made(holders_);
    const auto gap = [&](std::size_t i) {
        const std::uint32_t before = points_[i == 0 ? points_.size() - 1 : i - 1].at;
        return static_cast<double>(points_[i].at - before) / whole;
    };
    double coming = 0;
    double kept = 1;  // of what comes to the first point, so much comes round again
    for (std::size_t i = 0; i < points_.size(); ++i) {
        const double passes = 1 - points_[i].takes / whole;
        coming = (coming + gap(i)) * passes;
        kept *= passes;
    }
    coming /= 1 - kept;
    for (std::size_t i = 0; i < points_.size(); ++i) {
        coming += gap(i);
        const double taken = coming * (points_[i].takes / whole);
        made[points_[i].holder] += taken;
        coming -= taken;
    }
    return made;
}

void share_ring::make_exact(std::span<const holder> holders) {
    const double sum = sum_of(holders);
    for (int step = 0; step < 20; ++step) {
        const auto now = shares();
        double off = 0;
        std::vector<double> change(holders_);
        for (std::size_t h = 0; h < holders_; ++h) {
            change[h] = holders[h].weight / sum / now[h];
            off = std::max(off, std::abs(change[h] - 1));
        }
        if (off < 0.001) return;
        for (auto& one : points_)
            one.takes =
                threshold(std::clamp(one.takes / whole * change[one.holder], takes_min, takes_max));
    }
}

std::size_t share_ring::memory_bytes() const noexcept {
    return points_.capacity() * sizeof(point) + first_.capacity() * sizeof first_.front();
}

}  // namespace tidings::core
