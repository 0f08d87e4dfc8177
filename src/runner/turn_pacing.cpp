#include "runner/turn_pacing.hpp"

#include <algorithm>

namespace tidings::runner {

core::duration turn_pacing::rest_after(const turn_end& turn) {
    constexpr std::uint64_t unit = 256;
    if (last_ == core::instant{}) last_ = turn.now;
    time_sum_ += (turn.now - last_) - time_sum_ / turns_remembered;
    ended_sum_ += (turn.ended - ended_) * unit - ended_sum_ / turns_remembered;
    last_ = turn.now;
    ended_ = turn.ended;
    if (!turn.saturated || ended_sum_ < unit) {
        next_ = turn.now;
        return {};
    }
    // Little's law: what is in flight, by the rate at which it ends, is how long an answer takes.
    const auto response = time_sum_ / static_cast<std::int64_t>(ended_sum_ / unit) *
                          static_cast<std::int64_t>(turn.in_flight);
    if (turn.midway) {
        next_ = turn.now;
        return response < gap_max ? stall_max : gap_max;
    }
    const auto gap = std::min<core::duration>(gap_max, response / response_share);
    // From one turn's beginning to the next one's: work that takes longer than the gap is itself
    // the rest, and a thread that is behind never idles.
    next_ = std::max(turn.now, next_ + gap);
    const auto rest = next_ - turn.now;
    if (rest >= rest_min) return rest;
    next_ = turn.now;  // short gaps do not add up to a rest
    return {};
}

}  // namespace tidings::runner
