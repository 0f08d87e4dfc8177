// Walks over the frames of a journal in order and tells a torn tail from corruption. Changes
// nothing. What the frames mean is journal_rules'.
#pragma once

#include "codec/records/journal_record.hpp"
#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "store/checkpoint.hpp"
#include "store/disk.hpp"
#include "store/segment.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tidings::store {

class log_walk {
  public:
    // Called with every frame; a failure ends the walk and is its result.
    using visitor =
        std::function<core::result<void>(const codec::frame_head&, const core::journal_batch&)>;

    // Finds the segments and reads their heads; syncs them first unless `live`.
    static core::result<log_walk> open(disk& where, const std::string& folder, bool live);

    std::uint64_t journal_id() const { return heads_.front().journal_id; }
    const segment_head& first() const { return heads_.front(); }
    std::uint32_t last_segment() const { return heads_.back().number; }
    // While walking: the head of the segment that the frame is in.
    const segment_head& current() const { return heads_[current_]; }

    // Whether every frame before that place is whole, the last of them with this sequence: what a
    // checkpoint saves from being read is still what the run is proven by. Reads, and decodes
    // nothing.
    core::result<void> check_before(journal_place until, std::uint64_t sequence);
    // From `from` on (segment 0: the beginning), whose next frame must have sequence `before` + 1.
    core::result<void> walk(journal_place from, std::uint64_t before, const visitor& visit);
    // After walk(): where the last good frame ends, how much was read to get there, and how much
    // of a torn tail was left out.
    journal_place end() const { return end_; }
    std::uint64_t bytes_walked() const { return bytes_walked_; }
    std::uint64_t bytes_cut() const { return bytes_cut_; }

  private:
    log_walk(disk& where, std::string folder, bool live)
        : where_(&where), folder_(std::move(folder)), live_(live) {}

    core::result<void> read_heads();
    core::result<void> check_never_begun(std::uint32_t number);
    core::result<void> check_unused(std::uint32_t number, std::uint64_t journal_id);
    core::result<void> check_segment(std::size_t index, std::uint64_t until);
    core::result<void> walk_segment(std::size_t index, std::uint64_t offset, const visitor& visit);
    core::result<void> check_tail(segment_reader& reader);
    core::failure damaged(segment_reader& reader, std::uint64_t good_sequence) const;

    disk* where_;
    std::string folder_;
    bool live_;
    std::vector<segment_head> heads_;  // of those that were begun
    std::size_t current_ = 0;          // of heads_
    std::uint64_t sequence_ = 0;       // of the last good frame
    core::row_number last_row_ = 0;    // highest row seen released, for messages
    journal_place end_;
    std::uint64_t bytes_walked_ = 0;
    std::uint64_t bytes_cut_ = 0;
};

}  // namespace tidings::store
