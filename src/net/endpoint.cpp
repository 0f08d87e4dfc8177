#include "net/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace tidings::net {

namespace {

constexpr std::string_view scheme = "https://";
constexpr std::size_t host_max = 253;  // RFC 1035
constexpr std::string_view call_name = "/outboundsms";
constexpr std::size_t prefix_max = 1024;
constexpr std::size_t bot_id_max = 128;

bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

core::failure unusable(std::string_view url, std::string_view why) {
    std::string shown(url.substr(0, 200));
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return {core::trouble::configuration,
            "\"" + shown + "\" " + std::string(why) + "; wanted is https://host[:port][/prefix]"};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > host_max || host.front() == '.' || host.front() == '-')
        return false;
    if (host.find("..") != std::string_view::npos) return false;
    return std::all_of(host.begin(), host.end(),
                       [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_address(int family, const std::string& text) {
    in6_addr ignored{};
    return ::inet_pton(family, text.c_str(), &ignored) == 1;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

// The characters RFC 3986 allows in a path, percent signs included.
bool is_path(std::string_view path) {
    constexpr std::string_view others = "/-._~!$&'()*+,;=:@%";
    return std::all_of(path.begin(), path.end(), [&](char c) {
        return is_alnum(c) || others.find(c) != std::string_view::npos;
    });
}

struct authority_parts {
    std::string_view host;
    std::string_view port;  // empty: none given
    bool bracketed = false;
};

std::optional<authority_parts> split_authority(std::string_view text) {
    authority_parts parts;
    std::size_t host_end = 0;
    if (text.starts_with('[')) {
        host_end = text.find(']');
        if (host_end == std::string_view::npos) return std::nullopt;
        parts.host = text.substr(1, host_end - 1);
        parts.bracketed = true;
        ++host_end;
    } else {
        host_end = std::min(text.find(':'), text.size());
        parts.host = text.substr(0, host_end);
    }
    if (host_end == text.size()) return parts;
    if (text[host_end] != ':' || host_end + 1 == text.size()) return std::nullopt;
    parts.port = text.substr(host_end + 1);
    return parts;
}

}  // namespace

core::result<endpoint> make_endpoint(std::string_view url, std::string_view bot_id) {
    std::string start(url.substr(0, scheme.size()));
    std::transform(start.begin(), start.end(), start.begin(), lower);
    if (start == "http://" || start.starts_with("http:"))
        return unusable(url, "is not encrypted, and the token would travel in the open");
    if (start != scheme) return unusable(url, "is no https address");
    const std::string_view rest = url.substr(scheme.size());
    if (rest.find_first_of("?#") != std::string_view::npos)
        return unusable(url, "has a query or a fragment");
    const auto slash = std::min(rest.find('/'), rest.size());
    if (rest.substr(0, slash).find('@') != std::string_view::npos)
        return unusable(url, "names a user");
    const auto parts = split_authority(rest.substr(0, slash));
    if (!parts) return unusable(url, "has a host or port that cannot be read");

    endpoint made;
    made.host.assign(parts->host);
    std::transform(made.host.begin(), made.host.end(), made.host.begin(), lower);
    made.numeric = parts->bracketed || is_address(AF_INET, made.host);
    if (parts->bracketed ? !is_address(AF_INET6, made.host)
                         : !made.numeric && !is_host_name(made.host))
        return unusable(url, "has a host that is neither a name nor an address");
    if (!parts->port.empty()) {
        const auto port = read_port(parts->port);
        if (!port) return unusable(url, "has a port that is not a number from 1 to 65535");
        made.port = *port;
    }
    made.authority = parts->bracketed ? "[" + made.host + "]" : made.host;
    if (made.port != 443) made.authority += ":" + std::to_string(made.port);

    std::string_view prefix = rest.substr(slash);
    while (prefix.ends_with('/'))
        prefix.remove_suffix(1);
    if (prefix.size() > prefix_max) return unusable(url, "has a path that is too long");
    if (!is_path(prefix)) return unusable(url, "has characters in its path that need %XX");

    const bool id_is_sound = !bot_id.empty() && bot_id.size() <= bot_id_max &&
                             std::all_of(bot_id.begin(), bot_id.end(), [](char c) {
                                 return is_alnum(c) || c == '-' || c == '_' || c == '.';
                             });
    if (!id_is_sound) {
        return core::failure{core::trouble::configuration,
                             "the bot id is not one: wanted is st- and a UUID, as the bot's "
                             "General Settings page shows it"};
    }
    made.target.assign(prefix).append("/api/public/bot/").append(bot_id).append(call_name);
    return made;
}

std::string target_of(const endpoint& where) {
    const bool bracketed = where.host.find(':') != std::string::npos;
    return (bracketed ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

std::string sessions_target(const endpoint& of) {
    return of.target.substr(0, of.target.size() - call_name.size()) + "/getSessions";
}

}  // namespace tidings::net
