#include "store/disk.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace tidings::store {

namespace {

// Interrupted calls are repeated; a bound, so that a disk that only ever interrupts ends.
constexpr int interruptions_max = 1000;

template <class Call>
auto uninterrupted(Call call) {
    auto got = call();
    for (int i = 0; got == -EINTR && i < interruptions_max; ++i)
        got = call();
    return got;
}

}  // namespace

bool is_full(int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

namespace {

// What to do about it, where the system's words do not say.
std::string_view way_out(int error) {
    switch (error) {
        case EFBIG: return " for this process (see ulimit -f)";
        case EACCES: return ": it is somebody else's; do this as the user who made it";
        case EPERM:
            return ": it or its folder belongs to another user, or others may write there; do this "
                   "as the user who made it, or in a folder of your own (chmod go-w)";
        case ELOOP: return ": links are not followed here";
        case EMEDIUMTYPE: return ": it is no ordinary file";
        default: return "";
    }
}

}  // namespace

core::failure disk_failure(int error, std::string_view doing, const std::string& path,
                           core::trouble otherwise) {
    return {is_full(error) ? core::trouble::disk_full : otherwise,
            fmt::format("cannot {} {}: {}{}", doing, path, std::strerror(error), way_out(error))};
}

core::failure disk_file::trouble_with(int error, std::string_view doing) const {
    return disk_failure(error, doing, path_, otherwise_);
}

core::result<disk_file> disk_file::open(disk& where, std::string path, open_mode mode,
                                        core::trouble otherwise) {
    const int handle = uninterrupted([&] { return where.open(path, mode); });
    if (handle < 0) {
        const auto* doing = mode == open_mode::create_new ? "create" : "open";
        return disk_failure(-handle, doing, path, otherwise);
    }
    disk_file file;
    file.disk_ = &where;
    file.handle_ = handle;
    file.path_ = std::move(path);
    file.otherwise_ = otherwise;
    return file;
}

disk_file::disk_file(disk_file&& other) noexcept
    : disk_(std::exchange(other.disk_, nullptr)),
      handle_(std::exchange(other.handle_, -1)),
      path_(std::move(other.path_)),
      otherwise_(other.otherwise_) {}

disk_file& disk_file::operator=(disk_file&& other) noexcept {
    if (this == &other) return *this;
    close();
    disk_ = std::exchange(other.disk_, nullptr);
    handle_ = std::exchange(other.handle_, -1);
    path_ = std::move(other.path_);
    otherwise_ = other.otherwise_;
    return *this;
}

disk_file::~disk_file() {
    close();
}

void disk_file::close() noexcept {
    if (disk_ != nullptr) disk_->close(handle_);
    disk_ = nullptr;
    handle_ = -1;
}

core::result<void> disk_file::write(std::span<const std::byte> bytes, std::uint64_t at) {
    while (!bytes.empty()) {
        const auto wrote = uninterrupted([&] { return disk_->pwrite(handle_, bytes, at); });
        if (wrote < 0) return trouble_with(static_cast<int>(-wrote), "write");
        // A write of nothing would be repeated for ever.
        if (wrote == 0) return trouble_with(EIO, "write");
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        at += static_cast<std::uint64_t>(wrote);
    }
    return {};
}

core::result<void> disk_file::write(std::string_view text, std::uint64_t at) {
    return write(std::as_bytes(std::span(text)), at);
}

core::result<std::size_t> disk_file::read(std::span<std::byte> bytes, std::uint64_t at) {
    std::size_t have = 0;
    while (have < bytes.size()) {
        const auto got =
            uninterrupted([&] { return disk_->pread(handle_, bytes.subspan(have), at + have); });
        if (got < 0) return trouble_with(static_cast<int>(-got), "read");
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

core::result<void> disk_file::sync() {
    const int got = uninterrupted([&] { return disk_->fdatasync(handle_); });
    if (got < 0) return trouble_with(-got, "sync");
    return {};
}

core::result<void> disk_file::allocate(std::uint64_t size) {
    const int got = uninterrupted([&] { return disk_->allocate(handle_, size); });
    if (got < 0) return trouble_with(-got, "make room for");
    return {};
}

core::result<void> disk_file::truncate(std::uint64_t size) {
    const int got = uninterrupted([&] { return disk_->truncate(handle_, size); });
    if (got < 0) return trouble_with(-got, "cut");
    return {};
}

core::result<std::uint64_t> disk_file::size() {
    const auto got = uninterrupted([&] { return disk_->size(handle_); });
    if (got < 0) return trouble_with(static_cast<int>(-got), "measure");
    return static_cast<std::uint64_t>(got);
}

core::result<void> disk_file::forget_cached() {
    const int got = uninterrupted([&] { return disk_->forget_cached(handle_); });
    if (got < 0) return trouble_with(-got, "read past the cache of");
    return {};
}

void disk_file::start_writing(std::uint64_t at, std::uint64_t size) noexcept {
    disk_->start_writing(handle_, at, size);
}

core::result<bool> disk_file::try_lock() {
    const int got = uninterrupted([&] { return disk_->try_lock(handle_); });
    if (got == -EWOULDBLOCK) return false;
    if (got < 0) return trouble_with(-got, "lock");
    return true;
}

core::result<bool> disk_file::is_locked() {
    const int got = uninterrupted([&] { return disk_->is_locked(handle_); });
    if (got < 0) return trouble_with(-got, "ask for the lock of");
    return got != 0;
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

core::result<void> make_folders(disk& where, const std::string& path, core::trouble otherwise) {
    if (where.exists(path)) return {};
    const auto above = folder_of(path);
    if (auto done = make_folders(where, above, otherwise); !done) return done;
    // Another process may have been quicker.
    if (const int got = where.make_folder(path); got < 0 && got != -EEXIST)
        return disk_failure(-got, "create", path, otherwise);
    if (const int got = where.sync_folder(above); got < 0)
        return disk_failure(-got, "sync", above, otherwise);
    return {};
}

core::result<std::string> read_whole_file(disk& where, const std::string& path,
                                          std::uint64_t bytes_max, core::trouble otherwise) {
    auto file = disk_file::open(where, path, open_mode::read, otherwise);
    if (!file) return file.error();
    const auto size = file->size();
    if (!size) return size.error();
    if (*size > bytes_max)
        return core::failure{otherwise, fmt::format("{} is larger than {} bytes, which is more "
                                                    "than such a file can have",
                                                    path, bytes_max)};
    std::string text(static_cast<std::size_t>(*size), '\0');
    const auto read = file->read(std::as_writable_bytes(std::span(text)), 0);
    if (!read) return read.error();
    text.resize(*read);
    return text;
}

core::result<void> write_whole_file(disk& where, const std::string& path, std::string_view text,
                                    core::trouble otherwise) {
    const std::string fresh = path + ".new";
    if (const int got = where.unlink(fresh); got < 0 && got != -ENOENT)
        return disk_failure(-got, "remove", fresh, otherwise);
    auto file = disk_file::open(where, fresh, open_mode::create_new, otherwise);
    if (!file) return file.error();
    if (auto done = file->write(text, 0); !done) return done;
    if (auto done = file->sync(); !done) return done;
    file->close();
    if (const int got = where.rename(fresh, path); got < 0)
        return disk_failure(-got, "replace", path, otherwise);
    if (const int got = where.sync_folder(folder_of(path)); got < 0)
        return disk_failure(-got, "sync the folder of", path, otherwise);
    return {};
}

}  // namespace tidings::store
