#include "store/recent_numbers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr auto unusable = core::trouble::configuration;
constexpr std::size_t record_bytes = 12;
constexpr std::size_t records_at_once = 8192;

std::string folder_in(const std::string& state_folder) {
    return state_folder + "/recent";
}

std::string name_of(std::uint64_t run) {
    return fmt::format("run-{:016x}", run);
}

std::uint32_t seconds_of(core::wall_time at) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

void put(std::byte* at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        at[i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t get(const std::byte* at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value |= std::uint64_t{std::to_integer<std::uint8_t>(at[i])} << (8 * i);
    return value;
}

core::result<std::vector<std::string>> parts_in(disk& where, const std::string& folder) {
    std::vector<std::string> names;
    if (!where.exists(folder)) return names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list", folder, unusable);
    std::erase_if(names, [](const std::string& name) { return !name.starts_with("run-"); });
    std::sort(names.begin(), names.end());
    return names;
}

// Calls visit(place, hash, seconds) for every whole record from `from` on; returns where they end.
template <class Visit>
core::result<std::uint64_t> visit_records(disk_file& file, std::uint64_t from, Visit visit) {
    std::vector<std::byte> bytes(records_at_once * record_bytes);
    while (true) {
        const auto got = file.read(bytes, from);
        if (!got) return got.error();
        const auto whole = *got - *got % record_bytes;
        for (std::size_t at = 0; at < whole; at += record_bytes)
            visit(from + at, get(bytes.data() + at, 8),
                  static_cast<std::uint32_t>(get(bytes.data() + at + 8, 4)));
        from += whole;
        if (*got < bytes.size()) return from;
    }
}

}  // namespace

bool remembers_recent(disk& where, const std::string& state_folder) {
    return where.exists(folder_in(state_folder));
}

core::result<recent_log> recent_log::open(disk& where, const std::string& state_folder,
                                          std::uint64_t run) {
    const auto folder = folder_in(state_folder);
    if (auto done = make_folders(where, folder, unusable); !done) return done.error();
    const auto path = folder + "/" + name_of(run);
    auto file = disk_file::open(
        where, path, where.exists(path) ? open_mode::write : open_mode::create_new, unusable);
    if (!file) return file.error();
    const auto size = file->size();
    if (!size) return size.error();
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, unusable);
    return recent_log(std::move(*file), *size - *size % record_bytes);
}

core::result<void> recent_log::add(std::span<const std::uint64_t> hashes, core::wall_time at) {
    std::vector<std::byte> bytes;
    bytes.reserve(hashes.size() * record_bytes);
    for (const auto hash : hashes) {
        if (hash == 0) continue;
        const auto begin = bytes.size();
        bytes.resize(begin + record_bytes);
        put(bytes.data() + begin, hash, 8);
        put(bytes.data() + begin + 8, seconds_of(at), 4);
    }
    if (bytes.empty()) return {};
    if (auto done = file_.write(bytes, end_); !done) return done;
    end_ += bytes.size();
    return file_.sync();
}

core::result<recent_numbers> recent_numbers::load(disk& where, const std::string& state_folder,
                                                  std::uint64_t besides, core::wall_time since) {
    recent_numbers made(where, folder_in(state_folder), besides, seconds_of(since));
    if (auto done = made.refresh(); !done) return done.error();
    return made;
}

core::result<void> recent_numbers::refresh() {
    const auto names = parts_in(*where_, folder_);
    if (!names) return names.error();
    std::vector<record> added;
    for (const auto& name : *names)
        if (name != name_of(besides_))
            if (auto done = read_part(name, added); !done) return done;
    if (added.empty()) return {};
    const auto by_hash = [](const record& a, const record& b) { return a.hash < b.hash; };
    std::sort(added.begin(), added.end(), by_hash);
    const auto before = static_cast<std::ptrdiff_t>(in_order_.size());
    in_order_.insert(in_order_.end(), added.begin(), added.end());
    std::inplace_merge(in_order_.begin(), in_order_.begin() + before, in_order_.end(), by_hash);
    return {};
}

core::result<void> recent_numbers::read_part(const std::string& name, std::vector<record>& into) {
    auto file = disk_file::open(*where_, folder_ + "/" + name, open_mode::read, unusable);
    if (!file) return file.error();
    auto& read = read_[name];
    const auto end =
        visit_records(*file, read, [&](std::uint64_t, std::uint64_t hash, std::uint32_t at_s) {
            if (hash != 0 && at_s >= since_s_) into.push_back({hash, at_s});
        });
    if (!end) return end.error();
    read = *end;
    return {};
}

recent_numbers::finding recent_numbers::find(std::uint64_t hash, core::wall_time since) const {
    finding made;
    const auto since_s = seconds_of(since);
    auto at =
        std::lower_bound(in_order_.begin(), in_order_.end(), hash,
                         [](const record& one, std::uint64_t wanted) { return one.hash < wanted; });
    for (; at != in_order_.end() && at->hash == hash; ++at) {
        if (at->at_s < since_s) continue;
        ++made.times;
        made.last = std::max(made.last, core::wall_time(std::chrono::seconds(at->at_s)));
    }
    return made;
}

core::result<std::uint64_t> forget_recent(disk& where, const std::string& state_folder,
                                          std::uint64_t hash) {
    const auto folder = folder_in(state_folder);
    const auto names = parts_in(where, folder);
    if (!names) return names.error();
    std::uint64_t forgotten = 0;
    for (const auto& name : *names) {
        auto file = disk_file::open(where, folder + "/" + name, open_mode::write, unusable);
        if (!file) return file.error();
        std::vector<std::uint64_t> places;
        const auto end =
            visit_records(*file, 0, [&](std::uint64_t place, std::uint64_t its, std::uint32_t) {
                if (its == hash) places.push_back(place);
            });
        if (!end) return end.error();
        // In place: the run that it belongs to may be adding to it.
        constexpr std::array<std::byte, record_bytes> nobody{};
        for (const auto place : places)
            if (auto done = file->write(nobody, place); !done) return done.error();
        if (places.empty()) continue;
        if (auto done = file->sync(); !done) return done.error();
        forgotten += places.size();
    }
    return forgotten;
}

core::result<void> drop_old_recent(disk& where, const std::string& state_folder,
                                   core::wall_time now) {
    const auto folder = folder_in(state_folder);
    const auto names = parts_in(where, folder);
    if (!names) return names.error();
    const auto oldest = seconds_of(now - recent_numbers::kept_for);
    for (const auto& name : *names) {
        auto file = disk_file::open(where, folder + "/" + name, open_mode::read, unusable);
        if (!file) return file.error();
        std::uint32_t newest = 0;
        const auto end =
            visit_records(*file, 0, [&](std::uint64_t, std::uint64_t, std::uint32_t at_s) {
                newest = std::max(newest, at_s);
            });
        if (!end) return end.error();
        if (newest != 0 && newest < oldest) where.unlink(folder + "/" + name);
    }
    return {};
}

}  // namespace tidings::store
