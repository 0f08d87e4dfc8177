// Where the requests of a bot go, taken apart once: host, port, prefix, and the request target made
// of them. It reads and judges the spelling; whether the host exists is net/pool's to find out.
#pragma once

#include "core/failure.hpp"
#include "net/proxy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::net {

struct endpoint {
    std::string host;  // as certificates name it: no brackets, lower case
    std::uint16_t port = 443;
    std::string authority;  // Host header and :authority: "host", "host:8443", "[::1]:8443"
    std::string target;     // "/prefix/api/public/bot/<bot_id>/outboundsms"
    bool numeric = false;   // host is an IP address: verified as such, and no SNI is sent
    std::optional<proxy> through{};  // the way there; nothing: straight

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

// `url` is "https://host[:port][/prefix]", a trailing slash is ignored. Only https; no user, query
// or fragment. `bot_id` is 1 to 128 letters, digits, '-', '_' or '.'. Fails with `configuration`;
// the text quotes what was wrong and says what is wanted (the caller names the key).
core::result<endpoint> make_endpoint(std::string_view url, std::string_view bot_id);

// Host and port in one, as CONNECT names them: "host:443", "[::1]:8443".
std::string target_of(const endpoint& where);
// "/prefix/api/public/bot/<bot_id>/getSessions": where the same bot is asked for its sessions.
std::string sessions_target(const endpoint& of);

}  // namespace tidings::net
