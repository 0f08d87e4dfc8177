// The answer as nearly every server sends it: whole in one read, with a Content-Length. Reading it
// here costs a fifth of what the full grammar costs. Whatever is not exactly that (an interim
// answer, another framing, a line that is folded, doubled or strange, a part that is missing) is
// not judged here at all: it is http1_answer's, with Beast's parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::net {

// Views into the bytes that were read.
struct plain_answer {
    std::string_view content_type;
    std::string_view retry_after;
    std::string_view body;
    std::size_t size = 0;  // of all of it; what follows belongs to nobody
    std::uint16_t status = 0;
    bool keep_alive = true;
};

// Nothing: let the grammar read it. `header_max` is of the head with its empty line.
std::optional<plain_answer> read_plain_answer(std::string_view bytes, std::size_t header_max);

}  // namespace tidings::net
