// The sections of the settings file, one function each. Only settings*.cpp use them.
#pragma once

#include "gateway/settings/settings.hpp"
#include "gateway/settings/toml_section.hpp"

#include <filesystem>

namespace tidings::gateway {

// `profile` or `limits`, whichever is there.
void read_limits(toml_section& section, std::vector<core::rate_limit>& limits);
void read_limit_options(toml_section& section, limit_options& options);
// [[account]], [[app]], [[bot]] and [[bot.number]]. As soon as the file has one of a kind, the
// sample's of that kind are gone. While it runs a table changes the one of the same name.
void read_service(toml_section& file, service_options& service, const std::filesystem::path& folder,
                  bool running);
// [reply.<case>]
void read_replies(toml_section& section, reply_table& replies);
void read_words(toml_section& section, reply_words& words);
fault_rule read_fault(const toml::table& table, settings_mistakes& mistakes);

}  // namespace tidings::gateway
