#include "store/journal.hpp"

#include "codec/records/journal_record.hpp"
#include "store/journal_parts.hpp"

#include <cerrno>
#include <utility>

namespace tidings::store {

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
    made->opened = made->state.first = made->state.last = now;
    made->state.boot = options.boot;
    made->state.slots = slot_history(options.window_longest);
    if (auto done = made->prepare_whole(); !done) return done.error();
    if (auto done = made->keep_reserve(0); !done) return done.error();
    made->mark = durable_mark::open(where, folder, made->id);
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
    made->opened = now;
    made->rules.begin_process(now, options.boot);
    made->head.number = from.last_segment;
    made->end = {from.last_segment, from.last_offset};
    made->bytes_since_checkpoint = from.bytes_replayed;
    if (auto done = made->remove_unused(from.last_segment); !done) return done.error();
    if (auto done = made->prepare_whole(); !done) return done.error();
    made->mark = durable_mark::open(where, folder, made->id);
    if (!from.emergency.empty()) {
        // The state has them already: only the bytes are missing.
        const codec::frame_head head{made->state.sequence + 1, now, options.boot, false};
        made->encode(head, from.emergency);
        if (auto done = made->write_encoded(head, from.emergency); !done) return done.error();
        made->state.sequence = head.sequence;
    }
    // Before anything can be released again that these files say was never sent.
    if (auto done = remove_emergency_files(where, folder); !done) return done.error();
    if (auto done = made->keep_reserve(made->state.released); !done) return done.error();
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

core::result<void> journal::write_emergency(const core::journal_batch& batch,
                                            core::time_stamp now) {
    if (!batch.released.empty())
        return core::failure{core::trouble::internal, "an emergency log releases nothing"};
    return parts_->write_emergency(batch, now);
}

}  // namespace tidings::store
