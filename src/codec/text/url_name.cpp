#include "codec/text/url_name.hpp"

#include <algorithm>

namespace tidings::codec {

namespace {

constexpr std::string_view scheme = "https://";
constexpr std::string_view usual_port = ":443";

std::string in_lower_case(std::string_view text) {
    std::string made(text);
    for (char& c : made)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return made;
}

}  // namespace

std::string url_name(std::string_view url) {
    if (in_lower_case(url.substr(0, scheme.size())) != scheme) return std::string(url);
    auto rest = url.substr(scheme.size());
    while (rest.ends_with('/'))
        rest.remove_suffix(1);
    const auto path = rest.substr(std::min(rest.find('/'), rest.size()));
    auto authority = in_lower_case(rest.substr(0, rest.size() - path.size()));
    // An address in brackets has colons of its own.
    const auto host_end = authority.find(':', authority.find(']') + 1);
    std::string port = host_end == std::string::npos ? std::string() : authority.substr(host_end);
    authority.resize(authority.size() - port.size());
    while (authority.ends_with('.'))
        authority.pop_back();
    if (port == usual_port) port.clear();
    return std::string(scheme).append(authority).append(port).append(path);
}

}  // namespace tidings::codec
