// `tidings gateway`: serves the endpoint locally until it is told to stop.
#include "app/commands/commands.hpp"
#include "gateway/server/server.hpp"
#include "runner/clock.hpp"

#include <cstdio>
#include <utility>

namespace tidings::app {

core::result<exit_status> perform(const gateway_command& asked) {
    auto settings = gateway::settings_from_file(asked.file, asked.overrides);
    if (!settings) return settings.error();
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
