// `tidings control`: steers a running campaign through the socket in its run folder.
#include "app/commands/commands.hpp"
#include "core/wording.hpp"
#include "runner/control_socket.hpp"
#include "store/run_folder.hpp"

#include <cstdio>
#include <string>

namespace tidings::app {

namespace {

std::string line_for(const control_command& asked) {
    switch (asked.what) {
        case control_command::action::pause: return "pause";
        case control_command::action::go_on: return "continue";
        case control_command::action::stop: return "stop";
        case control_command::action::rate:
            return "rate " + (asked.rate ? core::spelled(*asked.rate) : std::string("none"));
    }
    return {};
}

}  // namespace

core::result<exit_status> perform(const control_command& asked) {
    const store::run_paths paths(store::absolute_path(asked.run.folder.string()));
    const auto answer = runner::say_to_run(paths.control, line_for(asked));
    if (!answer) return answer.error();
    if (*answer != "ok") return core::failure{core::trouble::usage, *answer};
    if (!asked.display.quiet) std::printf("ok\n");
    return exit_status::accepted;
}

}  // namespace tidings::app
