// What is laid over a file of settings: values from the command line and from the environment. They
// are only named here; settings/tree lays them over.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::settings {

// One `--set section.key=value`, or a flag that stands for one.
struct setting_override {
    // "retry.attempts_max", "bot.0.url", "bot.url" (the first), "account.main.limits"
    std::string path;
    std::string value;   // as written
    std::string origin;  // how to name it in a message: "--set", "--recipients"
    bool operator==(const setting_override&) const = default;
};

// Variables of the environment that begin with TIDINGS_, and those that name proxies; handed in, so
// that tests choose them.
using environment = std::map<std::string, std::string>;
environment environment_of_process();

// TIDINGS_SECTION__KEY as overrides. Variables without a double underscore count only where
// `top_level` names them (TIDINGS_NAME), for others, like TIDINGS_CLIENT_SECRET, mean other things.
std::vector<setting_override> overrides_from(const environment& variables,
                                             const std::vector<std::string_view>& top_level);

}  // namespace tidings::settings
