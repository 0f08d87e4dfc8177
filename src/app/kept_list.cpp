#include "app/kept_list.hpp"

#include "app/campaign_assembly.hpp"
#include "store/kept_input.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <utility>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tidings::app {
namespace {

namespace fs = std::filesystem;

core::failure list_failure(std::string text) {
    return {core::trouble::list, std::move(text)};
}

// A program that writes the list to a pipe of ours.
class list_command {
  public:
    static core::result<list_command> start(const std::vector<std::string>& words) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return list_failure(std::string("no pipe for recipients.command: ") +
                                std::strerror(errno));
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
        // What this program ignores or blocks is not the command's business.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t all, none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        std::vector<char*> arguments;
        for (const auto& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        list_command made(words.front(), ends[0]);
        const int failed = ::posix_spawnp(&made.child_, arguments[0], &files, &attributes,
                                          arguments.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&files);
        ::close(ends[1]);
        if (failed != 0) {
            made.child_ = -1;
            return list_failure(fmt::format("recipients.command: {} cannot be started: {}",
                                            words.front(), std::strerror(failed)));
        }
        return made;
    }
    list_command(list_command&& other) noexcept
        : name_(std::move(other.name_)),
          output_(std::exchange(other.output_, -1)),
          child_(std::exchange(other.child_, -1)) {}
    list_command& operator=(list_command&&) = delete;
    ~list_command() {
        if (output_ >= 0) ::close(output_);
        if (child_ > 0) {
            ::kill(child_, SIGTERM);
            ::waitpid(child_, nullptr, 0);
        }
    }

    int output() const { return output_; }

    // Pre: its output was read to the end.
    core::result<void> end() {
        int status = 0;
        while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
        }
        child_ = -1;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
        return list_failure(fmt::format(
            "recipients.command: {} failed ({} {}): what it wrote is not taken for a list", name_,
            WIFEXITED(status) ? "exit status" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)));
    }

  private:
    list_command(std::string name, int output) : name_(std::move(name)), output_(output) {}

    std::string name_;
    int output_;
    pid_t child_ = -1;
};

// Writes the list to the descriptor; which rows are whose, where it has several files.
core::result<std::vector<store::merged_file>> write_list(const campaign& settings, int to) {
    const auto& from = settings.recipients;
    if (!from.files.empty()) {
        store::list_rows_options options;
        options.format = from.format;
        options.columns = columns_of(settings);
        options.header_row = from.header_row;
        return store::merge_lists({from.files.begin(), from.files.end()}, options, to);
    }
    std::vector<store::merged_file> none;
    if (from.command.empty()) {
        if (auto copied = store::copy_input("standard input", STDIN_FILENO, to); !copied)
            return copied.error();
        return none;
    }
    auto command = list_command::start(from.command);
    if (!command) return command.error();
    if (auto copied = store::copy_input("recipients.command", command->output(), to); !copied)
        return copied.error();
    if (auto ended = command->end(); !ended) return ended.error();
    return none;
}

}  // namespace

std::string list_source_of(const recipients_settings& from) {
    if (!from.files.empty()) return "recipients.files";
    if (!from.command.empty()) return "recipients.command (" + from.command.front() + ")";
    return from.file == "-" ? "standard input" : from.file.string();
}

core::failure kept_list::named(core::failure what) const {
    const auto prefix = path_ + ": ";
    if (what.text.starts_with(prefix)) what.text.replace(0, prefix.size(), from_ + ": ");
    return what;
}

core::result<kept_list> kept_list::take(const campaign& settings, const std::string& folder,
                                        store::posix_disk& disk, removal on_unfinished) {
    kept_list made;
    made.path_ = settings.recipients.file.string();
    made.from_ = list_source_of(settings.recipients);
    if (auto done =
            store::make_folders(disk, store::folder_of(folder), core::trouble::configuration);
        !done)
        return done.error();
    made.disk_ = &disk;
    made.people_ = folder + ".people";
    if (!settings.recipients.is_kept()) return made;
    made.on_unfinished_ = std::move(on_unfinished);
    made.path_ = made.copy_ = folder + ".stdin";
    disk.unlink(made.copy_);
    if (made.on_unfinished_) made.on_unfinished_({made.copy_, store::unfinished_input(made.copy_)});
    const auto kept = store::keep_list(disk, made.path_, [&](int to) -> core::result<void> {
        auto written = write_list(settings, to);
        if (!written) return written.error();
        made.files_ = std::move(*written);
        return {};
    });
    if (!kept) return kept.error();
    return made;
}

core::result<kept_list> kept_list::look(const campaign& settings) {
    kept_list made;
    made.path_ = settings.recipients.file.string();
    made.from_ = list_source_of(settings.recipients);
    if (!settings.recipients.is_kept()) return made;
    if (made.path_ == "-")
        return core::failure{core::trouble::usage,
                             "plan reads the list and forgets it; standard input could not be sent "
                             "afterwards: put it into a file"};
    std::error_code failed;
    const auto folder = fs::temp_directory_path(failed).string();
    made.nameless_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (made.nameless_ < 0)
        return core::failure{core::trouble::disk_full,
                             fmt::format("{}: no room for a copy of the list: {} (TMPDIR names "
                                         "another folder)",
                                         folder, std::strerror(errno))};
    auto written = write_list(settings, made.nameless_);
    if (!written) return written.error();
    made.files_ = std::move(*written);
    made.path_ = fmt::format("/proc/self/fd/{}", made.nameless_);
    return made;
}

kept_list::kept_list(kept_list&& other) noexcept
    : path_(std::move(other.path_)),
      from_(std::move(other.from_)),
      copy_(std::exchange(other.copy_, {})),
      people_(std::exchange(other.people_, {})),
      disk_(other.disk_),
      on_unfinished_(std::move(other.on_unfinished_)),
      nameless_(std::exchange(other.nameless_, -1)),
      files_(std::move(other.files_)) {}

kept_list::~kept_list() {
    if (nameless_ >= 0) ::close(nameless_);
    // Where the run has not taken them.
    for (const auto& file : {copy_, people_})
        if (!file.empty()) disk_->unlink(file);
    if (on_unfinished_) on_unfinished_({});
}

}  // namespace tidings::app
