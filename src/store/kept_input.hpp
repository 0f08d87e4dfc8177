// What comes in once and has to be read several times, kept in a file: standard input, what a
// command writes, several lists as one.
#pragma once

#include "core/failure.hpp"
#include "store/posix_disk.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace tidings::store {

// A hundred million rows of the longest numbers, names and all. An input without an end is found
// before the disk is full of it, most often.
inline constexpr std::uint64_t kept_input_bytes_max = std::uint64_t{16} << 30;

// Writes a new file (0600), synced with its folder, that appears under its name only when it is
// whole. What fails in `write`, which is given its descriptor, leaves nothing behind. Fails
// (disk_full, list).
core::result<void> keep_list(posix_disk& where, const std::string& path,
                             const std::function<core::result<void>(int)>& write);

// All that can be read from one descriptor, to the other; how many bytes that was. `named` is how
// messages call the first. Fails (list) on a folder, a device that is neither a terminal nor
// /dev/null, and on more than bytes_max; and disk_full.
core::result<std::uint64_t> copy_input(const std::string& named, int from, int to,
                                       std::uint64_t bytes_max = kept_input_bytes_max);

// What keep_list is writing to, until it is whole.
std::string unfinished_input(const std::string& path);

}  // namespace tidings::store
