// `tidings gateway`: serves the endpoint locally until it is told to stop.
#include "tidings/gateway/server.hpp"
#include "tidings/runner/clock.hpp"

#include <cstdio>
#include <utility>

#include "app/commands/commands.hpp"

namespace tidings::app {

core::result<exit_status> perform(const gateway_command& asked) {
    auto settings = asked.file ? gateway::settings_from_file(asked.file->string())
                               : core::result<gateway::settings>(gateway::settings{});
    if (!settings) return settings.error();
    if (!asked.overrides.empty())
        return core::failure{core::trouble::usage,
                             asked.overrides.front().origin + " " + asked.overrides.front().path +
                                 ": the gateway takes its settings from its file only"};
    if (asked.port) settings->server.port = *asked.port;
    if (asked.control_port) settings->server.admin_port = *asked.control_port;
    const runner::system_clock clock;
    const auto shown = *settings;
    const auto served = gateway::serve_until_signalled(
        std::move(*settings), clock, [&](const gateway::served& where) {
            std::printf("%s", gateway::describe(shown, where).c_str());
            std::fflush(stdout);
        });
    if (!served) return served.error();
    return exit_status::accepted;
}

}  // namespace tidings::app
