// `tidings gateway`: serves the endpoint locally until it is told to stop.
#include "app/commands/commands.hpp"
#include "app/settings/settings_tree.hpp"
#include "gateway/server/server.hpp"
#include "gateway/settings/settings_table.hpp"
#include "runner/clock.hpp"

#include <cstdio>
#include <utility>

namespace tidings::app {

namespace {

// Every node of what was laid over, named as the person named the whole of it.
void note(const toml::node& one, const std::string& origin, gateway::laid_over_values& into) {
    into.emplace(&one, origin);
    if (const auto* const table = one.as_table())
        for (const auto& [key, value] : *table)
            note(value, origin, into);
    if (const auto* const array = one.as_array())
        for (const auto& value : *array)
            note(value, origin, into);
}

core::result<gateway::settings> settings_of(const gateway_command& asked) {
    const std::string named = asked.file ? asked.file->string() : "gateway";
    // The file by itself first: what is wrong in it has its line there.
    auto alone = asked.file ? gateway::settings_from_file(named)
                            : core::result<gateway::settings>(gateway::settings{});
    if (!alone || asked.overrides.empty()) return alone;
    const auto text = asked.file ? gateway::text_of_settings(named) : std::string();
    auto tree = settings_tree::parse(text, named);
    if (!tree) return tree.error();
    tree = settings_tree::parse(text + gateway::sample_tables_beside(tree->root()), named);
    if (!tree) return tree.error();
    mistake_list mistakes;
    for (const auto& one : asked.overrides)
        tree->lay_over(one, gateway::settings_lists(), mistakes);
    if (!mistakes.empty()) return mistakes.as_failure();
    gateway::laid_over_values laid_over;
    for (const auto& [path, origin] : tree->origins())
        if (const auto* const node = tree->find(path)) note(*node, origin, laid_over);
    return gateway::settings_from_table(tree->root(), named, laid_over);
}

}  // namespace

core::result<exit_status> perform(const gateway_command& asked) {
    auto settings = settings_of(asked);
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
