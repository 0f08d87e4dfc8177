// How faults keep to so many bytes a second: a few at a time, a hundred times a second.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tidings::gateway {

inline constexpr auto trickle_tick = std::chrono::milliseconds(10);

// Bytes of one tick; at least one, so that it comes to an end.
constexpr std::size_t trickle_of(std::uint32_t bytes_a_second) {
    return std::max<std::size_t>(1, bytes_a_second / 100);
}

}  // namespace tidings::gateway
