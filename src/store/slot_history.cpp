#include "store/slot_history.hpp"

#include <algorithm>

namespace tidings::store {

core::instant moment_of(const slot_run& slots, const clock_reading& now) {
    if (slots.boot == now.boot) return std::min(slots.at.steady, now.at.steady);
    // Another boot: only the calendar links the two, and it must not have gone backwards.
    if (slots.at.wall > now.at.wall) return now.at.steady;
    return now.at.steady - core::duration(now.at.wall - slots.at.wall);
}

slot_run told_now(slot_run slots, const clock_reading& now) {
    const auto at = moment_of(slots, now);
    const auto age = std::chrono::duration_cast<core::wall_time::duration>(now.at.steady - at);
    slots.at = {at, now.at.wall - age};
    slots.boot = now.boot;
    return slots;
}

slot_run told_by(slot_run slots, const clock_reading& reading) {
    slots.at.wall = reading.at.wall + std::chrono::ceil<core::wall_time::duration>(
                                          slots.at.steady - reading.at.steady);
    return slots;
}

slot_history::slot_history(core::duration window)
    : window_(window), grain_(std::max(window / grains, core::duration(1))) {}

void slot_history::add(core::lane_id lane, core::time_stamp at, std::uint32_t boot,
                       std::uint32_t count) {
    if (window_ <= core::duration::zero() || lane == core::lane_none) return;
    if (lane >= lanes_.size()) lanes_.resize(lane + std::size_t{1});
    auto& [runs, gone] = lanes_[lane];
    if (!runs.empty() && runs.back().boot == boot) {
        slot_run& last = runs.back();
        // Answers come a little out of order; one that is older than the last counts as that.
        if (last.at.steady >= begun_ &&
            at.steady.time_since_epoch() / grain_ <= last.at.steady.time_since_epoch() / grain_) {
            last.count += count;
            last.at.steady = std::max(last.at.steady, at.steady);
            last.at.wall = std::max(last.at.wall, at.wall);
            return;
        }
        while (gone < runs.size() && runs[gone].boot == boot &&
               runs[gone].at.steady + window_ < at.steady)
            ++gone;
    }
    if (gone > runs.size() / 2) {
        runs.erase(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(gone));
        gone = 0;
    }
    runs.push_back({lane, boot, count, at});
}

std::vector<slot_run> slot_history::within(const clock_reading& now) const {
    std::vector<slot_run> found;
    for (const auto& lane : lanes_)
        for (std::size_t i = lane.gone; i < lane.runs.size(); ++i)
            if (moment_of(lane.runs[i], now) + window_ > now.at.steady)
                found.push_back(told_now(lane.runs[i], now));
    return found;
}

void slot_history::begin_boot(const clock_reading& last, const clock_reading& now) {
    for (auto& lane : lanes_)
        for (auto& one : lane.runs) {
            if (one.boot == last.boot) one = told_now(one, last);
            one = told_now(one, now);
        }
}

}  // namespace tidings::store
