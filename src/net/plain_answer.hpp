// The answer as nearly every server sends it: whole in one read, with a Content-Length. Reading it
// here costs a fifth of what the full grammar costs. Whatever is not exactly that (an interim
// answer, another framing, a line that is folded, doubled or strange, a part that is missing) is
// not judged here at all: it is http1_answer's, with Beast's parser.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::net {

struct plain_answer {
    std::string_view content_type;
    std::string_view retry_after;
    std::string_view body;
    std::size_t size = 0;  // of all of it; what follows belongs to nobody
    std::uint16_t status = 0;
    bool keep_alive = true;
};

// Knows the last plain head again: those of one server differ by little more than their Date, so
// that most are, byte for byte, the one before, and need no reading.
class plain_answers {
  public:
    plain_answers() = default;
    plain_answers(const plain_answers&) = delete;
    plain_answers& operator=(const plain_answers&) = delete;

    // Nothing: let the grammar read it. `header_max` is of the head with its empty line. The body
    // is a view into `bytes`, the fields are valid until the next call as well.
    std::optional<plain_answer> read(std::string_view bytes, std::size_t header_max);

  private:
    static constexpr std::size_t known_max = 512;  // longer heads are read each time

    std::array<char, known_max> known_;  // the first known_size_ are a head
    std::size_t known_size_ = 0;
    std::size_t known_length_ = 0;  // of the body it announces
    plain_answer known_answer_;     // its fields are views into known_
};

}  // namespace tidings::net
