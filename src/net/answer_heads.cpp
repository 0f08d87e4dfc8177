#include "net/answer_heads.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <nghttp2/nghttp2.h>

namespace tidings::net {

namespace {

constexpr std::uint8_t size_update_mask = 0xE0;
constexpr std::uint8_t size_update = 0x20;
constexpr std::uint8_t size_update_to_zero = 0x20;

bool is_size_update(std::uint8_t byte) {
    return (byte & size_update_mask) == size_update;
}

}  // namespace

answer_heads::frame_start answer_heads::read(std::span<const std::uint8_t> from) noexcept {
    return {.length = from[0] * std::size_t{0x10000} + from[1] * std::size_t{0x100} + from[2],
            .type = from[3],
            .flags = from[4],
            .stream = static_cast<std::int32_t>((from[5] & 0x7FU) << 24U | from[6] * 0x10000U |
                                                from[7] * 0x100U | from[8])};
}

// Its payload is a header block and nothing else, from the first byte to the last.
bool answer_heads::is_plain_head(const frame_start& frame) noexcept {
    constexpr int with_more = NGHTTP2_FLAG_PADDED | NGHTTP2_FLAG_PRIORITY;
    return frame.type == NGHTTP2_HEADERS && (frame.flags & with_more) == 0 &&
           (frame.flags & NGHTTP2_FLAG_END_HEADERS) != 0 && frame.length > 0;
}

answer_heads::piece answer_heads::next(std::span<const std::uint8_t>& rest) {
    std::size_t at = 0;
    while (at < rest.size()) {
        if (left_ > 0) {
            const std::size_t taken = std::min(left_, rest.size() - at);
            // Nobody knows whether all of what comes first in it is here.
            if (std::exchange(block_next_, false) && is_size_update(rest[at])) give_up();
            at += taken;
            left_ -= taken;
            continue;
        }
        const auto ahead = rest.subspan(at);
        if (start_size_ == 0 && ahead.size() >= frame_header) {
            const frame_start frame = read(ahead);
            if (is_plain_head(frame) && ahead.size() - frame_header >= frame.length) {
                if (at > 0) break;  // what is before it goes first
                const auto whole = rest.first(frame_header + frame.length);
                rest = rest.subspan(whole.size());
                note_block(whole.subspan(frame_header));
                return {whole, frame.stream};
            }
            at += frame_header;
            enter(frame);
            continue;
        }
        start_[start_size_++] = rest[at++];
        if (start_size_ == frame_header) {
            start_size_ = 0;
            enter(read(start_));
        }
    }
    const piece run{rest.first(at), 0};
    rest = rest.subspan(at);
    return run;
}

void answer_heads::enter(const frame_start& frame) noexcept {
    left_ = frame.length;
    block_next_ = frame.type == NGHTTP2_HEADERS;
    const bool may_hide_a_block = frame.type == NGHTTP2_HEADERS && !is_plain_head(frame);
    if (may_hide_a_block || frame.type == NGHTTP2_PUSH_PROMISE) give_up();
}

void answer_heads::give_up() noexcept {
    given_up_ = true;
    block_size_ = 0;
}

// The sizes that the server gives its table at the beginning of a block; the last one counts.
void answer_heads::note_block(std::span<const std::uint8_t> block) noexcept {
    if (!is_size_update(block[0])) return;
    table_empty_ =
        block[0] == size_update_to_zero && (block.size() == 1 || !is_size_update(block[1]));
    block_size_ = 0;
}

const answer_head* answer_heads::known(const piece& whole) const noexcept {
    const auto block = whole.bytes.subspan(frame_header);
    const bool same =
        block.size() == block_size_ && std::memcmp(block.data(), block_.data(), block_size_) == 0;
    return same ? &says_ : nullptr;
}

void answer_heads::learn(const piece& whole, const answer_head& says) {
    const auto block = whole.bytes.subspan(frame_header);
    if (!table_empty_ || given_up_ || block.size() > known_max) return;
    std::copy(block.begin(), block.end(), block_.begin());
    block_size_ = block.size();
    says_ = says;
}

}  // namespace tidings::net
