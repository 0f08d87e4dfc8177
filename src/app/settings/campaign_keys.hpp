// Every key of a campaign file, one row each: the table that the loader reads by, and that the help
// text and docs/campaign-file.md are made from. A row names the key, the option it stands for and
// its meaning; bounds are the kind's, defaults the option's own (settings/key).
#pragma once

#include "app/settings/campaign_file.hpp"
#include "settings/document.hpp"
#include "settings/key.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::app {

template <class Section>
using key_table = std::span<const settings::key<Section>>;

// In the order of the file.
key_table<campaign> top_keys();
key_table<recipients_settings> recipients_keys();
key_table<bot_settings> bot_keys();
key_table<sender_settings> sender_keys();
key_table<account_settings> account_keys();
key_table<schedule_settings> schedule_keys();
key_table<schedule_rule> schedule_rule_keys();
key_table<core::retry_options> retry_keys();
key_table<campaign> unknown_keys();
key_table<core::own_rule> answer_keys();
key_table<core::trouble_options> trouble_keys();
key_table<core::stop_options> stop_keys();
key_table<output_settings> output_keys();

// All of them, in the order of the file.
std::vector<settings::key_description> campaign_keys();

// For `--help-keys`.
std::string campaign_keys_help();
// docs/campaign-file.md, whole.
std::string campaign_keys_document();

// Checks of single values, with the names that messages and tests use.
settings::wrong_with folder_safe_name(const std::string& name);
settings::wrong_with https_url(const std::string& url);
settings::wrong_with proxy_url(const std::string& url);

}  // namespace tidings::app
