// Where a secret lies; never the secret itself. app/settings/secret fetches it.
#pragma once

#include "settings/kinds.hpp"

#include <cstdint>
#include <string>

namespace tidings::settings {

struct secret_place {
    enum class kind : std::uint8_t { none, variable, file };
    kind where = kind::none;
    std::string name;  // of the variable, or the path of the file, already made absolute or
                       // relative to the current folder
    friend bool operator==(const secret_place&, const secret_place&) = default;
};

namespace kind {

// { env = "NAME" } or { file = "PATH" }. Pre: "env" and "file" are rivals in the tree's shape.
struct secret {
    static std::string kind() { return "{ env = \"NAME\" } or { file = \"PATH\" }"; }
    static std::string write(const secret_place& value);
    static wrong_with read(const setting& at, secret_place& into);
};

}  // namespace kind

}  // namespace tidings::settings
