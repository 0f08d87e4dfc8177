// The text of a file of settings, read whole and bounded.
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>

namespace tidings::settings {

// Failures, each with the file's name in front: missing (`missing`), a folder, no ordinary file,
// larger than bounds.hpp's text_size_max, unreadable (`configuration`).
core::result<std::string> text_of_file(const std::filesystem::path& file);

}  // namespace tidings::settings
