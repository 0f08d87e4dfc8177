// Where a secret lies; never the secret itself. app/settings/secret fetches it.
#pragma once

#include "settings/kinds.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::settings {

struct secret_place {
    enum class kind : std::uint8_t {
        none,
        variable,    // of the environment
        file,        // `name`: already made absolute or relative to the current folder
        credential,  // of systemd, a file in $CREDENTIALS_DIRECTORY
        command,     // what it writes to its standard output
    };
    kind where = kind::none;
    std::string name = {};                // of the variable, the file or the credential
    std::vector<std::string> words = {};  // of the command: the program and its arguments
    friend bool operator==(const secret_place&, const secret_place&) = default;
};

namespace kind {

// A table with one of env, file, credential and command; one that is laid over goes before.
struct secret {
    static std::string kind() {
        return "{ env = \"NAME\" }, { file = \"PATH\" }, { credential = \"NAME\" } or "
               "{ command = [\"PROGRAM\", \"...\"] }";
    }
    static std::string write(const secret_place& value);
    static wrong_with read(const setting& at, secret_place& into);
};

}  // namespace kind

}  // namespace tidings::settings
