#include "tidings/core/failure.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "app/command_line.hpp"
#include "app/commands/commands.hpp"

namespace {

using namespace tidings;

int leave_with(const core::failure& why) {
    std::fprintf(stderr, "tidings: %s\n", why.text.c_str());
    return static_cast<int>(app::status_of(why.kind));
}

int run(const std::vector<std::string>& arguments) {
    auto parsed = app::parse_command_line(arguments);
    if (const auto* words = std::get_if<app::parting_words>(&parsed)) {
        std::fputs(words->to_stdout.c_str(), stdout);
        std::fputs(words->to_stderr.c_str(), stderr);
        return static_cast<int>(words->status);
    }
    const auto status = std::visit([](const auto& asked) { return app::perform(asked); },
                                   std::get<app::command>(parsed));
    if (!status) return leave_with(status.error());
    return static_cast<int>(*status);
}

}  // namespace

int main(int argc, char** argv) {
    // A reader that went away (tidings ... | head) is an error of the write, not a reason to die.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run({argv + 1, argv + argc});
    } catch (const core::failure_error& failed) {
        return leave_with(failed.why());
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "tidings: internal error: %s\n", bug.what());
        return static_cast<int>(app::exit_status::internal);
    }
}
