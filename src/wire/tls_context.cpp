#include "wire/tls_context.hpp"

#include "wire/handover.hpp"

#include <array>

#include <openssl/err.h>

namespace tidings::wire {

namespace {

core::result<openssl_ptr<SSL_CTX>> make_context(const SSL_METHOD* method) {
    openssl_ptr<SSL_CTX> made(SSL_CTX_new(method));
    if (!made || SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) != 1)
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
