#include "store/emergency_files.hpp"

#include "tidings/codec/journal_record.hpp"
#include "tidings/store/segment.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::string_view prefix = "emergency-";
constexpr std::uint32_t number_base = 0x8000'0000;  // no segment's number, so no segment's salt
constexpr std::size_t files_max = 10'000;

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
        const auto found = reader->next();
        if (!found) return found.error();
        if (found->state != codec::frame_state::good || !codec::read_records(*found, batch))
            continue;
        append(read.batch, batch);
        read.at = found->head.at;
        read.boot = found->head.boot;
    }
    return read;
}

core::result<void> write_emergency_file(disk& where, const std::string& folder,
                                        std::uint64_t journal_id, std::uint64_t sequence,
                                        const core::journal_batch& batch, core::time_stamp now,
                                        std::uint32_t boot) {
    std::size_t index = 1;
    while (index < files_max && where.exists(path_of(folder, index)))
        ++index;
    segment_head head;
    head.number = number_base + static_cast<std::uint32_t>(index);
    head.journal_id = journal_id;
    head.first_sequence = sequence;
    head.created = now;
    head.boot = boot;
    const auto front = segment_head_to_bytes(head);
    std::vector<std::byte> bytes(front.begin(), front.end());
    codec::append_frame(bytes, {sequence, now, boot, false}, batch, head.salt());

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

}  // namespace tidings::store
