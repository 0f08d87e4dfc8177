#include "store/kept_input.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace tidings::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;

core::failure refused(const std::string& why) {
    return {core::trouble::list, why};
}

// A device that never ends would be kept until the disk is full.
core::result<void> check_kind(const std::string& named, int descriptor) {
    struct stat found {};
    if (::fstat(descriptor, &found) != 0)
        return refused(named + " cannot be read: " + std::strerror(errno));
    if (S_ISDIR(found.st_mode)) return refused(named + " is a folder, not a list");
    const bool null = S_ISCHR(found.st_mode) && found.st_rdev == ::makedev(1, 3);
    const bool device = S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode);
    if (device && !null && ::isatty(descriptor) == 0)
        return refused(named + " is a device, not a list: pipe the list in");
    return {};
}

core::result<void> write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(to, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0)
            return disk_failure(errno, "write", "the copy of the list", core::trouble::list);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

}  // namespace

std::string unfinished_input(const std::string& path) {
    return path + ".part";
}

core::result<std::uint64_t> copy_input(const std::string& named, int from, int to,
                                       std::uint64_t bytes_max) {
    if (auto fit = check_kind(named, from); !fit) return fit.error();
    std::vector<char> block(block_bytes);
    std::uint64_t size = 0;
    for (;;) {
        const auto got = ::read(from, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refused(named + " cannot be read: " + std::strerror(errno));
        if (got == 0) return size;
        const auto count = static_cast<std::size_t>(got);
        if (size + count > bytes_max)
            return refused(fmt::format("{} is larger than {} bytes, so it is no list: does it end?",
                                       named, bytes_max));
        if (auto put = write_all(to, {block.data(), count}); !put) return put.error();
        size += count;
    }
}

core::result<void> keep_list(posix_disk& where, const std::string& path,
                             const std::function<core::result<void>(int)>& write) {
    const auto unfinished = unfinished_input(path);
    where.unlink(unfinished);  // of an attempt that died
    const int file = where.open(unfinished, open_mode::create_new);
    if (file < 0) return disk_failure(-file, "create", unfinished, core::trouble::list);
    auto written = write(file);
    if (const int got = written ? where.fdatasync(file) : 0; got < 0)
        written = disk_failure(-got, "sync", unfinished, core::trouble::list);
    where.close(file);
    if (!written) {
        where.unlink(unfinished);
        return written;
    }
    if (const int got = where.rename(unfinished, path); got < 0)
        return disk_failure(-got, "keep the list in", path, core::trouble::list);
    if (const int got = where.sync_folder(folder_of(path)); got < 0)
        return disk_failure(-got, "sync the folder of", path, core::trouble::list);
    return {};
}

}  // namespace tidings::store
