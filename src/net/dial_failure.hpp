// Why a connection could not be had, and the words for it: what went wrong, where, and what to do.
// Whether the next dial may do better is said here, when it is begun by net/dial_plan.
#pragma once

#include "net/pool_events.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::net {

struct dial_failure {
    trouble_kind kind = trouble_kind::tls;
    bool fatal = false;       // waiting does not help
    bool of_address = false;  // the next address may do better
    std::string text;
};

// Which part of a dial took too long.
enum class dial_step : std::uint8_t { connect, tunnel, handshake };

// `peer` is whom it was about, for a person; `error` is errno's.
dial_failure connect_failure(int error, std::string_view peer);
dial_failure timeout_failure(dial_step slow, std::string_view peer);
// The proxy answered CONNECT with that; `words` are its own. `known`: it was shown a user.
dial_failure proxy_refusal(std::uint16_t status, std::string_view words, bool known,
                           std::string_view peer);
// It went away, or answers as no proxy does.
dial_failure proxy_hang_up_failure(std::string_view peer);
dial_failure no_proxy_failure(std::string_view peer);
// `reason`: TLS's own words.
dial_failure handshake_failure(std::string_view reason, std::string_view peer);
// An alert's name, also of those for which OpenSSL 3.0 has no words.
std::string_view alert_name(std::uint8_t alert) noexcept;
// The server ended it by a fatal alert (RFC 8446, section 6.2); `name` is the alert's.
dial_failure alert_failure(std::uint8_t alert, std::string_view name, std::string_view peer);
// The same, after it had asked for a certificate of ours; `shown`: it was shown one.
dial_failure client_certificate_failure(bool shown, std::string_view name, std::string_view peer);
// The peer went away in the handshake. `reason` may be the system's.
dial_failure hang_up_failure(std::string_view reason, std::string_view peer);
dial_failure certificate_failure(std::string text);
// ALPN did not choose what alone is wanted.
dial_failure protocol_failure(std::string_view peer);
dial_failure memory_failure();
// This machine cannot watch another socket.
dial_failure watch_failure(std::string text);

}  // namespace tidings::net
