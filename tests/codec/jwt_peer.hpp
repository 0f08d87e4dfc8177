// Another JWT implementation to check ours against: PyJWT and jwcrypto, run as a process of
// Debian's own Python.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tidings::tests {

// The fields of the peer's answer; every value is a string. `missing` names the Debian package
// that is not installed.
using peer_answer = std::map<std::string, std::string>;

// Both values are plain ASCII but for line ends.
peer_answer ask_jwt_peer(const std::map<std::string, std::string>& command, bool expiry = false);

}  // namespace tidings::tests
