#include "gateway/rules/owned_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::gateway {

namespace {

constexpr std::size_t text_max = 1 << 20;

// Closes it when left.
struct open_file {
    int fd = -1;
    ~open_file() {
        if (fd >= 0) ::close(fd);
    }
};

bool is_ours(const struct stat& found) {
    return found.st_uid == ::geteuid() || found.st_uid == 0;
}

// A folder in which nobody else can change what is ours. Others may write to a sticky one (/tmp).
bool is_safe_folder(int folder) {
    struct stat found {};
    if (folder < 0 || ::fstat(folder, &found) != 0 || !is_ours(found)) return false;
    return (found.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (found.st_mode & S_ISVTX) != 0;
}

core::failure cannot_write(const std::filesystem::path& path, int error) {
    const auto why = error == 0 ? "its folder belongs to somebody else, or others may write there"
                                : boost::system::system_category().message(error);
    return {core::trouble::configuration, path.string() + " cannot be written: " + why +
                                              "; name another folder with server.folder"};
}

// 0, or why not. What stood under the name is replaced, a link there is not followed.
int write_in(int folder, const std::string& name, std::string_view text) {
    const auto fresh = name + ".new";
    ::unlinkat(folder, fresh.c_str(), 0);
    const open_file file{::openat(folder, fresh.c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (file.fd < 0) return errno;
    ::fchmod(file.fd, 0600);
    const auto written = ::write(file.fd, text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) return written < 0 ? errno : ENOSPC;
    return ::renameat(folder, fresh.c_str(), folder, name.c_str()) == 0 ? 0 : errno;
}

}  // namespace

std::string text_of_file(const std::filesystem::path& path) {
    // A pipe that nobody writes to must not hold the program up.
    const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat found {};
    std::string text;
    if (file.fd < 0 || ::fstat(file.fd, &found) != 0 || !S_ISREG(found.st_mode)) return text;
    text.resize(text_max);
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(file.fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
}

core::result<void> write_owned_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code ignored;
    auto folder = path.parent_path();
    if (folder.empty()) folder = ".";
    if (std::filesystem::create_directories(folder, ignored))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    const open_file held{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (held.fd < 0) return cannot_write(path, errno);
    if (!is_safe_folder(held.fd)) return cannot_write(path, 0);
    const int error = write_in(held.fd, path.filename().string(), text);
    if (error != 0) return cannot_write(path, error);
    return {};
}

core::result<int> open_owned_log(const std::filesystem::path& path) {
    constexpr int flags =
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    const auto refused = [&path](const std::string& why) {
        return core::failure{core::trouble::configuration,
                             "the ledger file " + path.string() + " cannot be written: " + why};
    };
    const int fd = ::open(path.c_str(), flags, 0600);
    if (fd < 0) return refused(boost::system::system_category().message(errno));
    struct stat found {};
    if (::fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && is_ours(found)) return fd;
    ::close(fd);
    return refused("it is no ordinary file of this user's");
}

}  // namespace tidings::gateway
