// Every key of a campaign file: name, kind, default and meaning. The table that the loader reads
// by, and that the help text and docs/campaign-file.md are made from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::app {

struct key_description {
    std::string section;  // "", "recipients", "bot", "bot.sender", "account", ...
    std::string_view name;
    std::string_view kind;     // "limits", "duration", "one of hold, probe, resend"
    std::string_view initial;  // the default as TOML; empty: required
    std::string_view meaning;
};

// In the order of the file.
const std::vector<key_description>& campaign_keys();

// For `--help-keys`.
std::string campaign_keys_help(int columns);
// docs/campaign-file.md, whole.
std::string campaign_keys_document();

}  // namespace tidings::app
