// The text of the numbering plan that is built in: the files of src/codec/numbers/data, which
// cmake/built_in_files.cmake puts into the program. codec/numbers/numbering_plan reads it.
#pragma once

#include <span>
#include <string_view>

namespace tidings::codec {

struct built_in_file {
    std::string_view file;
    std::string_view text;
};

// In the order in which they are to be read.
std::span<const built_in_file> built_in_plan() noexcept;

}  // namespace tidings::codec
