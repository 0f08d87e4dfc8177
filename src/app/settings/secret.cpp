#include "app/settings/secret.hpp"

#include "codec/tokens/secret.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::app {
namespace {

core::failure trouble_with(std::string_view what, const std::string& place, const std::string& why,
                           core::trouble kind = core::trouble::configuration) {
    return {kind, std::string(what) + ": " + place + " " + why};
}

// Closes the file when left.
struct open_file {
    int fd = -1;
    ~open_file() {
        if (fd >= 0) ::close(fd);
    }
};

core::result<std::string> read_whole(int fd, std::string_view what, const std::string& place) {
    std::string text(codec::secret::size_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return trouble_with(what, place, "cannot be read");
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > codec::secret::size_max) return trouble_with(what, place, "is larger than 64 KiB");
    text.resize(size);
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return trouble_with(what, place, "is empty");
    return text;
}

core::result<std::string> secret_in_file(const std::string& path, std::string_view what) {
    const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0 && errno == ENOENT)
        return trouble_with(what, path, "is not there", core::trouble::missing);
    if (file.fd < 0)
        return trouble_with(what, path, std::string("cannot be opened: ") + std::strerror(errno));
    // Asked of the open file, so that what is checked is what is read.
    struct stat facts {};
    if (::fstat(file.fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        return trouble_with(what, path, "is no ordinary file");
    if ((facts.st_mode & 077) != 0)
        return trouble_with(what, path, "may be read by others: chmod 600 " + path);
    return read_whole(file.fd, what, path);
}

}  // namespace

core::result<std::string> read_secret(const secret_place& place, std::string_view what,
                                      const environment& variables) {
    switch (place.where) {
        case secret_place::kind::none: break;
        case secret_place::kind::file: return secret_in_file(place.name, what);
        case secret_place::kind::variable: {
            const auto found = variables.find(place.name);
            // Only TIDINGS_ variables are handed in; any other is asked of the process.
            const char* const value =
                found != variables.end() ? found->second.c_str() : std::getenv(place.name.c_str());
            if (value == nullptr || *value == '\0')
                return trouble_with(what, place.name,
                                    "is not set: export it before tidings is started");
            return std::string(value);
        }
    }
    return core::failure{core::trouble::configuration,
                         std::string(what) +
                             " is missing: write { env = \"NAME\" } or { file = "
                             "\"PATH\" }"};
}

}  // namespace tidings::app
