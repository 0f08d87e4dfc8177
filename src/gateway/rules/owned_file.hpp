// Small files of the gateway's own folder: read whole, or written for the owner alone.
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace tidings::gateway {

// Empty when it is not there or cannot be read; at most 1 MiB of it.
std::string text_of_file(const std::filesystem::path& path);
// Makes the folder too (0700) and replaces what was there, a link itself; the file has mode 0600.
// Fails in a folder that somebody else can change.
core::result<void> write_owned_file(const std::filesystem::path& path, std::string_view text);
// The descriptor of a file that is appended to, made where it is not there. Fails on a link, a
// pipe, a device, and on what belongs to somebody else.
core::result<int> open_owned_log(const std::filesystem::path& path);

}  // namespace tidings::gateway
