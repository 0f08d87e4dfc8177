// How spans, limits, scopes and counts are written: `spelled` is the exact form of the campaign
// file, which codec/text/units reads back; `shown` is for people's eyes and may round. Nothing here
// parses.
#pragma once

#include "core/rate_limit.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::core {

// Exact: "90s", "1h30m", "250ms", "0s"; reads back as the same span. Negative spans keep a minus.
std::string spelled(duration span);
// Exact: "600/60s", "18000/1h", "5/1s".
std::string spelled(const rate_limit& limit);
// "account", "bot", "sender", "run".
std::string_view name_of(scope_kind kind);
// "bot st-26d5", "sender +16693422058"; the run's name speaks for itself.
std::string in_words(scope_kind kind, std::string_view name);
// Exact, in the largest unit that divides it: "64MiB", "1500B".
std::string spelled_bytes(std::uint64_t bytes);

// "1,000,000"
std::string shown_count(std::uint64_t count);
// "3 d 04 h", "2 h 05 m", "12 m 04 s", "4.2 s", "43.1 ms", "210 us"; two parts at most.
std::string shown(duration span);
// "98.2 %"; a share that is not quite all is ">99.9 %", never 100, and one above zero "<0.1 %".
std::string shown_share(std::uint64_t part, std::uint64_t whole);
// "9.98/s", "412/s", "12,400/s"
std::string shown_rate(double per_second);
// RFC 3339 in UTC with microseconds, as in the outcome log: "2026-11-23T08:00:00.123456Z".
std::string spelled(wall_time at);

}  // namespace tidings::core
