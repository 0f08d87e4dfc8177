// Completions for shells, made of the command line's grammar: docs/completion holds what they are,
// and a test compares.
#pragma once

#include <string>

namespace tidings::app {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace tidings::app
