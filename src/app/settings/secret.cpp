#include "app/settings/secret.hpp"

#include "app/settings/secret_command.hpp"
#include "codec/tokens/secret.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

// Takes one line end off and says what is wrong with the rest, which is wiped then.
core::result<std::string> checked(std::string text, std::string_view what,
                                  const std::string& place) {
    const bool too_large = text.size() > codec::secret::size_max;
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    std::string_view wrong;
    if (text.empty()) wrong = "is empty";
    if (text.find('\0') != std::string::npos) wrong = "holds a NUL, so it is no secret's text";
    if (too_large) wrong = "is larger than 64 KiB";
    if (wrong.empty()) return text;
    codec::wipe_bytes(text.data(), text.size());
    return trouble_with(what, place, std::string(wrong));
}

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
    text.resize(size);
    return checked(std::move(text), what, place);
}

core::result<std::string> secret_in_file(const std::string& path, std::string_view what) {
    constexpr int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int fd = ::open(path.c_str(), flags | O_NOFOLLOW);
    const bool link = fd < 0 && errno == ELOOP;
    if (link) fd = ::open(path.c_str(), flags);
    const open_file file{fd};
    if (file.fd < 0 && errno == ENOENT)
        return trouble_with(what, path, "is not there", core::trouble::missing);
    if (file.fd < 0)
        return trouble_with(what, path, std::string("cannot be opened: ") + std::strerror(errno));
    // Asked of the open file, so that what is checked is what is read.
    struct stat found {};
    struct statvfs mount {};
    if (::fstat(file.fd, &found) != 0 || ::fstatvfs(file.fd, &mount) != 0)
        return trouble_with(what, path,
                            std::string("cannot be looked at: ") + std::strerror(errno));
    const auto wrong = unfit_for_a_secret({.ordinary = S_ISREG(found.st_mode),
                                           .own = found.st_uid == ::geteuid(),
                                           .roots = found.st_uid == 0,
                                           .link = link,
                                           .mount_read_only = (mount.f_flag & ST_RDONLY) != 0,
                                           .mode = static_cast<unsigned>(found.st_mode) & 0777U});
    if (!wrong.empty()) return trouble_with(what, path, wrong);
    return read_whole(file.fd, what, path);
}

// Only TIDINGS_ variables are handed in; any other is asked of the process.
const char* variable_named(const std::string& name, const environment& variables) {
    const auto found = variables.find(name);
    return found != variables.end() ? found->second.c_str() : std::getenv(name.c_str());
}

core::result<fetched_secret> secret_in_variable(const std::string& name, std::string_view what,
                                                const environment& variables) {
    const char* const value = variable_named(name, variables);
    if (value == nullptr || *value == '\0')
        return trouble_with(what, name, "is not set: export it before tidings is started");
    const std::string_view whole(value);
    const bool line_end = whole.ends_with('\n');
    auto text = checked(std::string(whole), what, name);
    if (!text) return text.error();
    return fetched_secret{std::move(*text), line_end
                                                ? name + " ends with a line end, which was left out"
                                                : std::string()};
}

core::result<std::string> secret_in_credential(const std::string& name, std::string_view what,
                                               const environment& variables) {
    const char* const folder = variable_named("CREDENTIALS_DIRECTORY", variables);
    if (folder == nullptr || *folder == '\0')
        return trouble_with(what, "credential " + name,
                            "is not there, for systemd did not start this: write LoadCredential=" +
                                name + ":/path into the unit");
    return secret_in_file(std::string(folder) + "/" + name, what);
}

core::result<std::string> secret_of_command(const std::vector<std::string>& words,
                                            std::string_view what) {
    auto text = output_of_command(words, codec::secret::size_max);
    if (text) return checked(std::move(*text), what, "what command " + words.front() + " wrote");
    return core::failure{text.error().kind, std::string(what) + ": " + text.error().text};
}

}  // namespace

std::string unfit_for_a_secret(const secret_file_facts& file) {
    if (!file.ordinary) return "is no ordinary file";
    if (!file.own && !file.roots)
        return "belongs to another user, who could change it: chown it, or make a copy";
    const bool mounted = file.roots && file.mount_read_only;
    if (file.link && !mounted) return "is a link: name the file itself";
    if (mounted && (file.mode & 022) == 0) return {};
    return (file.mode & 077) == 0 ? "" : "may be read by others: chmod 600 that file";
}

core::result<void> check_shared_secret(std::string_view bytes, std::string_view what) {
    constexpr std::size_t bytes_min = 8;
    if (bytes.find_first_of("\r\n") != std::string_view::npos)
        return trouble_with(what, "the secret", "has more than one line, and a shared one has one");
    if (bytes.size() < bytes_min)
        return trouble_with(what, "the secret", "is shorter than 8 bytes, so anybody can guess it");
    return {};
}

core::result<fetched_secret> read_secret(const secret_place& place, std::string_view what,
                                         const environment& variables) {
    const auto without_note = [](core::result<std::string> text) -> core::result<fetched_secret> {
        if (!text) return text.error();
        return fetched_secret{std::move(*text), {}};
    };
    switch (place.where) {
        case secret_place::kind::none: break;
        case secret_place::kind::file: return without_note(secret_in_file(place.name, what));
        case secret_place::kind::variable: return secret_in_variable(place.name, what, variables);
        case secret_place::kind::credential:
            return without_note(secret_in_credential(place.name, what, variables));
        case secret_place::kind::command: return without_note(secret_of_command(place.words, what));
    }
    return core::failure{core::trouble::configuration,
                         std::string(what) +
                             " is missing: write { env = \"NAME\" }, { file = \"PATH\" }, "
                             "{ credential = \"NAME\" } or { command = [\"PROGRAM\"] }"};
}

}  // namespace tidings::app
