// The files of the live page, which cmake/built_in_files.cmake puts into the program: those of
// src/live/page, and the charts' library.
#pragma once

#include <span>
#include <string_view>

namespace tidings::live {

struct built_in_file {
    std::string_view file;
    std::string_view text;
};

std::span<const built_in_file> built_in_page() noexcept;

}  // namespace tidings::live
