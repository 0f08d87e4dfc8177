#include "tidings/store/journal.hpp"

#include "tidings/codec/journal_record.hpp"
#include "tidings/store/checkpoint.hpp"
#include "tidings/store/segment.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "store/emergency_files.hpp"
#include "store/journal_rules.hpp"

namespace tidings::store {

namespace {

constexpr std::uint64_t segment_bytes_min = 1024;
constexpr std::uint64_t segment_bytes_max = 1ULL << 30;

journal_options limited(journal_options options) {
    options.segment_bytes = std::clamp(options.segment_bytes, segment_bytes_min, segment_bytes_max);
    return options;
}

}  // namespace

struct journal::parts {
    parts(disk& disk, std::string path, const journal_options& wanted)
        : where(&disk), folder(std::move(path)), options(limited(wanted)) {}

    core::result<void> commit(const core::journal_batch& batch, core::time_stamp now,
                              bool finished);
    std::size_t encode(const codec::frame_head& frame_head, const core::journal_batch& batch);
    core::result<void> write_encoded(const codec::frame_head& frame_head,
                                     const core::journal_batch& batch);
    core::result<void> begin_segment(const codec::frame_head& first);
    core::result<void> make_room(std::size_t frame_bytes, const core::journal_batch& batch);
    core::result<void> prepare_one();
    core::result<void> prepare_whole();
    core::result<void> remove_unused(std::uint32_t last_begun);
    std::uint64_t room_left() const;
    void start_checkpoint(const log_position& log);

    disk* where;
    std::string folder;
    journal_options options;
    std::uint64_t id = 0;

    journal_state state;
    journal_rules rules{state};

    disk_file current;  // not open until the first commit of this process
    segment_head head;  // of the last segment begun
    std::uint64_t offset = 0;
    journal_place end;                   // behind the last durable frame
    std::deque<segment_maker> prepared;  // the next ones; only the last may be unfinished

    std::optional<checkpoint_writer> saving;
    std::uint64_t bytes_since_checkpoint = 0;
    std::uint64_t bytes_written = 0;
    std::optional<core::failure> failed;
    std::vector<std::byte> frame;
};

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
    head.created = first.at;
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

journal::journal(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
journal::journal(journal&&) noexcept = default;
journal& journal::operator=(journal&&) noexcept = default;
journal::~journal() = default;

core::result<journal> journal::create(disk& where, const std::string& folder,
                                      const journal_options& options, core::time_stamp now) {
    const int got = where.make_folder(folder);
    if (got < 0 && got != -EEXIST)
        return disk_failure(-got, "create", folder, core::trouble::journal);
    if (const int synced = where.sync_folder(folder_of(folder)); synced < 0)
        return disk_failure(-synced, "sync", folder_of(folder), core::trouble::journal);
    auto made = std::make_unique<parts>(where, folder, options);
    if (got == -EEXIST) {
        // A process died between the folder and its first frame: what it left holds nothing.
        const auto before = recover(where, folder);
        if (before || before.error().kind != core::trouble::missing)
            return core::failure{core::trouble::exists, folder + " holds a journal already"};
        if (auto done = made->remove_unused(0); !done) return done.error();
    }
    made->id = options.id;
    made->state.first = made->state.last = now;
    made->state.boot = options.boot;
    made->state.slots = slot_history(options.window_longest);
    if (auto done = made->prepare_whole(); !done) return done.error();
    const codec::frame_head first{1, now, options.boot, false};
    if (auto done = made->begin_segment(first); !done) return done.error();
    const auto front = segment_head_to_bytes(made->head);
    if (auto done = made->current.write(front, 0); !done) return done.error();
    if (auto done = made->current.sync(); !done) return done.error();
    made->offset = segment_head_bytes;
    made->end = {made->head.number, made->offset};
    return journal(std::move(made));
}

core::result<journal> journal::open(disk& where, const std::string& folder,
                                    const journal_options& options, recovery&& from,
                                    core::time_stamp now) {
    auto made = std::make_unique<parts>(where, folder, options);
    made->id = from.journal_id;
    made->state = std::move(from.state);
    made->head.number = from.last_segment;
    made->end = {from.last_segment, from.last_offset};
    made->bytes_since_checkpoint = from.bytes_replayed;
    if (auto done = made->remove_unused(from.last_segment); !done) return done.error();
    if (auto done = made->prepare_whole(); !done) return done.error();
    if (!from.emergency.empty()) {
        // The state has them already: only the bytes are missing.
        const codec::frame_head head{made->state.sequence + 1, now, options.boot, false};
        made->encode(head, from.emergency);
        if (auto done = made->write_encoded(head, from.emergency); !done) return done.error();
        made->state.sequence = head.sequence;
    }
    // Before anything can be released again that these files say was never sent.
    if (auto done = remove_emergency_files(where, folder); !done) return done.error();
    return journal(std::move(made));
}

core::result<void> journal::commit(const core::journal_batch& batch, core::time_stamp now) {
    return parts_->commit(batch, now, false);
}

core::result<void> journal::finish(core::time_stamp now) {
    return parts_->commit({}, now, true);
}

core::result<bool> journal::tend() {
    auto& own = *parts_;
    if (own.failed) return *own.failed;
    if (own.saving) {
        const auto done = own.saving->step();
        // A checkpoint that cannot be written costs a slower resume, and is tried again.
        if (!done || *done) own.saving.reset();
        return true;
    }
    if (own.prepared.empty()) return static_cast<bool>(own.prepare_one());
    if (own.prepared.back().ready()) return false;
    if (auto done = own.prepared.back().step(); !done) {
        own.prepared.pop_back();
        return false;
    }
    return true;
}

bool journal::checkpoint_due() const noexcept {
    return !parts_->saving && parts_->bytes_since_checkpoint >= parts_->options.checkpoint_bytes;
}

void journal::begin_checkpoint(const log_position& log) {
    parts_->start_checkpoint(log);
}

core::result<void> journal::checkpoint_now(const log_position& log) {
    auto& own = *parts_;
    if (own.failed) return *own.failed;
    own.start_checkpoint(log);
    auto done = own.saving->finish();
    own.saving.reset();
    return done;
}

const journal_state& journal::state() const noexcept {
    return parts_->state;
}
std::uint64_t journal::id() const noexcept {
    return parts_->id;
}
std::uint32_t journal::boot() const noexcept {
    return parts_->options.boot;
}
std::uint64_t journal::bytes_written() const noexcept {
    return parts_->bytes_written;
}
bool journal::failed() const noexcept {
    return parts_->failed.has_value();
}

core::result<void> write_emergency_log(disk& where, const std::string& folder,
                                       const journal& broken, const core::journal_batch& batch,
                                       core::time_stamp now) {
    if (!batch.released.empty())
        return core::failure{core::trouble::internal, "an emergency log releases nothing"};
    return write_emergency_file(where, folder, broken.id(), broken.state().sequence + 1, batch, now,
                                broken.boot());
}

}  // namespace tidings::store
