// Keys that the settings ask for and do not give: a JWE key for each app that takes encrypted
// tokens.
#pragma once

#include "core/failure.hpp"
#include "gateway/settings/settings.hpp"

namespace tidings::gateway {

// Where the sender finds the public half: <folder>/jwe-<client id>.jwk.json.
std::string jwk_file_of(const settings& how, const app_options& app);

// Fills in missing private keys and writes the public halves (of given ones too).
core::result<void> make_missing_keys(settings& how);

}  // namespace tidings::gateway
