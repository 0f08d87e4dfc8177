// Who may ask at the admin port. It listens on loopback, where every user of the machine and every
// page in a browser can reach it: so a request names this very port as its host, comes from no
// page, has the token that lies in a file of the owner's, and says of what it brings what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::gateway {

// What a request says of itself.
struct admin_claims {
    std::size_t hosts = 0;  // fields of that name
    std::string_view host;
    bool from_a_page = false;  // it has an Origin
    std::string_view authorization;
    bool changes = false;  // POST
    std::string_view content_type;
};

struct admin_refusal {
    std::uint16_t status = 0;
    std::string_view why;
    friend bool operator==(const admin_refusal&, const admin_refusal&) = default;
};

// nullopt: it may go on.
std::optional<admin_refusal> why_not_admitted(const admin_claims& asked, std::uint16_t port,
                                              std::string_view token);

// A fresh one: 64 hexadecimal digits of the system's chance.
std::string make_admin_token();
// The field that has it, as `curl --header @FILE` reads it from a file.
std::string admin_header(std::string_view token);

}  // namespace tidings::gateway
