#include "wire/tls_context.hpp"

#include "wire/handover.hpp"

#include <array>

#include <openssl/err.h>

namespace tidings::wire {

namespace {

// With forward secrecy and authenticated encryption (RFC 9325, section 4.2); TLS 1.3 has no others.
constexpr const char* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* tls13_ciphers =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// 112 bits: no SHA-1, no RSA keys below 2048 bits.
constexpr int security_level_min = 2;

// OpenSSL's own configuration file, which the environment may name (OPENSSL_CONF), has had its say
// by now. It may ask for more than this and not for less.
bool harden(SSL_CTX* context) {
    if (SSL_CTX_get_security_level(context) < security_level_min)
        SSL_CTX_set_security_level(context, security_level_min);
    if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION &&
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return false;
    SSL_CTX_clear_options(context, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                       SSL_OP_LEGACY_SERVER_CONNECT |
                                       SSL_OP_NO_EXTENDED_MASTER_SECRET);
    return SSL_CTX_set_cipher_list(context, tls12_ciphers) == 1 &&
           SSL_CTX_set_ciphersuites(context, tls13_ciphers) == 1;
}

core::result<openssl_ptr<SSL_CTX>> make_context(const SSL_METHOD* method) {
    openssl_ptr<SSL_CTX> made(SSL_CTX_new(method));
    if (!made || !harden(made.get()))
        return core::failure{core::trouble::internal,
                             "OpenSSL makes no TLS context: " + openssl_errors()};
    SSL_CTX* const context = made.get();
    // Moving buffers: a caller's bytes need not stay where they are between two calls.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_max_early_data(context, 0);
    return made;
}

}  // namespace

core::result<openssl_ptr<SSL_CTX>> make_client_context() {
    auto made = make_context(TLS_client_method());
    if (made) {
        SSL_CTX_set_verify(made->get(), SSL_VERIFY_PEER, nullptr);
        handover::prepare(*made->get());
    }
    return made;
}

core::result<openssl_ptr<SSL_CTX>> make_server_context() {
    auto made = make_context(TLS_server_method());
    if (made) SSL_CTX_set_options(made->get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
    return made;
}

std::string openssl_errors() {
    std::string words;
    while (const unsigned long code = ERR_get_error()) {
        const char* const reason = ERR_reason_error_string(code);
        if (!words.empty()) words += "; ";
        if (reason != nullptr) {
            words += reason;
        } else {
            std::array<char, 256> text{};
            ERR_error_string_n(code, text.data(), text.size());
            words += text.data();
        }
    }
    return words;
}

}  // namespace tidings::wire
