// Whether a text is small, flat and plain enough to be given to the TOML library, which follows
// nesting by recursion and takes for granted that no control character stands where a key begins: a
// short file could end it. It finds no mistakes of spelling: settings/tree has the library's own
// words for those.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::settings {

inline constexpr std::size_t text_size_max = 1 << 20;
inline constexpr std::size_t line_size_max = 64 * 1024;
inline constexpr std::size_t word_size_max = 256;  // of a key or a bare value
inline constexpr std::size_t nesting_max = 16;     // brackets and braces within each other
inline constexpr std::size_t key_parts_max = 16;   // a.b.c has three

struct beyond_bounds {
    std::size_t line = 0;  // from 1; 0: the text as a whole
    std::size_t column = 0;
    std::string what;  // "is nested deeper than 16: ..."
};

// Reads strings and comments as TOML does, up to the first place where the text is none; what comes
// behind that is never parsed.
std::optional<beyond_bounds> bounds_broken(std::string_view toml);

}  // namespace tidings::settings
