#include "app/commands/commands.hpp"
#include "app/settings/command_line.hpp"
#include "codec/tokens/secret_memory.hpp"
#include "core/failure.hpp"
#include "core/foreign_text.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace tidings;

int leave_with(const core::failure& why) {
    std::fprintf(stderr, "tidings: %s\n", core::lines_of(why.text).c_str());
    return static_cast<int>(app::status_of(why.kind));
}

int run(const std::vector<std::string>& arguments) {
    auto parsed = app::parse_command_line(arguments, app::environment_of_process());
    if (const auto* words = std::get_if<app::parting_words>(&parsed)) {
        std::fputs(words->to_stdout.c_str(), stdout);
        std::fputs(core::lines_of(words->to_stderr).c_str(), stderr);
        return static_cast<int>(words->status);
    }
    const auto status = std::visit([](const auto& asked) { return app::perform(asked); },
                                   std::get<app::command>(parsed));
    if (!status) return leave_with(status.error());
    return static_cast<int>(*status);
}

// A secret and millions of numbers are in this memory: no core file has them, no other process of
// this user may look into it, and what is made is this user's alone. Sanitizers look into their own
// process in the same way.
void keep_private() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
    ::umask(077);
    codec::lock_secrets_with(::mlock);
}

// Memory that ran out on a thread, where nobody can catch it: the end is as sudden as a kill, and
// the journal is made for that. Anything else that comes here is a bug.
[[noreturn]] void end_at_once() {
    try {
        if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        constexpr std::string_view words =
            "tidings: out of memory; a run that was under way goes on with tidings resume\n";
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
        ::_exit(static_cast<int>(app::exit_status::internal));
    } catch (...) {
    }
    std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    // A reader that went away (tidings ... | head) is an error of the write, not a reason to die.
    std::signal(SIGPIPE, SIG_IGN);
    // So is a limit on the size of files: it is waited for as a full disk is.
    std::signal(SIGXFSZ, SIG_IGN);
    std::set_terminate(end_at_once);
    keep_private();
    try {
        return run({argv + 1, argv + argc});
    } catch (const core::failure_error& failed) {
        return leave_with(failed.why());
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "tidings: internal error: %s\n", core::lines_of(bug.what()).c_str());
        return static_cast<int>(app::exit_status::internal);
    }
}
