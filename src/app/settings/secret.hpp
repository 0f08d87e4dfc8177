// Fetches a secret from where the campaign says it lies. The one place where a secret enters the
// program; it never appears in a failure's text.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"

#include <string>

namespace tidings::app {

// The secret's bytes, one final line end taken off. Failures (kind configuration or missing): the
// variable is not set or empty; the file is missing, empty, longer than codec::secret::size_max, no
// ordinary file, or may be read by others than its owner (mode & 077): the fix is `chmod 600`.
// `what` names the key in the text: "[[bot]] client_secret".
core::result<std::string> read_secret(const secret_place& place, std::string_view what,
                                      const environment& variables);

}  // namespace tidings::app
