// The trees that the gateway's settings are read from: TOML, JSON of the same shape, a file with
// the command line laid over it and over the sample.
#pragma once

#include "gateway/settings/settings.hpp"
#include "settings/tree.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::gateway {

// JSON when it begins with a brace.
core::result<tidings::settings::tree> tree_of(std::string_view text, const std::string& named);

// What the file leaves out of accounts, apps and bots is the sample's, so that something can be
// laid over it.
core::result<tidings::settings::tree> tree_of_file(const std::optional<std::filesystem::path>& file,
                                                   const std::vector<setting_override>& overrides);

}  // namespace tidings::gateway
