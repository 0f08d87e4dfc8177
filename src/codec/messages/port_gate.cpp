#include "codec/messages/port_gate.hpp"

#include <charconv>

#include <openssl/crypto.h>

namespace tidings::codec {
namespace {

constexpr std::string_view scheme = "Bearer ";

// Digits and dots, or what stands in brackets: names are looked up, and may lead elsewhere.
bool is_address(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']'))
        return host.find_first_not_of("0123456789abcdefABCDEF:.[]") == std::string_view::npos;
    return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

core::result<listen_address> listen_address_from(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto host = text.substr(0, colon);
    const auto digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    listen_address made;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, made.port);
    if (!is_address(host) || error != std::errc() || stop != end)
        return core::failure{core::trouble::usage,
                             "\"" + std::string(text.substr(0, 60)) +
                                 "\" is no address with a port: 127.0.0.1:8740, [::1]:8740, or "
                                 "port 0 for a free one"};
    made.host = host;
    return made;
}

bool is_loopback(const listen_address& where) {
    return where.host.starts_with("127.") || where.host == "[::1]";
}

std::optional<port_refusal> why_not_here(const port_claims& asked, const listen_address& here) {
    const bool named =
        asked.host == here.spelled() ||
        (is_loopback(here) && asked.host == "localhost:" + std::to_string(here.port));
    if (asked.hosts != 1 || !named)
        return port_refusal{421, "the Host is to be this port's own address, or localhost here"};
    const bool own_page = asked.origin == "http://" + std::string(asked.host);
    if (!asked.origin.empty() && !own_page)
        return port_refusal{403, "pages of elsewhere may not ask here"};
    return std::nullopt;
}

std::optional<port_refusal> why_not_admitted(const port_claims& asked, std::string_view token) {
    const port_refusal refusal{401, "show the token: Authorization: Bearer TOKEN"};
    if (!asked.authorization.starts_with(scheme)) return refusal;
    const auto shown = asked.authorization.substr(scheme.size());
    if (shown.size() != token.size() ||
        CRYPTO_memcmp(shown.data(), token.data(), token.size()) != 0)
        return refusal;
    return std::nullopt;
}

}  // namespace tidings::codec
