#include "store/unread_slots.hpp"

#include <algorithm>

namespace tidings::store {

namespace {

struct by_lane {
    bool operator()(const slot_run& one, core::lane_id lane) const { return one.lane < lane; }
    bool operator()(core::lane_id lane, const slot_run& one) const { return lane < one.lane; }
};

}  // namespace

void unread_slots::owe(core::lane_id lane, core::time_stamp at, std::uint32_t boot,
                       std::uint32_t count) {
    const auto [first, end] = std::equal_range(owed_.begin(), owed_.end(), lane, by_lane{});
    if (first != end) {
        slot_run& last = *std::prev(end);
        const bool full = static_cast<std::size_t>(end - first) >= entries_max;
        if (full || (last.boot == boot && last.at == at)) {
            last.at = at;
            last.boot = boot;
            last.count += count;
            return;
        }
    }
    owed_.insert(end, {.lane = lane, .boot = boot, .count = count, .at = at, .unread = true});
}

std::uint32_t unread_slots::on_good_answer(core::lane_id lane, core::instant left,
                                           std::uint32_t boot) {
    if (owed_.empty()) return 0;
    const auto [first, end] = std::equal_range(owed_.begin(), owed_.end(), lane, by_lane{});
    // Of another boot: whoever lives now has left later.
    const auto kept = std::find_if(
        first, end, [&](const slot_run& one) { return one.boot == boot && one.at.steady >= left; });
    std::uint32_t back = 0;
    for (auto one = first; one != kept; ++one)
        back += one->count;
    owed_.erase(first, kept);
    return back;
}

bool unread_slots::take_one(core::lane_id lane) {
    const auto [first, end] = std::equal_range(owed_.begin(), owed_.end(), lane, by_lane{});
    if (first == end) return false;
    if (--first->count == 0) owed_.erase(first);
    return true;
}

}  // namespace tidings::store
