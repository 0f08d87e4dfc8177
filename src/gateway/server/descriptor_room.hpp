// How many connections this process may hold: raises its own limit of open files as far as it may,
// and says what to do when that is not enough.
#pragma once

#include "core/failure.hpp"

#include <cstddef>

namespace tidings::gateway {

// Of the limit, for files, the admin port and whoever shares the process.
inline constexpr std::size_t descriptors_spared = 64;

// Raises the soft limit for `wanted` connections, at most to the hard one, and returns how many it
// bears. Fails with `configuration`, naming the fix, when that is less than `least`.
core::result<std::size_t> room_for_connections(std::size_t wanted, std::size_t least);

}  // namespace tidings::gateway
