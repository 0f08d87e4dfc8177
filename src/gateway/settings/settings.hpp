// Everything that can be said to the endpoint, in one readable file (conf/gateway.toml is the
// commented example), and the text that tells a person what is being served. Every option type
// lives beside the class it is for; this joins and reads them.
#pragma once

#include "core/failure.hpp"
#include "gateway/rules/faults.hpp"
#include "gateway/rules/replies.hpp"
#include "gateway/rules/service.hpp"
#include "gateway/server/server_options.hpp"
#include "settings/overrides.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::gateway {

using tidings::settings::setting_override;

struct fault_options {
    std::uint64_t seed = 1;
    std::vector<fault_rule> rules;
};

struct settings {
    server_options server;
    service_options service = sample_service();
    reply_table replies = documented_replies();
    fault_options faults;
};

// `file` is put in front of what is wrong; relative names of files in the text are relative to its
// folder. All mistakes are told at once, one a line, each with file, line and column; a key that
// does not exist names the one that was probably meant. Kind: configuration.
core::result<settings> settings_from_text(std::string_view text, const std::string& file);
// The same of a file, or of none, with what a command line laid over it. Kind `configuration` also
// when the file cannot be read or is larger than 1 MiB.
core::result<settings> settings_from_file(const std::optional<std::filesystem::path>& file,
                                          const std::vector<setting_override>& overrides = {});

// The body of POST /_gateway/settings: the keys of the file for what can change while it runs, TOML
// or JSON of the same shape. Tables of accounts, apps, bots and numbers change the one of the same
// name, or add one; what they leave out stays; a list of faults replaces the one in force.
struct settings_change {
    settings made;
    bool other_faults = false;  // the text speaks of them
};
core::result<settings_change> settings_changed(std::string_view text, const settings& now_in_force);

// The bodies of POST /_gateway/faults and /_gateway/limits: TOML, or JSON of the same shape.
core::result<fault_options> faults_from_text(std::string_view text);

struct limit_change {
    std::string account, bot, sender;  // exactly one is set; sender: "<bot id> <number>"
    std::vector<core::rate_limit> limits;
};
struct limit_changes {
    limit_options options;
    std::vector<limit_change> scopes;  // [[limits.scope]]
};
// `now_in_force` fills in what the text leaves out.
core::result<limit_changes> limits_from_text(std::string_view text,
                                             const limit_options& now_in_force);

}  // namespace tidings::gateway
