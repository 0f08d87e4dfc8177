#include "codec/lists/raw_row.hpp"

#include <array>

namespace tidings::codec {

std::string_view text_of(row_fault fault) noexcept {
    constexpr std::array<std::string_view, 9> texts = {"",
                                                       "a row of more than 1 MiB",
                                                       "a quote that is never closed",
                                                       "text after a closing quote",
                                                       "too few columns",
                                                       "not a JSON object",
                                                       "the field is missing",
                                                       "the field stands twice",
                                                       "the field is neither text nor a number"};
    return texts[static_cast<std::size_t>(fault)];
}

}  // namespace tidings::codec
