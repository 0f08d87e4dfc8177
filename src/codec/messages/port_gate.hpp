// Whom a port on this machine hears: it is named exactly (so that a page of elsewhere cannot reach
// it by a name that leads here), a page of elsewhere is refused, the token is shown where there is
// one, and what changes something bears a mark that no form of a page can send. What is asked for
// is the port's own matter (live/port_request). Pure.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// What a request says of where it comes from.
struct port_claims {
    std::size_t hosts = 0;  // how many Host fields it has
    std::string_view host{};
    std::string_view origin{};         // empty: no page says that it asks
    std::string_view authorization{};  // the field's value
};

struct port_refusal {
    std::uint16_t status = 0;  // of HTTP
    std::string_view text;     // what to do
};

// An address as it is written in front of a port: "127.0.0.1", "[::1]".
struct listen_address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;

    std::string spelled() const { return host + ":" + std::to_string(port); }
    friend bool operator==(const listen_address&, const listen_address&) = default;
};
// "127.0.0.1:8740", "[::1]:8740", "0.0.0.0:0"; an address, no name. Failures are of usage.
core::result<listen_address> listen_address_from(std::string_view text);
// Only this machine's own programs reach it there.
bool is_loopback(const listen_address& where);

// `here`: where the request's connection arrived.
std::optional<port_refusal> why_not_here(const port_claims& asked, const listen_address& here);
// Pre: the token is not empty.
std::optional<port_refusal> why_not_admitted(const port_claims& asked, std::string_view token);

// Shorter ones could be guessed.
inline constexpr std::size_t port_token_min = 16;

}  // namespace tidings::codec
