// The gateway's settings out of a TOML table that something was laid over, as a command line does
// (--set server.http2=false). settings.hpp reads files; only who lays over needs this one, for it
// brings the TOML library.
#pragma once

#include "core/failure.hpp"
#include "gateway/settings/settings.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <toml++/toml.h>

namespace tidings::gateway {

// The nodes that do not stand in the file, and how a person named each: "--set server.http2". A
// text among them may stand for a number, a switch or a list of one.
using laid_over_values = std::unordered_map<const toml::node*, std::string>;

// The paths that are lists of tables, for who spells a path into them ("bot.0.limits").
const std::vector<std::string_view>& settings_lists();

// The sample's [[account]], [[app]] and [[bot]] as TOML, those left out that `file` has: what a
// file without them means, so that something can be laid over it.
std::string sample_tables_beside(const toml::table& file);

// The file's text, at most 1 MiB of it; empty when it cannot be read.
std::string text_of_settings(const std::string& path);

// As settings_from_text; `laid_over` are nodes of `root`.
core::result<settings> settings_from_table(const toml::table& root, const std::string& file,
                                           const laid_over_values& laid_over);

}  // namespace tidings::gateway
