// In front of nghttp2, on what a server sends: finds the heads of answers that are, byte for byte,
// the one before. Those of one server differ by their Date, once a second; to decode the rest over
// and over is most of what an HTTP/2 answer costs. It decides only whether a head is known; what a
// head means, and every frame, is nghttp2's.
//
// Equal bytes mean equal fields only where HPACK's table is empty: a server that does not use it
// says so at the beginning of a head (RFC 7541 6.3; nginx does on each connection). Of all others,
// and after anything unusual (padding, priorities, heads in several frames), no head is ever known.
// One for each connection; sees all its bytes in their order.
#pragma once

#include "codec/messages/answer.hpp"
#include "net/http1_answer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidings::net {

// What is kept of the head of an answer.
struct answer_head {
    std::uint16_t status = 0;
    bool final = false;                      // not an interim one
    std::size_t size = 0;                    // as RFC 9113 counts; 0: nothing came yet
    std::optional<std::uint64_t> announced;  // the body's length
    short_text content_type;
    short_text retry_after;

    // Cheaper than a new one, which would have texts of its own.
    void restart() noexcept {
        status = 0;
        final = false;
        size = 0;
        announced.reset();
        content_type.clear();
        retry_after.clear();
    }
};

class answer_heads {
  public:
    static constexpr std::size_t frame_header = 9;

    struct piece {
        std::span<const std::uint8_t> bytes;  // never empty
        std::int32_t head_of = 0;  // a stream: `bytes` is a whole HEADERS frame; 0: anything else
    };

    // Takes the longest piece off the front of `rest`. Pre: `rest` is not empty.
    piece next(std::span<const std::uint8_t>& rest);

    // What the head of such a piece says, when that is known; nullptr otherwise. Valid until the
    // next learn().
    const answer_head* known(const piece& whole) const noexcept;
    // To know it again. Pre: the piece of the latest next(), with `head_of`, and what it says by
    // itself: it was the first head of its stream.
    void learn(const piece& whole, const answer_head& says);

  private:
    static constexpr std::size_t known_max = 512;  // longer ones are decoded each time

    struct frame_start {
        std::size_t length;
        std::uint8_t type;
        std::uint8_t flags;
        std::int32_t stream;
    };
    static frame_start read(std::span<const std::uint8_t> from) noexcept;
    static bool is_plain_head(const frame_start& frame) noexcept;
    void enter(const frame_start& frame) noexcept;
    void give_up() noexcept;
    void note_block(std::span<const std::uint8_t> block) noexcept;

    std::array<std::uint8_t, frame_header> start_{};  // of a frame, as far as it has come
    std::size_t start_size_ = 0;
    std::size_t left_ = 0;      // of the payload of the frame that is passed on
    bool block_next_ = false;   // and it begins a header block
    bool table_empty_ = false;  // said by the server
    bool given_up_ = false;     // for good
    std::array<std::uint8_t, known_max> block_{};
    std::size_t block_size_ = 0;  // 0: none is known
    answer_head says_;
};

}  // namespace tidings::net
