// The smallest limiter: one bot, one lane, and moments counted from the clock's beginning.
#pragma once

#include "core/limiter.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidings::tests {

inline core::instant at(core::duration since) {
    return core::instant(since);
}

inline core::limiter one_bot(const std::vector<core::rate_limit>& limits,
                             core::pace how = core::pace::earliest, std::string name = "st-1") {
    core::limiter made;
    const core::scope_id bot[] = {
        made.add_scope(core::scope_kind::bot, std::move(name), limits, how)};
    made.add_lane(bot);
    return made;
}

}  // namespace tidings::tests
