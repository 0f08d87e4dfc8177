// Files are opened, renamed and removed relative to a folder whose owner and mode were looked at;
// links are followed on the way only, and only this user's and root's. Ordinary files of one's own
// or of root are taken, nothing else (EPERM, ELOOP, EMEDIUMTYPE). So nobody who may write to a
// folder around a run can lay out what the run writes to. New files have mode 0600 and new folders
// 0700, whatever the umask. Retries and messages are disk_file's.
#include "store/posix_disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace tidings::store {

namespace {

template <class Got>
Got or_error(Got got) {
    return got < 0 ? static_cast<Got>(-errno) : got;
}

bool is_trusted(uid_t owner) {
    return owner == 0 || owner == ::geteuid();
}

int not_ours(int file) {
    struct stat found {};
    if (::fstat(file, &found) < 0) return -errno;
    if (!S_ISREG(found.st_mode)) return -EMEDIUMTYPE;
    return is_trusted(found.st_uid) ? 0 : -EPERM;
}

class descriptor {
  public:
    explicit descriptor(int file) : file_(file) {}
    ~descriptor() {
        if (file_ >= 0) ::close(file_);
    }
    descriptor(descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    int get() const noexcept { return file_; }

  private:
    int file_;
};

struct stat facts_of(int file) {
    struct stat found {};
    if (::fstat(file, &found) != 0) found = {};
    return found;
}

// The folder that a path leads to, held open. Every link on the way must be this user's own or
// root's: else somebody else chooses where it leads.
class walked_folder {
  public:
    explicit walked_folder(std::string path) : rest_(std::move(path)) {
        go_to(::open(rest_.starts_with('/') ? "/" : ".", flags));
        while (error_ == 0 && !rest_.empty())
            step();
    }

    // 0, or why it cannot be reached.
    int error() const noexcept { return error_; }
    int get() const noexcept { return at_.get(); }

  private:
    static constexpr int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    static constexpr int links_max = 40;  // as the kernel has it

    void go_to(int file) {
        if (file < 0) error_ = -errno;
        at_ = descriptor(file);
    }

    void step() {
        const auto size = std::min(rest_.find('/'), rest_.size());
        const auto part = rest_.substr(0, size);
        rest_.erase(0, size + 1);
        if (part.empty() || part == ".") return;
        descriptor next(::openat(at_.get(), part.c_str(), flags));
        if (next.get() < 0) return go_to(-1);
        const auto found = facts_of(next.get());
        if (S_ISLNK(found.st_mode)) return follow(next, found.st_uid);
        if (!S_ISDIR(found.st_mode)) error_ = -ENOTDIR;
        at_ = std::move(next);
    }

    void follow(const descriptor& link, uid_t owner) {
        std::array<char, 4096> target{};
        const auto size = ::readlinkat(link.get(), "", target.data(), target.size());
        if (!is_trusted(owner))
            error_ = -EPERM;
        else if (size < 0)
            error_ = -errno;
        else if (++links_ > links_max || static_cast<std::size_t>(size) == target.size())
            error_ = -ELOOP;
        if (error_ < 0) return;
        rest_ = std::string(target.data(), static_cast<std::size_t>(size)) + "/" + rest_;
        if (rest_.starts_with('/')) go_to(::open("/", flags));
    }

    std::string rest_;
    descriptor at_{-1};
    int links_ = 0;
    int error_ = 0;
};

// Where a path leads: a folder that nobody else can change, held open, and a name in it. Others may
// write to a sticky one (/tmp), for they cannot take the place of what is ours there.
class place {
  public:
    explicit place(const std::string& path)
        : name_(path.substr(path.rfind('/') + 1)), folder_(folder_of(path)) {
        if (folder_.error() < 0) return;
        const auto found = facts_of(folder_.get());
        const bool others_write =
            (found.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (found.st_mode & S_ISVTX) == 0;
        fit_ = S_ISDIR(found.st_mode) && is_trusted(found.st_uid) && !others_write;
    }

    // 0, or why the folder cannot be used.
    int error() const noexcept { return folder_.error() < 0 ? folder_.error() : fit_ ? 0 : -EPERM; }
    int folder() const noexcept { return folder_.get(); }
    const char* name() const noexcept { return name_.c_str(); }

  private:
    std::string name_;
    walked_folder folder_;
    bool fit_ = false;
};

struct flock whole_file() {
    struct flock made {};
    made.l_type = F_WRLCK;
    made.l_whence = SEEK_SET;
    return made;
}

// Of a small file of the kernel's; empty where there is none.
std::string text_of(const char* path) {
    std::array<char, 256> text{};
    std::FILE* file = std::fopen(path, "re");
    if (file == nullptr) return {};
    const auto size = std::fread(text.data(), 1, text.size(), file);
    std::fclose(file);
    return {text.data(), size};
}

}  // namespace

int posix_disk::open(const std::string& path, open_mode mode) {
    const place at(path);
    if (at.error() < 0) return at.error();
    // A pipe that nobody writes to must not hold the program up before it is seen to be one.
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    switch (mode) {
        case open_mode::read: flags |= O_RDONLY; break;
        case open_mode::write: flags |= O_RDWR; break;
        case open_mode::create_new: flags |= O_RDWR | O_CREAT | O_EXCL; break;
    }
    const int file = or_error(::openat(at.folder(), at.name(), flags, 0600));
    if (file < 0) return file;
    if (const int wrong = not_ours(file); wrong < 0) {
        ::close(file);
        return wrong;
    }
    if (mode == open_mode::create_new) ::fchmod(file, 0600);
    return file;
}

int posix_disk::close(int file) {
    return or_error(::close(file));
}

std::int64_t posix_disk::pwrite(int file, std::span<const std::byte> bytes, std::uint64_t at) {
    return or_error(::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at)));
}

std::int64_t posix_disk::pread(int file, std::span<std::byte> bytes, std::uint64_t at) {
    return or_error(::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(at)));
}

// A file that no folder names any more takes bytes and syncs them for nobody: what was recorded in
// it is gone with the process. So that is no success.
int posix_disk::fdatasync(int file) {
    const int got = or_error(::fdatasync(file));
    struct stat found {};
    if (got == 0 && ::fstat(file, &found) == 0 && found.st_nlink == 0) return -ENOENT;
    return got;
}

int posix_disk::allocate(int file, std::uint64_t size) {
    return or_error(::fallocate(file, 0, 0, static_cast<off_t>(size)));
}

int posix_disk::truncate(int file, std::uint64_t size) {
    return or_error(::ftruncate(file, static_cast<off_t>(size)));
}

std::int64_t posix_disk::size(int file) {
    struct stat found {};
    if (::fstat(file, &found) < 0) return -errno;
    return found.st_size;
}

int posix_disk::forget_cached(int file) {
    return -::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
}

int posix_disk::start_writing(int file, std::uint64_t at, std::uint64_t size) {
    return or_error(::sync_file_range(file, static_cast<off_t>(at), static_cast<off_t>(size),
                                      SYNC_FILE_RANGE_WRITE));
}

// Open file description locks: they belong to the opening, as flock's do, and unlike those they
// can be asked about without being taken.
int posix_disk::try_lock(int file) {
    struct flock whole = whole_file();
    return or_error(::fcntl(file, F_OFD_SETLK, &whole));
}

int posix_disk::is_locked(int file) {
    struct flock whole = whole_file();
    if (::fcntl(file, F_OFD_GETLK, &whole) < 0) return -errno;
    return whole.l_type == F_UNLCK ? 0 : 1;
}

int posix_disk::make_folder(const std::string& asked) {
    std::string path = asked;
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const walked_folder above(folder_of(path));
    const auto name = path.substr(path.rfind('/') + 1);
    if (above.error() < 0) return above.error();
    const int made = or_error(::mkdirat(above.get(), name.c_str(), 0700));
    // The umask may have taken too much.
    if (made == 0) ::fchmodat(above.get(), name.c_str(), 0700, AT_SYMLINK_NOFOLLOW);
    return made;
}

int posix_disk::rename(const std::string& from, const std::string& to) {
    const place source(from), target(to);
    if (source.error() < 0 || target.error() < 0) return std::min(source.error(), target.error());
    return or_error(::renameat(source.folder(), source.name(), target.folder(), target.name()));
}

int posix_disk::unlink(const std::string& path) {
    const place at(path);
    if (at.error() < 0) return at.error();
    return or_error(::unlinkat(at.folder(), at.name(), 0));
}

int posix_disk::sync_folder(const std::string& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -errno;
    const int got = or_error(::fsync(folder));
    ::close(folder);
    return got;
}

int posix_disk::list(const std::string& path, std::vector<std::string>& names) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (folder == nullptr) return -errno;
    names.clear();
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(folder.get());
        if (entry == nullptr) return -errno;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
}

std::int64_t posix_disk::free_space(const std::string& path) {
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) < 0) return -errno;
    return static_cast<std::int64_t>(found.f_bavail * found.f_frsize);
}

bool posix_disk::exists(const std::string& path) {
    // What may not be looked at is there as far as anybody can tell.
    return ::access(path.c_str(), F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

std::uint32_t boot_tag() {
    // In a time namespace CLOCK_BOOTTIME stands elsewhere than on its host: the offset tells them
    // apart, and tells nothing apart that has the same clock (time_namespaces(7)).
    const auto text =
        text_of("/proc/sys/kernel/random/boot_id") + text_of("/proc/self/timens_offsets");
    const auto hash = std::hash<std::string_view>{}(text);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace tidings::store
