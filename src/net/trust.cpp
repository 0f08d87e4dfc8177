#include "net/trust.hpp"

#include "net/certificate_words.hpp"
#include "net/system_bundle.hpp"

#include <deque>
#include <iterator>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace tidings::net {

namespace {

constexpr unsigned char alpn_both[] = "\x02h2\x08http/1.1";
constexpr unsigned char alpn_http1[] = "\x08http/1.1";
constexpr unsigned char alpn_http2[] = "\x02h2";

void free_verdict(void*, void* verdict, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<trust_verdict*>(verdict);
}

int verdict_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_verdict);
    return slot;
}

int shelf_slot() {
    static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

// Never overrules OpenSSL: it only notes what was wrong, while the certificate is at hand.
int note_verdict(int accepted, X509_STORE_CTX* chain) {
    if (accepted == 1) return accepted;
    auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (ssl == nullptr || SSL_get_ex_data(ssl, verdict_slot()) != nullptr) return accepted;
    auto noted = std::make_unique<trust_verdict>();
    noted->code = X509_STORE_CTX_get_error(chain);
    noted->text = certificate_words(
        noted->code, X509_STORE_CTX_get0_cert(chain), X509_STORE_CTX_get_current_cert(chain),
        X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0), SSL_get0_param(ssl));
    if (SSL_set_ex_data(ssl, verdict_slot(), noted.get()) == 1) noted.release();
    return accepted;
}

core::result<void> load_anchors(SSL_CTX* context, const trust_options& options) {
    // A system without any certificates is not an error as long as ca_file names some. Both of its
    // places are looked into only when a chain asks for an anchor that is not known yet.
    SSL_CTX_set_default_verify_dir(context);
    trust_system_bundle(context);
    ERR_clear_error();
    if (options.ca_file.empty()) return {};
    if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1) return {};
    return core::failure{core::trouble::configuration,
                         "ca_file \"" + options.ca_file + "\" cannot be used (" +
                             wire::openssl_errors() +
                             "): it must be readable and hold certificates in PEM form"};
}

bool offer(SSL_CTX* context, http_mode http) {
    switch (http) {
        case http_mode::automatic:
            return SSL_CTX_set_alpn_protos(context, alpn_both, sizeof alpn_both - 1) == 0;
        case http_mode::http1:
            return SSL_CTX_set_alpn_protos(context, alpn_http1, sizeof alpn_http1 - 1) == 0;
        case http_mode::http2:
            return SSL_CTX_set_alpn_protos(context, alpn_http2, sizeof alpn_http2 - 1) == 0;
    }
    return false;
}

}  // namespace

// The sessions a server offered, newest last.
struct trust::session_shelf {
    std::deque<wire::openssl_ptr<SSL_SESSION>> sessions;

    static int on_session_offered(SSL* ssl, SSL_SESSION* session) {
        auto* const self =
            static_cast<session_shelf*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), shelf_slot()));
        if (self == nullptr || SSL_SESSION_is_resumable(session) != 1) return 0;
        if (self->sessions.size() == sessions_max) self->sessions.pop_front();
        self->sessions.emplace_back(session);
        return 1;  // ours now
    }
};

trust::trust(wire::openssl_ptr<SSL_CTX> context, http_mode http)
    : context_(std::move(context)), http_(http), shelf_(std::make_unique<session_shelf>()) {
    SSL_CTX_set_ex_data(context_.get(), shelf_slot(), shelf_.get());
    SSL_CTX_set_session_cache_mode(context_.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context_.get(), &session_shelf::on_session_offered);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, &note_verdict);
}

trust::~trust() {
    SSL_CTX_set_ex_data(context_.get(), shelf_slot(), nullptr);
}

core::result<std::unique_ptr<trust>> trust::make(const trust_options& options) {
    auto context = wire::make_client_context();
    if (!context) return context.error();
    if (auto loaded = load_anchors(context->get(), options); !loaded) return loaded.error();
    if (!offer(context->get(), options.http))
        return core::failure{core::trouble::internal, "OpenSSL has no memory for a TLS context"};
    return std::unique_ptr<trust>(new trust(std::move(*context), options.http));
}

bool trust::prepare(SSL& ssl, const endpoint& where) {
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(&ssl);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (where.numeric) {
        if (X509_VERIFY_PARAM_set1_ip_asc(wanted, where.host.c_str()) != 1) return false;
    } else {
        if (SSL_set1_host(&ssl, where.host.c_str()) != 1) return false;
        // OpenSSL copies the name; its macro for this has a cast that our warnings refuse.
        if (SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(where.host.c_str())) != 1)
            return false;
    }
    if (shelf_->sessions.empty()) return true;
    SSL_SESSION* const newest = shelf_->sessions.back().get();
    SSL_set_session(&ssl, newest);
    // A TLS 1.3 ticket is meant for one use, so that connections cannot be linked by it; the last
    // one is kept all the same, because a full handshake costs four times as much.
    if (shelf_->sessions.size() > 1) shelf_->sessions.pop_back();
    return true;
}

trust_verdict trust::verdict(const SSL& ssl) const {
    const auto* const noted =
        static_cast<const trust_verdict*>(SSL_get_ex_data(&ssl, verdict_slot()));
    return noted != nullptr ? *noted : trust_verdict{};
}

std::size_t trust::sessions() const noexcept {
    return shelf_->sessions.size();
}

}  // namespace tidings::net
