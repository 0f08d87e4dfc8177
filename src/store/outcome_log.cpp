#include "store/outcome_log.hpp"

#include "store/log_pieces.hpp"
#include "store/log_repair.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t piece_bytes_min = 4096;
constexpr std::uint64_t writing_bytes = 1U << 20;  // handed to the device at a time

}  // namespace

struct outcome_log::parts {
    parts(disk& disk, std::string path, outcome_log_options wanted)
        : where(&disk),
          folder(std::move(path)),
          options(std::move(wanted)),
          line(options.run, options.lanes, options.numbers) {
        options.piece_bytes = std::max(options.piece_bytes, piece_bytes_min);
    }

    core::result<void> flush();
    core::result<void> write_pending();
    core::result<void> rotate();
    core::result<void> sync();
    core::result<void> sync_names();
    core::result<void> no_more(core::failure why);
    core::result<void> lost(const core::failure& why);

    disk* where;
    std::string folder;
    std::string journal_folder;
    outcome_log_options options;
    codec::outcome_line line;

    disk_file current;
    std::uint32_t piece = 1;
    std::uint64_t size = 0;
    std::string pending;            // formatted and not written
    std::uint64_t not_started = 0;  // written, and its writing out not asked for
    std::uint64_t not_synced = 0;
    std::deque<std::uint32_t> not_packed;
    std::optional<piece_packer> packer;
    row_set missing;
    std::uint64_t lines_written = 0;
    std::optional<core::failure> failed;
};

core::result<void> outcome_log::parts::no_more(core::failure why) {
    if (why.kind != core::trouble::disk_full) failed = why;
    return why;
}

// What was not synced may be lost, also for want of room, and a second try would call it a success.
core::result<void> outcome_log::parts::lost(const core::failure& why) {
    return no_more({core::trouble::journal, why.text});
}

core::result<void> outcome_log::parts::sync() {
    if (not_synced == 0) return {};
    if (auto done = current.sync(); !done) return lost(done.error());
    not_started = not_synced = 0;
    return {};
}

core::result<void> outcome_log::parts::sync_names() {
    if (const int got = where->sync_folder(folder); got < 0)
        return lost(disk_failure(-got, "sync", folder, core::trouble::journal));
    return {};
}

// outcomes.ndjson becomes a numbered piece; the next write makes a new one.
core::result<void> outcome_log::parts::rotate() {
    if (auto done = sync(); !done) return done;
    const auto rotated = rotated_piece_path(folder, piece);
    if (const int got = where->rename(current.path(), rotated); got < 0)
        return disk_failure(-got, "rename", current.path(), core::trouble::journal);
    if (auto done = sync_names(); !done) return done;
    current.close();
    not_packed.push_back(piece++);
    size = 0;
    return {};
}

core::result<void> outcome_log::parts::write_pending() {
    if (current.is_open() && size >= options.piece_bytes)
        if (auto done = rotate(); !done) return done;
    if (!current.is_open()) {
        auto made = disk_file::open(*where, current_piece_path(folder), open_mode::create_new);
        if (!made) return made.error();
        current = std::move(*made);
        if (auto done = sync_names(); !done) return done;
    }
    if (auto done = current.write(pending, size); !done) return done;
    size += pending.size();
    not_synced += pending.size();
    not_started += pending.size();
    pending.clear();
    if (not_started >= writing_bytes) {
        current.start_writing(size - not_started, not_started);
        not_started = 0;
    }
    return {};
}

core::result<void> outcome_log::parts::flush() {
    if (failed) return *failed;
    if (pending.empty()) return {};
    auto done = write_pending();
    return done ? done : no_more(done.error());
}

outcome_log::outcome_log(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
outcome_log::outcome_log(outcome_log&&) noexcept = default;
outcome_log& outcome_log::operator=(outcome_log&&) noexcept = default;
outcome_log::~outcome_log() = default;

core::result<outcome_log> outcome_log::create(disk& where, const std::string& folder,
                                              outcome_log_options options) {
    auto made = std::make_unique<parts>(where, folder, std::move(options));
    auto file = disk_file::open(where, current_piece_path(folder), open_mode::create_new);
    if (!file) return file.error();
    made->current = std::move(*file);
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, core::trouble::journal);
    return outcome_log(std::move(made));
}

core::result<outcome_log> outcome_log::open(disk& where, const std::string& folder,
                                            const std::string& journal_folder,
                                            outcome_log_options options, const recovery& from) {
    auto repaired = repair_log(where, folder, journal_folder, from);
    if (!repaired) return repaired.error();
    auto made = std::make_unique<parts>(where, folder, std::move(options));
    made->journal_folder = journal_folder;
    made->missing = std::move(repaired->missing);
    made->piece = repaired->piece;
    made->size = repaired->size;
    made->not_synced = repaired->size;  // the process before may have left it so
    made->not_packed.assign(repaired->not_packed.begin(), repaired->not_packed.end());
    auto file = disk_file::open(where, current_piece_path(folder), open_mode::write);
    if (!file) return file.error();
    made->current = std::move(*file);
    return outcome_log(std::move(made));
}

core::result<void> outcome_log::append(const core::journal_batch& batch) {
    auto& own = *parts_;
    if (own.failed) return *own.failed;
    if (own.pending.size() > backlog_bytes_max)
        return own.no_more({core::trouble::internal,
                            "the outcome log cannot be written for too long; `tidings resume` "
                            "completes it"});
    for (const auto& one : batch.settled) {
        own.line.append(own.pending, one, batch.text_of(one));
        if (own.missing.size() != 0) own.missing.remove(one.row);
    }
    own.lines_written += batch.settled.size();
    return own.flush();
}

std::uint64_t outcome_log::missing() const noexcept {
    return parts_->missing.size();
}

core::result<core::journal_batch> outcome_log::missing_after(core::row_number from,
                                                             std::size_t rows_max) {
    core::journal_batch found;
    const auto& missing = parts_->missing;
    std::map<core::row_number, std::pair<core::settlement, std::string>> wanted;
    for (auto row = missing.next(from); row != 0 && wanted.size() < rows_max;
         row = missing.next(row + 1))
        wanted.try_emplace(row);
    if (wanted.empty()) return found;
    const auto last = wanted.rbegin()->first;
    auto done = visit_frames(
        *parts_->where, parts_->journal_folder,
        [&](std::uint64_t, const core::journal_batch& batch) {
            for (const auto& one : batch.settled) {
                if (one.row < from || one.row > last || !missing.has(one.row)) continue;
                wanted[one.row] = {one, std::string(batch.text_of(one))};
            }
        },
        true);
    if (!done) return done.error();
    for (auto& [row, settled] : wanted) {
        settled.first.text_at = static_cast<std::uint32_t>(found.text.size());
        found.text += settled.second;
        found.settled.push_back(settled.first);
    }
    return found;
}

core::result<bool> outcome_log::tend() {
    auto& own = *parts_;
    if (auto done = own.flush(); !done) return done.error();
    if (own.not_synced >= own.options.sync_bytes) {
        if (auto done = own.sync(); !done) return done.error();
        return true;
    }
    if (own.packer) {
        const auto done = own.packer->step();
        // A piece that cannot be compressed stays as it is; the next open() tries again.
        if (!done || *done) own.packer.reset();
        return done && (!*done || !own.not_packed.empty());
    }
    if (own.not_packed.empty()) return false;
    auto packer = piece_packer::begin(*own.where, own.folder, own.not_packed.front(),
                                      own.options.compression_level);
    own.not_packed.pop_front();
    if (packer) own.packer = std::move(*packer);
    return packer.has_value();
}

core::result<log_position> outcome_log::sync_all(std::uint64_t sequence) {
    auto& own = *parts_;
    if (auto done = own.flush(); !done) return done.error();
    if (auto done = own.sync(); !done) return done.error();
    if (own.missing.size() != 0) return log_position{};
    return log_position{sequence, own.piece, own.size};
}

std::uint64_t outcome_log::lines_written() const noexcept {
    return parts_->lines_written;
}

}  // namespace tidings::store
