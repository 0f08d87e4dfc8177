#include "store/journal_parts.hpp"

#include "codec/records/journal_record.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t segment_bytes_min = 1024;
constexpr std::uint64_t segment_bytes_max = 1ULL << 30;
constexpr std::size_t spent_bytes_max = 16;

journal_options limited(journal_options options) {
    options.segment_bytes = std::clamp(options.segment_bytes, segment_bytes_min, segment_bytes_max);
    return options;
}

}  // namespace

journal::parts::parts(disk& disk, std::string path, const journal_options& wanted)
    : where(&disk), folder(std::move(path)), options(limited(wanted)) {}

std::uint64_t journal::parts::room_left() const {
    std::uint64_t room = current.is_open() ? options.segment_bytes - offset : 0;
    for (const auto& one : prepared)
        if (one.ready()) room += options.segment_bytes - segment_head_bytes;
    return room;
}

core::result<void> journal::parts::prepare_one() {
    if (!prepared.empty() && !prepared.back().ready()) return {};
    const auto number = (prepared.empty() ? head.number : prepared.back().number()) + 1;
    auto made = segment_maker::begin(*where, folder, number, options.segment_bytes);
    if (!made) return made.error();
    prepared.push_back(std::move(*made));
    return {};
}

core::result<void> journal::parts::prepare_whole() {
    if (auto begun = prepare_one(); !begun) return begun;
    auto done = prepared.back().finish();
    if (!done) prepared.pop_back();
    return done;
}

// Makes sure that the frame has a place and, when it releases rows, that what becomes of every row
// in flight will have one too, even if the disk is full by then.
core::result<void> journal::parts::make_room(std::size_t frame_bytes,
                                             const core::journal_batch& batch) {
    const bool fits_here = current.is_open() && offset + frame_bytes <= options.segment_bytes;
    if (!fits_here && (prepared.empty() || !prepared.front().ready()))
        if (auto done = prepare_whole(); !done) return done;
    if (batch.released.empty()) return {};
    std::uint64_t in_flight = state.released;
    for (const auto& run : batch.released)
        in_flight += run.count;
    if (auto done = keep_reserve(in_flight); !done) return done;
    // Twice, because a frame that does not fit into the end of a segment leaves that unused.
    const auto needed = 2 * (frame_bytes + in_flight * codec::settlement_bytes_max);
    while (room_left() < needed)
        if (auto done = prepare_whole(); !done) return done;
    return {};
}

core::result<void> journal::parts::begin_segment(const codec::frame_head& first) {
    if (prepared.empty() || !prepared.front().ready())
        return core::failure{core::trouble::internal, "no segment of the journal is prepared"};
    head.number = prepared.front().number();
    head.journal_id = id;
    head.first_sequence = first.sequence;
    head.created = opened;
    head.boot = options.boot;
    current = prepared.front().take();
    prepared.pop_front();
    offset = 0;
    return {};
}

std::size_t journal::parts::encode(const codec::frame_head& frame_head,
                                   const core::journal_batch& batch) {
    frame.clear();
    return codec::append_frame(frame, frame_head, batch, head.salt());
}

// One write and one sync of what encode() has made. What failed in the write for want of room can
// be written again, for nothing was synced; any other failure is the end of the journal.
core::result<void> journal::parts::write_encoded(const codec::frame_head& frame_head,
                                                 const core::journal_batch& batch) {
    // At offset 0 stands what an earlier attempt without room has left: the head goes first again.
    const bool fits =
        current.is_open() && offset != 0 && offset + frame.size() <= options.segment_bytes;
    if (!fits) {
        if (!current.is_open() || offset != 0)
            if (auto done = begin_segment(frame_head); !done) return done;
        const auto front = segment_head_to_bytes(head);
        frame.assign(front.begin(), front.end());
        codec::append_frame(frame, frame_head, batch, head.salt());
    }
    auto done = current.write(frame, offset);
    if (!done && done.error().kind == core::trouble::disk_full) return done;
    if (done) done = current.sync();
    if (!done) {
        failed = core::failure{core::trouble::journal, done.error().text};
        return *failed;
    }
    mark.set(frame_head.sequence);
    offset += frame.size();
    end = {head.number, offset};
    bytes_written += frame.size();
    bytes_since_checkpoint += frame.size();
    return {};
}

core::result<void> journal::parts::commit(const core::journal_batch& batch, core::time_stamp now,
                                          bool finished) {
    if (failed) return *failed;
    if (batch.empty() && !finished) return {};
    const codec::frame_head frame_head{state.sequence + 1, now, options.boot, finished};
    const auto size = encode(frame_head, batch);
    const auto size_max =
        std::min<std::uint64_t>(codec::frame_bytes_max, options.segment_bytes - segment_head_bytes);
    if (size > size_max)
        return core::failure{core::trouble::internal,
                             fmt::format("a batch of {} bytes is too large for the journal, "
                                         "which takes {} at once",
                                         size, size_max)};
    if (auto done = make_room(size, batch); !done) {
        if (done.error().kind != core::trouble::disk_full) failed = done.error();
        return done;
    }
    if (const auto broken = rules.check(batch))
        return core::failure{core::trouble::internal, "the journal refuses a batch: " + *broken};
    auto done = write_encoded(frame_head, batch);
    if (done)
        rules.confirm(frame_head, batch);
    else
        rules.undo();
    return done;
}

// A settlement or a return for each of them, besides what a probe or a refusal says of its slot.
core::result<void> journal::parts::keep_reserve(std::uint64_t in_flight) {
    const auto each = codec::settlement_bytes_max + spent_bytes_max;
    return reserve.make_room(*where, folder, codec::frame_head_bytes + in_flight * each);
}

// The reserve has room for every row in flight. What else is in the batch (rows that were screened)
// is found again by the next process, so it is left out where it does not fit.
core::result<void> journal::parts::write_emergency(const core::journal_batch& batch,
                                                   core::time_stamp now) {
    const emergency_place place{id, state.sequence + 1, now, options.boot};
    auto kept = reserve.append(place, batch);
    if (kept && *kept) return {};
    auto done = write_emergency_file(*where, folder, place, batch);
    if (done || !kept) return done;
    auto least = batch;
    std::erase_if(least.settled, [this](const core::settlement& one) {
        const auto before = state.rows[one.row];
        return before == core::row_state::untouched || before == core::row_state::parked;
    });
    kept = reserve.append(place, least);
    if (kept && *kept) return {};
    return done;
}

void journal::parts::start_checkpoint(const log_position& log) {
    rules.prune_releases();
    saving.emplace(*where, folder, id, end, log, state);
    bytes_since_checkpoint = 0;
}

core::result<void> journal::parts::remove_unused(std::uint32_t last_begun) {
    const auto numbers = list_segments(*where, folder);
    if (!numbers) return numbers.error();
    for (const auto number : *numbers) {
        const auto path = segment_path(folder, number);
        if (number <= last_begun) continue;
        if (const int got = where->unlink(path); got < 0)
            return disk_failure(-got, "remove", path, core::trouble::journal);
    }
    return {};
}

}  // namespace tidings::store
