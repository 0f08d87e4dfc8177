// Whom the sender believes: certificate authorities, name verification, ALPN, and the sessions it
// can resume. There is no switch that turns verification off, on purpose. One for each bot and
// network thread; the pool that uses it must end before it.
#pragma once

#include "core/failure.hpp"
#include "net/endpoint.hpp"
#include "net/key_pins.hpp"
#include "wire/tls_context.hpp"

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace tidings::net {

// Which HTTP is offered by ALPN.
enum class http_mode : std::uint8_t {
    automatic,  // h2 and http/1.1; the server chooses. A server without ALPN gets HTTP/1.1
    http1,      // http/1.1 only
    http2,      // h2 only; a server that does not choose it is a protocol trouble
};

struct trust_options {
    // More trust anchors, PEM, beside the system's; "" = none. Of an authority whose list of
    // revoked certificates (CRL) is in it, certificates are looked up there.
    std::string ca_file{};
    http_mode http = http_mode::automatic;
    // For a server that asks for it: PEM, the certificate first and then those between it and its
    // authority; "" = none. The key is PEM too, and is only given together with it.
    std::string client_certificate{};
    std::string client_key{};
    std::string client_key_password{};  // of an encrypted key
    std::string pinned_key{};           // as net/key_pins reads it; "" = any that is vouched for
};

// Why the last handshake on a connection was turned down, for a person.
struct trust_verdict {
    int code = X509_V_OK;  // X509_V_ERR_*
    std::string text;      // what is wrong, with the names and dates involved, and the fix
};

class trust {
  public:
    // Fails with `configuration` when ca_file cannot be read or holds no certificate, or when
    // certificate and key of the client cannot be used together.
    static core::result<std::unique_ptr<trust>> make(const trust_options& options);
    ~trust();
    trust(const trust&) = delete;
    trust& operator=(const trust&) = delete;

    SSL_CTX& context() const noexcept { return *context_; }
    http_mode http() const noexcept { return http_; }

    // Prepares a fresh SSL for `where`: SNI, the name to verify, a session to resume. False when
    // OpenSSL refuses (out of memory). `where` must live as long as the SSL.
    bool prepare(SSL& ssl, const endpoint& where);
    // After a failed handshake: what verification found; code X509_V_OK if that was not the reason.
    trust_verdict verdict(const SSL& ssl) const;

    // How many sessions could be resumed now (at most sessions_max, newest kept).
    std::size_t sessions() const noexcept;
    static constexpr std::size_t sessions_max = 32;

  private:
    struct session_shelf;

    trust(wire::openssl_ptr<SSL_CTX> context, http_mode http, key_pins pins);

    wire::openssl_ptr<SSL_CTX> context_;
    http_mode http_;
    std::unique_ptr<key_pins> pins_;  // where OpenSSL's callback finds them
    std::unique_ptr<session_shelf> shelf_;
};

}  // namespace tidings::net
