// What a file is that people take for a list, by its first bytes: old workbooks, contacts, web
// pages, databases. Each with what to do instead, so that nobody reads "no column" about a PDF.
#pragma once

#include <span>
#include <string_view>

namespace tidings::codec {

struct foreign_format {
    std::string_view begins;  // in either case, where it is a word
    std::size_t at = 0;       // where in the file
    std::string_view words;
};

std::span<const foreign_format> foreign_formats() noexcept;

// Behind a byte order mark and white space, for those that are text. Empty: nothing that is known.
std::string_view words_for_foreign(std::string_view head) noexcept;

}  // namespace tidings::codec
