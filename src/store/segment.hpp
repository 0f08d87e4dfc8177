// A segment: one file of the journal. A head of 64 bytes, then frames end to end, then the zeros
// that it was filled with beforehand. It decides what is a whole head and where the next frame
// is; what the frames mean together is store/recovery's.
#pragma once

#include "codec/records/journal_record.hpp"
#include "core/failure.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::store {

struct segment_head {
    std::uint32_t number = 0;          // 1, 2, 3 ... without a gap
    std::uint64_t journal_id = 0;      // the same in all of them
    std::uint64_t first_sequence = 0;  // so the segment before it ends with the one before that
    core::time_stamp created{};
    std::uint32_t boot = 0;

    // Mixed into the checksum of every frame: a frame is good in its own segment only.
    std::uint32_t salt() const;
    friend bool operator==(const segment_head&, const segment_head&) = default;
};

inline constexpr std::size_t segment_head_bytes = 64;

std::array<std::byte, segment_head_bytes> segment_head_to_bytes(const segment_head& head);

enum class head_state : std::uint8_t {
    good,
    blank,          // zeros: prepared, and nothing in it yet
    other_version,  // whole, in a form that this program does not know
    damaged,        // anything else
};
head_state read_segment_head(std::span<const std::byte> bytes, segment_head& head);

std::string segment_path(const std::string& folder, std::uint32_t number);
// The numbers of all segments in the folder, ascending.
core::result<std::vector<std::uint32_t>> list_segments(disk& where, const std::string& folder);

// Reads one segment from front to back. Memory: a buffer of a megabyte, more for larger frames.
class segment_reader {
  public:
    // Syncs the file first and drops its cached pages, unless `live`.
    static core::result<segment_reader> open(disk& where, const std::string& path, bool live);

    head_state state() const noexcept { return state_; }
    const segment_head& head() const noexcept { return head_; }
    std::uint64_t offset() const noexcept { return offset_; }
    std::uint64_t size() const noexcept { return size_; }
    const std::string& path() const noexcept { return file_.path(); }

    void go_to(std::uint64_t offset);
    // The frame at offset(), which moves behind it when it is good. A frame that would reach
    // beyond the file is bad. What it points to is valid until the next call.
    core::result<codec::frame_found> next();

    // The bytes at offset() on, up to a frame's largest size; for guessing at a damaged frame.
    core::result<std::span<const std::byte>> rest();
    // Whether a good frame with a sequence above `last` begins behind offset(), at any byte; and
    // where the last byte is that is not zero (0: all are).
    struct behind {
        std::optional<codec::frame_head> good;
        std::uint64_t used_end = 0;
    };
    core::result<behind> look_behind(std::uint64_t last, std::uint32_t salt);

  private:
    core::result<std::span<const std::byte>> window(std::size_t wanted);

    disk_file file_;
    segment_head head_;
    head_state state_ = head_state::blank;
    std::uint64_t offset_ = 0;
    std::uint64_t size_ = 0;
    std::vector<std::byte> buffer_;  // the file's bytes from buffer_at_ on
    std::uint64_t buffer_at_ = 0;
};

// Prepares a segment: makes the file, reserves its room, fills it with zeros, syncs file and
// folder. In steps, so that commits are not held up.
class segment_maker {
  public:
    // Removes a file of that number first: the caller knows that nothing is in it.
    static core::result<segment_maker> begin(disk& where, const std::string& folder,
                                             std::uint32_t number, std::uint64_t bytes);

    // True when it is ready. After a failure the half-made file is removed.
    core::result<bool> step();
    core::result<void> finish();  // all steps that are left
    std::uint32_t number() const noexcept { return number_; }
    bool ready() const noexcept { return ready_; }
    disk_file take() { return std::move(file_); }

  private:
    core::result<bool> give_up(core::failure why);

    disk_file file_;
    std::uint32_t number_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t filled_ = 0;
    bool ready_ = false;
};

}  // namespace tidings::store
