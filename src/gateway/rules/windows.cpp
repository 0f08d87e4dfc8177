#include "gateway/rules/windows.hpp"

#include <algorithm>

namespace tidings::gateway {

namespace {

constexpr std::size_t remembered_at_least = 65'536;
constexpr std::size_t ring_at_first = 16;

}  // namespace

call_window::call_window(core::rate_limit limit)
    : limit_(limit),
      remembered_max_(std::max<std::size_t>(std::size_t{4} * limit.count, remembered_at_least)),
      ring_(ring_at_first) {}

void call_window::drop_old(core::instant now) {
    const auto mask = ring_.size() - 1;
    while (size_ > 0 && now - ring_[first_] >= limit_.window) {
        first_ = (first_ + 1) & mask;
        --size_;
    }
}

std::size_t call_window::held(core::instant now) {
    drop_old(now);
    return size_;
}

core::instant call_window::free_at(core::instant now) {
    drop_old(now);
    if (size_ < limit_.count) return now;
    const auto deciding = (first_ + size_ - limit_.count) & (ring_.size() - 1);
    return ring_[deciding] + limit_.window;
}

void call_window::grow() {
    std::vector<core::instant> larger(ring_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i)
        larger[i] = ring_[(first_ + i) & (ring_.size() - 1)];
    ring_.swap(larger);
    first_ = 0;
}

void call_window::count(core::instant now) {
    drop_old(now);
    if (size_ >= remembered_max_) {
        worst_is_floor_ = true;
        first_ = (first_ + 1) & (ring_.size() - 1);
        --size_;
    }
    if (size_ == ring_.size()) grow();
    ring_[(first_ + size_) & (ring_.size() - 1)] = now;
    ++size_;
    worst_ = std::max<std::uint64_t>(worst_, size_);
}

scope_windows::scope_windows(const std::vector<core::rate_limit>& limits) {
    windows_.reserve(limits.size());
    for (const auto& limit : limits)
        windows_.emplace_back(limit);
}

call_window* scope_windows::refusing(core::instant now) {
    call_window* latest = nullptr;
    auto latest_free = core::instant::min();
    for (auto& window : windows_) {
        if (!window.full(now)) continue;
        const auto free = window.free_at(now);
        if (free <= latest_free) continue;
        latest = &window;
        latest_free = free;
    }
    return latest;
}

void scope_windows::count(core::instant now) {
    for (auto& window : windows_)
        window.count(now);
}

void scope_windows::change(const std::vector<core::rate_limit>& limits) {
    std::vector<call_window> changed;
    changed.reserve(limits.size());
    for (const auto& limit : limits) {
        const auto same = std::find_if(windows_.begin(), windows_.end(),
                                       [&limit](const auto& w) { return w.limit() == limit; });
        if (same != windows_.end())
            changed.push_back(*same);
        else
            changed.emplace_back(limit);
    }
    windows_.swap(changed);
}

}  // namespace tidings::gateway
