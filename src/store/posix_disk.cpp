#include "store/posix_disk.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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
    int flags = O_CLOEXEC;
    switch (mode) {
        case open_mode::read: flags |= O_RDONLY; break;
        case open_mode::write: flags |= O_RDWR; break;
        case open_mode::create_new: flags |= O_RDWR | O_CREAT | O_EXCL; break;
    }
    return or_error(::open(path.c_str(), flags, 0600));
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

int posix_disk::make_folder(const std::string& path) {
    return or_error(::mkdir(path.c_str(), 0700));
}

int posix_disk::rename(const std::string& from, const std::string& to) {
    return or_error(::rename(from.c_str(), to.c_str()));
}

int posix_disk::unlink(const std::string& path) {
    return or_error(::unlink(path.c_str()));
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
    return ::access(path.c_str(), F_OK) == 0;
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
