// Reads a Retry-After header. It says how long the server asked us to wait; whether anything waits
// is core/verdict.hpp's and core/limiter's to decide.
#pragma once

#include "core/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace tidings::codec {

// A wait longer than this is no wait but a mistake; it is taken as this.
inline constexpr core::duration retry_after_max = std::chrono::hours(24);

// Seconds, or an HTTP-date in any of its three forms (RFC 9110 sections 5.6.7 and 10.2.3), as a
// span from `now` within [0, retry_after_max]; a date gone by is 0. Negative numbers, fractions
// and anything else: nullopt, as if it had not been sent.
std::optional<core::duration> read_retry_after(std::string_view value, core::wall_time now);

}  // namespace tidings::codec
