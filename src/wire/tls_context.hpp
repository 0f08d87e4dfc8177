// Owners for OpenSSL's objects, and the settings that both ends of tidings share: TLS 1.3, and 1.2
// with ECDHE and authenticated encryption, no renegotiation, no compression, no early data, and a
// security level that the environment cannot lower. Whom to trust is net/trust's and which
// certificate to show is the gateway's.
#pragma once

#include "core/failure.hpp"

#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace tidings::wire {

struct openssl_deleter {
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(SSL* p) const noexcept { SSL_free(p); }
    void operator()(SSL_SESSION* p) const noexcept { SSL_SESSION_free(p); }
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free_all(p); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_deleter>;

// A context with the shared settings, for a client (TLS_client_method) or a server. A client
// context made here trusts nobody yet and verifies always.
core::result<openssl_ptr<SSL_CTX>> make_client_context();
core::result<openssl_ptr<SSL_CTX>> make_server_context();

// What OpenSSL's error queue of this thread says, in words, and empties it; "" when it is empty.
std::string openssl_errors();

}  // namespace tidings::wire
