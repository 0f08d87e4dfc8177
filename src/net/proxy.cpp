#include "net/proxy.hpp"

#include "net/endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include <openssl/evp.h>

#include <arpa/inet.h>

namespace tidings::net {

namespace {

constexpr std::size_t credentials_max = 512;

core::failure unusable(std::string_view why) {
    return {core::trouble::configuration, "the proxy's address " + std::string(why) +
                                              "; wanted is http://[user:password@]host[:port]"};
}

std::string lower(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return made;
}

// %XX taken apart; nothing where that is not possible, or where a control character comes out.
std::optional<std::string> decoded(std::string_view text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = static_cast<unsigned char>(text[i]);
        if (text[i] == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const char* const digits = text.data() + i + 1;
            const auto read = std::from_chars(digits, digits + 2, byte, 16);
            if (read.ec != std::errc{} || read.ptr != digits + 2) return std::nullopt;
            i += 2;
        }
        if (byte < 0x20 || byte == 0x7F) return std::nullopt;
        made.push_back(static_cast<char>(byte));
    }
    return made;
}

std::string base64(std::string_view text) {
    std::string made(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(made.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    made.resize(static_cast<std::size_t>(size));
    return made;
}

struct address_bytes {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 0;  // 0: it is no address
};

address_bytes address_of(std::string_view text) {
    address_bytes made;
    const std::string copy(text);
    if (::inet_pton(AF_INET, copy.c_str(), made.bytes.data()) == 1) {
        made.size = 4;
    } else if (::inet_pton(AF_INET6, copy.c_str(), made.bytes.data()) == 1) {
        made.size = 16;
    }
    return made;
}

bool in_network(const address_bytes& host, std::string_view network) {
    const auto slash = network.find('/');
    const auto base = address_of(network.substr(0, slash));
    if (base.size == 0 || base.size != host.size) return false;
    std::size_t bits = base.size * 8;
    if (slash != std::string_view::npos) {
        const auto digits = network.substr(slash + 1);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() ||
            bits > base.size * 8)
            return false;
    }
    for (std::size_t i = 0; i < bits; ++i) {
        const auto mask = static_cast<unsigned char>(0x80U >> (i % 8));
        if (((base.bytes[i / 8] ^ host.bytes[i / 8]) & mask) != 0) return false;
    }
    return true;
}

bool covers_name(std::string_view entry, std::string_view host) {
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.ends_with('.')) entry.remove_suffix(1);
    if (entry.empty() || host.size() < entry.size() || !host.ends_with(entry)) return false;
    return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

}  // namespace

core::result<proxy> make_proxy(std::string_view url, std::string_view password) {
    constexpr std::string_view separator = "://";
    const auto scheme_end = url.find(separator);
    if (scheme_end != std::string_view::npos) {
        if (lower(url.substr(0, scheme_end)) != "http")
            return unusable("names another kind of proxy than http");
        url.remove_prefix(scheme_end + separator.size());
    }
    proxy made;
    if (const auto at = url.rfind('@'); at != std::string_view::npos) {
        const auto user = url.substr(0, at);
        url.remove_prefix(at + 1);
        const auto colon = std::min(user.find(':'), user.size());
        const auto name = decoded(user.substr(0, colon));
        const auto in_url = decoded(colon < user.size() ? user.substr(colon + 1) : "");
        if (!name || !in_url || name->find(':') != std::string::npos ||
            name->size() + std::max(in_url->size(), password.size()) > credentials_max)
            return unusable("has a user or password that cannot be read");
        made.authorization =
            "Basic " + base64(*name + ":" + (password.empty() ? *in_url : std::string(password)));
    } else if (!password.empty()) {
        return unusable("has a password and names no user");
    }
    while (url.ends_with('/'))
        url.remove_suffix(1);
    if (url.find('/') != std::string_view::npos) return unusable("has a path");
    // The rest is spelled as an endpoint's host and port are.
    const auto colon = url.rfind(':');
    const bool has_port = colon != std::string_view::npos && url.find(']', colon) == url.npos;
    const auto place = make_endpoint(
        "https://" + std::string(url) + (has_port ? "" : ":" + std::to_string(made.port)), "x");
    if (!place) return unusable("has a host or port that cannot be read");
    made.host = place->host;
    made.port = place->port;
    made.numeric = place->numeric;
    const bool bracketed = made.host.find(':') != std::string::npos;
    made.authority =
        (bracketed ? "[" + made.host + "]" : made.host) + ":" + std::to_string(made.port);
    return made;
}

bool goes_direct(std::string_view no_proxy, std::string_view host, bool numeric) {
    if (no_proxy == "*") return true;
    const auto wanted = numeric ? address_of(host) : address_bytes{};
    std::string name = lower(host);
    if (name.ends_with('.')) name.pop_back();
    constexpr std::string_view separators = ", \t";
    while (!no_proxy.empty()) {
        const auto begin = std::min(no_proxy.find_first_not_of(separators), no_proxy.size());
        no_proxy.remove_prefix(begin);
        const auto entry = lower(no_proxy.substr(0, no_proxy.find_first_of(separators)));
        no_proxy.remove_prefix(entry.size());
        if (entry.empty()) continue;
        if (numeric ? in_network(wanted, entry) : covers_name(entry, name)) return true;
    }
    return false;
}

std::string proxy_url_for(const proxy_environment& environment, std::string_view host,
                          bool numeric) {
    const auto& url =
        environment.https_proxy.empty() ? environment.all_proxy : environment.https_proxy;
    if (url.empty() || goes_direct(environment.no_proxy, host, numeric)) return {};
    return url;
}

}  // namespace tidings::net
