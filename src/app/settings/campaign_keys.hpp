// Every key of a campaign file: name, kind, default and meaning. The table that the loader reads
// by, and that the help text and docs/campaign-file.md are made from.
#pragma once

#include "app/settings/setting_readers.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::app {

template <class Section>
struct campaign_key {
    std::string_view name;
    std::string_view initial;  // the default, as TOML; empty: there is none
    std::string_view meaning;
    std::string (*kind)();
    wrong_with (*read)(const setting&, Section&);
};

// The keys of a section in the order of the file. For campaign, recipients_settings, bot_settings,
// sender_settings, account_settings, schedule_settings, retry_settings, unknown_settings,
// stop_settings and output_settings.
template <class Section>
std::span<const campaign_key<Section>> keys_of();

// [unknown], which the campaign keeps as its one value.
struct unknown_settings {
    core::unknown_policy policy = core::unknown_policy::hold;
    bool operator==(const unknown_settings&) const = default;
};

struct key_description {
    std::string section;  // "", "recipients", "bot", "bot.sender", "account.NAME", ...
    std::string_view name;
    std::string kind;
    std::string_view initial;
    std::string_view meaning;
};

// In the order of the file.
std::vector<key_description> campaign_keys();

// For `--help-keys`.
std::string campaign_keys_help();
// docs/campaign-file.md, whole.
std::string campaign_keys_document();

// Checks of single values, with the names that messages and tests use.
wrong_with folder_safe_name(const std::string& name);
wrong_with https_url(const std::string& url);

}  // namespace tidings::app
