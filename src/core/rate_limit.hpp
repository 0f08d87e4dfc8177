// A limit as people write it: so many requests in any window of that length ("600/60s").
// codec/text/units reads and writes the spelling; core/limiter keeps to it.
#pragma once

#include "core/time.hpp"

#include <cstdint>

namespace tidings::core {

struct rate_limit {
    std::uint32_t count = 0;  // 1 .. 1,000,000,000
    duration window{};        // 1 ms .. 31 days; rolling, not aligned to anything

    friend bool operator==(const rate_limit&, const rate_limit&) = default;
};

// Whose budget a limit is.
enum class scope_kind : std::uint8_t {
    account,  // several bots share it
    bot,      // one bot, all its senders
    sender,   // one number of a bot
    run,      // the whole run: what `control rate` sets
};

// How departures are spread inside what the windows allow (design.md section 4).
enum class pace : std::uint8_t {
    earliest,  // evenly at the rate of the shortest window: done as early as the windows allow
    even,      // one constant rate that every window bears for ever
    burst,     // as fast as slots come free
};

}  // namespace tidings::core
