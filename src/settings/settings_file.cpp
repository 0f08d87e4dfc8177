#include "settings/settings_file.hpp"

#include "settings/bounds.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::settings {
namespace {

// Closes the file when left.
struct open_file {
    int fd = -1;
    ~open_file() {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

core::result<std::string> text_of_file(const std::filesystem::path& file) {
    const auto refused = [&file](const std::string& why, core::trouble kind) {
        return core::failure{kind, file.string() + ": " + why};
    };
    const auto unusable = [&](const std::string& why) {
        return refused(why, core::trouble::configuration);
    };
    // A pipe that nobody writes to must not hold the program up.
    const open_file in{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (in.fd < 0 && errno == ENOENT) return refused("is not there", core::trouble::missing);
    if (in.fd < 0) return unusable(std::string("cannot be read: ") + std::strerror(errno));
    struct stat facts {};
    if (::fstat(in.fd, &facts) != 0 || S_ISDIR(facts.st_mode))
        return unusable("is a folder, not a file of settings");
    if (!S_ISREG(facts.st_mode)) return unusable("is no ordinary file");
    std::string text(text_size_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(in.fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unusable(std::string("cannot be read: ") + std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > text_size_max) return unusable("is larger than 1 MiB, so it is no file of settings");
    text.resize(size);
    return text;
}

}  // namespace tidings::settings
