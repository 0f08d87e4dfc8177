// The way out through a proxy, read from the campaign or from the environment as curl 7.88 reads
// them: which proxy, with which credentials, and for which hosts none. It opens nothing: what is
// said to the proxy is net/proxy_tunnel's.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::net {

struct proxy {
    std::string host;  // without brackets, lower case
    std::uint16_t port = 1080;
    std::string authority;      // for a person: "host:port", without credentials
    std::string authorization;  // of Proxy-Authorization: "Basic ..."; "" = none
    bool numeric = false;       // host is an IP address

    friend bool operator==(const proxy&, const proxy&) = default;
};

// "http://[user[:password]@]host[:port]"; the scheme may be left out, user and password have %XX
// for what is not plain. `password`, when given, is the user's, as it is. Fails with
// `configuration`; the text never shows the credentials.
core::result<proxy> make_proxy(std::string_view url, std::string_view password = {});

// What the environment says, as curl looks it up; "" where a variable is not set. The names in
// small letters go first.
struct proxy_environment {
    std::string https_proxy;
    std::string all_proxy;
    std::string no_proxy;
};

// Whether no_proxy names that host: names and what is below them, addresses, networks of addresses
// ("10.0.0.0/8"), or "*" alone for all. Ports and patterns name nothing.
bool goes_direct(std::string_view no_proxy, std::string_view host, bool numeric);

// The proxy's URL for that host; "" = none.
std::string proxy_url_for(const proxy_environment& environment, std::string_view host,
                          bool numeric);

}  // namespace tidings::net
