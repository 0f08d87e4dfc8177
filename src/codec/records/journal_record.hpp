// Journal frames: bytes <-> core::journal_batch, one frame a group commit. It decides what is a
// whole frame; which frame may follow which, files and recovery are store/journal's.
// docs/journal.md gives the format field by field.
#pragma once

#include "core/journal_batch.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tidings::codec {

// What a frame says besides its batch.
struct frame_head {
    std::uint64_t sequence = 0;  // 1, 2, 3 ... over the whole journal, without a gap
    core::time_stamp at{};       // both clocks when it was committed
    std::uint32_t boot = 0;      // names the boot of the machine that `at.steady` belongs to
    bool finished = false;       // nothing was left to do when this was written

    friend bool operator==(const frame_head&, const frame_head&) = default;
};

inline constexpr std::size_t frame_head_bytes = 40;
inline constexpr std::size_t frame_bytes_max = 16U << 20;
inline constexpr std::size_t detail_bytes_max = 200;     // longer texts are cut by the encoder
inline constexpr core::row_number row_max = 1ULL << 40;  // higher ones are refused by the decoder

// At most how many bytes a settlement takes; what must be kept free for each row in flight.
inline constexpr std::size_t settlement_bytes_max = 48 + detail_bytes_max;

// Appends the frame to `out`. `salt` is mixed into the checksum, so that a frame is good only in
// the segment it was written to. A frame above frame_bytes_max is the caller's to refuse.
// Returns the size of the frame.
std::size_t append_frame(std::vector<std::byte>& out, const frame_head& head,
                         const core::journal_batch& batch, std::uint32_t salt);

enum class frame_state : std::uint8_t {
    good,
    none,        // zeros: nothing was ever written here
    short_read,  // more bytes are needed than were given: see `size`
    bad,         // damaged, torn, or something else altogether
};

struct frame_found {
    frame_state state = frame_state::none;
    std::size_t size = 0;  // good: of the whole frame; short_read: of what it claims to be
    frame_head head;       // good: what it says; bad: what it seems to say
    std::span<const std::byte> records;  // good: to be read by read_records; into the given bytes
};

// Looks at the frame that begins at the front of `bytes`.
frame_found find_frame(std::span<const std::byte> bytes, std::uint32_t salt);

// Reads a good frame's records into `batch` (cleared first; its memory is used again). False when
// they are malformed, which no writer of ours produces; `batch` then holds what came before.
bool read_records(const frame_found& frame, core::journal_batch& batch);

// Reads as far as it makes sense from a bad frame, to be able to say which rows it touches.
void guess_records(std::span<const std::byte> bytes, core::journal_batch& batch);

}  // namespace tidings::codec
