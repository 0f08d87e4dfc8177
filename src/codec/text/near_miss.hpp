// Finds what a person probably meant: the known word nearest to a mistyped one. For files and
// command lines; it knows no words of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tidings::codec {

// Changes of one letter (put in, left out, replaced, or two neighbours swapped) from one to the
// other. Words longer than 64 bytes are as far as can be.
std::size_t letters_apart(std::string_view one, std::string_view other);

// The nearest of `known` (a view of it), if it is near enough to be worth naming: a third of the
// typed letters may be wrong, and one always; else empty. A word that begins with what was typed
// counts as near.
std::string_view nearest(std::string_view typed, std::span<const std::string_view> known);

// "; did you mean X?" or "".
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

}  // namespace tidings::codec
