// What a journal consists of, and the making of one commit: room first, then one write and one
// sync, then the state. Beginning, going on and ending are journal.cpp's.
#pragma once

#include "store/checkpoint.hpp"
#include "store/durable_mark.hpp"
#include "store/emergency_files.hpp"
#include "store/journal.hpp"
#include "store/journal_rules.hpp"
#include "store/segment.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tidings::store {

struct journal::parts {
    parts(disk& disk, std::string path, const journal_options& wanted);

    core::result<void> commit(const core::journal_batch& batch, core::time_stamp now,
                              bool finished);
    std::size_t encode(const codec::frame_head& frame_head, const core::journal_batch& batch);
    core::result<void> write_encoded(const codec::frame_head& frame_head,
                                     const core::journal_batch& batch);
    core::result<void> begin_segment(const codec::frame_head& first);
    core::result<void> make_room(std::size_t frame_bytes, const core::journal_batch& batch);
    core::result<void> keep_reserve(std::uint64_t in_flight);
    core::result<void> write_emergency(const core::journal_batch& batch, core::time_stamp now);
    core::result<void> prepare_one();
    core::result<void> prepare_whole();
    core::result<void> remove_unused(std::uint32_t last_begun);
    std::uint64_t room_left() const;
    void start_checkpoint(const log_position& log);

    disk* where;
    std::string folder;
    journal_options options;
    std::uint64_t id = 0;
    core::time_stamp
        opened{};  // when this process began with it; every head of its segments says so

    journal_state state;
    journal_rules rules{state};

    disk_file current;  // not open until the first commit of this process
    segment_head head;  // of the last segment begun
    std::uint64_t offset = 0;
    journal_place end;                   // behind the last durable frame
    std::deque<segment_maker> prepared;  // the next ones; only the last may be unfinished

    durable_mark mark;
    emergency_reserve reserve;  // for what becomes of the rows in flight when all else fails

    std::optional<checkpoint_writer> saving;
    std::uint64_t bytes_since_checkpoint = 0;
    std::uint64_t bytes_written = 0;
    std::optional<core::failure> failed;
    std::vector<std::byte> frame;
};

}  // namespace tidings::store
