// Runs the program that gives a secret (a password manager, a vault's client) and takes what it
// writes to its standard output. Whether that is fit for a secret is app/settings/secret's.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tidings::app {

// At most bytes_max + 1 bytes. The program is looked for in PATH, gets an empty standard input, and
// speaks to the person through the standard error it shares with this process. Fails
// (configuration) when it cannot be started, ends with another status than 0, or is silent for
// half a minute, which ends it. The text does not begin with a key: the caller's does.
core::result<std::string> output_of_command(const std::vector<std::string>& words,
                                            std::size_t bytes_max);

}  // namespace tidings::app
