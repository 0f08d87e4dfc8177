#include "app/settings/secret_command.hpp"

#include "codec/tokens/secret.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tidings::app {
namespace {

constexpr int patience_ms = 30'000;

// What a program begins with: no input, its output to us, and none of our signals' dispositions.
class beginnings {
  public:
    explicit beginnings(int output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
        ::posix_spawnattr_init(&how_);
        sigset_t none, usual;
        ::sigemptyset(&none);
        ::sigfillset(&usual);
        ::posix_spawnattr_setsigmask(&how_, &none);
        ::posix_spawnattr_setsigdefault(&how_, &usual);
        ::posix_spawnattr_setflags(&how_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~beginnings() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&how_);
    }
    beginnings(const beginnings&) = delete;
    beginnings& operator=(const beginnings&) = delete;

    // 0, or what went wrong.
    int begin(const std::vector<std::string>& words, pid_t& child) {
        std::vector<char*> arguments;
        for (const auto& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        return ::posix_spawnp(&child, arguments.front(), &files_, &how_, arguments.data(), environ);
    }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t how_{};
};

// False: it said nothing for too long.
bool read_all(int from, std::string& text) {
    std::size_t size = 0;
    while (size < text.size()) {
        pollfd one{from, POLLIN, 0};
        const int ready = ::poll(&one, 1, patience_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const auto got = ::read(from, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return true;
}

int status_of(pid_t child) {
    int status = -1;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

}  // namespace

core::result<std::string> output_of_command(const std::vector<std::string>& words,
                                            std::size_t bytes_max) {
    const auto trouble_with = [&](const std::string& why) {
        return core::failure{core::trouble::configuration, "command " + words.front() + " " + why};
    };
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return trouble_with(std::string("cannot be started: ") + std::strerror(errno));
    pid_t child = -1;
    const int refused = beginnings(ends[1]).begin(words, child);
    ::close(ends[1]);
    std::string text(bytes_max + 1, '\0');
    const bool whole = refused == 0 && read_all(ends[0], text);
    ::close(ends[0]);
    if (refused != 0)
        return trouble_with(std::string("cannot be started: ") + std::strerror(refused));
    if (!whole || text.size() > bytes_max) ::kill(child, SIGKILL);
    const int status = status_of(child);
    if (whole && (text.size() > bytes_max || status == 0)) return text;
    codec::wipe_bytes(text.data(), text.size());
    if (!whole) return trouble_with("said nothing for 30 s and was ended");
    if (WIFSIGNALED(status))
        return trouble_with("was ended by signal " + std::to_string(WTERMSIG(status)));
    return trouble_with("ended with status " + std::to_string(WEXITSTATUS(status)) +
                        ": try it by itself");
}

}  // namespace tidings::app
