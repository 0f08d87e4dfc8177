#include "store/emergency_files.hpp"

#include "codec/records/journal_record.hpp"
#include "store/segment.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::string_view prefix = "emergency-";
constexpr std::uint32_t number_base = 0x8000'0000;  // no segment's number, so no segment's salt
constexpr std::size_t files_max = 10'000;
constexpr std::size_t reserve_index = 0;
constexpr std::uint64_t reserve_bytes_min = 4096;
constexpr std::size_t slice_bytes = 64U << 10;

std::string path_of(const std::string& folder, std::size_t index) {
    return fmt::format("{}/{}{:06}", folder, prefix, index);
}

core::result<std::vector<std::string>> list_files(disk& where, const std::string& folder) {
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list the journal in", folder, core::trouble::journal);
    std::erase_if(names, [](const std::string& name) { return !name.starts_with(prefix); });
    std::sort(names.begin(), names.end());
    return names;
}

segment_head head_of(const emergency_place& place, std::size_t index) {
    segment_head head;
    head.number = number_base + static_cast<std::uint32_t>(index);
    head.journal_id = place.journal_id;
    head.first_sequence = place.sequence;
    head.created = place.now;
    head.boot = place.boot;
    return head;
}

void append(core::journal_batch& to, const core::journal_batch& from) {
    const auto text_at = static_cast<std::uint32_t>(to.text.size());
    for (auto one : from.settled) {
        one.text_at += text_at;
        to.settled.push_back(one);
    }
    to.text += from.text;
    to.parked.insert(to.parked.end(), from.parked.begin(), from.parked.end());
    to.spent.insert(to.spent.end(), from.spent.begin(), from.spent.end());
}

}  // namespace

core::result<emergency_read> read_emergency_files(disk& where, const std::string& folder,
                                                  std::uint64_t journal_id,
                                                  std::uint64_t sequence) {
    const auto names = list_files(where, folder);
    if (!names) return names.error();
    emergency_read read;
    core::journal_batch batch;
    for (const auto& name : *names) {
        auto reader = segment_reader::open(where, fmt::format("{}/{}", folder, name), false);
        if (!reader) return reader.error();
        if (reader->state() != head_state::good) continue;
        const auto& head = reader->head();
        if (head.journal_id != journal_id || head.first_sequence < sequence) continue;
        for (;;) {
            const auto found = reader->next();
            if (!found) return found.error();
            if (found->state != codec::frame_state::good || !codec::read_records(*found, batch))
                break;
            append(read.batch, batch);
            read.at = found->head.at;
            read.boot = found->head.boot;
        }
    }
    return read;
}

core::result<void> write_emergency_file(disk& where, const std::string& folder,
                                        const emergency_place& place,
                                        const core::journal_batch& batch) {
    std::size_t index = 1;
    while (index < files_max && where.exists(path_of(folder, index)))
        ++index;
    const auto head = head_of(place, index);
    const auto front = segment_head_to_bytes(head);
    std::vector<std::byte> bytes(front.begin(), front.end());
    codec::append_frame(bytes, {place.sequence, place.now, place.boot, false}, batch, head.salt());

    auto file = disk_file::open(where, path_of(folder, index), open_mode::create_new);
    if (!file) return file.error();
    if (auto done = file->write(bytes, 0); !done) return done;
    if (auto done = file->sync(); !done) return done;
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, core::trouble::journal);
    return {};
}

core::result<void> remove_emergency_files(disk& where, const std::string& folder) {
    const auto names = list_files(where, folder);
    if (!names) return names.error();
    if (names->empty()) return {};
    for (const auto& name : *names) {
        const auto path = fmt::format("{}/{}", folder, name);
        if (const int got = where.unlink(path); got < 0)
            return disk_failure(-got, "remove", path, core::trouble::journal);
    }
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, core::trouble::journal);
    return {};
}

core::result<void> emergency_reserve::create(disk& where, const std::string& folder) {
    const auto path = path_of(folder, reserve_index);
    if (const int got = where.unlink(path); got < 0 && got != -ENOENT)
        return disk_failure(-got, "remove", path, core::trouble::journal);
    auto file = disk_file::open(where, path, open_mode::create_new);
    if (!file) return file.error();
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, core::trouble::journal);
    file_ = std::move(*file);
    return {};
}

core::result<void> emergency_reserve::make_room(disk& where, const std::string& folder,
                                                std::uint64_t bytes) {
    static constexpr std::array<std::byte, slice_bytes> zeros{};
    const auto wanted = used_ + segment_head_bytes + bytes;
    if (wanted <= size_) return {};
    if (!file_.is_open())
        if (auto done = create(where, folder); !done) return done;
    // Doubled, so that a campaign which speeds up asks a few times only.
    const auto size = std::bit_ceil(std::max(wanted, reserve_bytes_min));
    if (auto done = file_.allocate(size); !done && done.error().kind == core::trouble::disk_full)
        return done;
    for (auto at = size_; at < size;) {
        const auto part = std::min<std::uint64_t>(slice_bytes, size - at);
        const auto slice = std::span(zeros).first(static_cast<std::size_t>(part));
        if (auto done = file_.write(slice, at); !done) return done;
        at += part;
    }
    if (auto done = file_.sync(); !done) return done;
    size_ = size;
    return {};
}

core::result<bool> emergency_reserve::append(const emergency_place& place,
                                             const core::journal_batch& batch) {
    std::vector<std::byte> bytes;
    if (used_ == 0) {
        const auto head = head_of(place, reserve_index);
        const auto front = segment_head_to_bytes(head);
        bytes.assign(front.begin(), front.end());
        salt_ = head.salt();
    }
    codec::append_frame(bytes, {place.sequence, place.now, place.boot, false}, batch, salt_);
    if (!file_.is_open() || used_ + bytes.size() > size_) return false;
    if (auto done = file_.write(bytes, used_); !done) return done.error();
    if (auto done = file_.sync(); !done) return done.error();
    used_ += bytes.size();
    return true;
}

}  // namespace tidings::store
