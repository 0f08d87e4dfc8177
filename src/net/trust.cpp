#include "net/trust.hpp"

#include "net/certificate_words.hpp"
#include "net/key_pins.hpp"
#include "net/system_bundle.hpp"

#include <algorithm>
#include <deque>
#include <string_view>
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

int pins_slot() {
    static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

int shelf_slot() {
    static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

SSL* handshake_of(X509_STORE_CTX* chain) {
    return static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

// Of a server's own certificate that is good otherwise.
int check_pins(X509_STORE_CTX* chain) {
    auto* const ssl = handshake_of(chain);
    const auto* const pins =
        static_cast<const key_pins*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), pins_slot()));
    X509* const shown = X509_STORE_CTX_get_current_cert(chain);
    if (pins == nullptr || pins->hold(shown)) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    auto noted = std::make_unique<trust_verdict>();
    noted->code = X509_V_ERR_APPLICATION_VERIFICATION;
    noted->text = "the server's certificate is good, but its key is none of pinned_key: it is " +
                  key_pins::spelled(shown) + "; if its owner has changed it, pin that one";
    if (SSL_set_ex_data(ssl, verdict_slot(), noted.get()) == 1) noted.release();
    return 0;
}

// Overrules OpenSSL in one thing: an authority of which ca_file holds no list has revoked nothing
// that we could know of. Otherwise it only notes what was wrong, while the certificate is at hand.
int note_verdict(int accepted, X509_STORE_CTX* chain) {
    if (accepted == 1 && X509_STORE_CTX_get_error_depth(chain) == 0) return check_pins(chain);
    if (accepted == 1) return accepted;
    if (X509_STORE_CTX_get_error(chain) == X509_V_ERR_UNABLE_TO_GET_CRL) {
        X509_STORE_CTX_set_error(chain, X509_V_OK);
        return 1;
    }
    auto* const ssl = handshake_of(chain);
    if (ssl == nullptr || SSL_get_ex_data(ssl, verdict_slot()) != nullptr) return accepted;
    auto noted = std::make_unique<trust_verdict>();
    noted->code = X509_STORE_CTX_get_error(chain);
    noted->text = certificate_words(
        noted->code, X509_STORE_CTX_get0_cert(chain), X509_STORE_CTX_get_current_cert(chain),
        X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0), SSL_get0_param(ssl));
    if (SSL_set_ex_data(ssl, verdict_slot(), noted.get()) == 1) noted.release();
    return accepted;
}

bool holds_revocations(X509_STORE* store) {
    X509_STORE_lock(store);
    const STACK_OF(X509_OBJECT)* const all = X509_STORE_get0_objects(store);
    bool found = false;
    for (int i = 0; i < sk_X509_OBJECT_num(all); ++i)
        found = found || X509_OBJECT_get_type(sk_X509_OBJECT_value(all, i)) == X509_LU_CRL;
    X509_STORE_unlock(store);
    return found;
}

core::failure unusable(std::string_view key, const std::string& file, std::string_view fix) {
    const auto why = wire::openssl_errors();
    return {core::trouble::configuration, std::string(key) + " \"" + file + "\" cannot be used (" +
                                              (why.empty() ? "not readable" : why) +
                                              "): " + std::string(fix)};
}

// OpenSSL asks for it only when the key is encrypted.
int give_password(char* into, int room, int, void* password) {
    const auto& text = *static_cast<const std::string*>(password);
    if (text.empty() || text.size() > static_cast<std::size_t>(room)) return 0;
    std::copy(text.begin(), text.end(), into);
    return static_cast<int>(text.size());
}

core::result<void> load_client_certificate(SSL_CTX* context, const trust_options& options) {
    const auto& certificate = options.client_certificate;
    const auto& key = options.client_key;
    if (certificate.empty() != key.empty())
        return core::failure{core::trouble::configuration,
                             certificate.empty()
                                 ? "client_key without client_certificate: give both, or neither"
                                 : "client_certificate without client_key: give both, or neither"};
    if (certificate.empty()) return {};
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
        return unusable("client_certificate", certificate,
                        "it must be readable and hold certificates in PEM form, yours first");
    std::string password = options.client_key_password;
    SSL_CTX_set_default_passwd_cb(context, &give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context, &password);
    const bool loaded = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb(context, nullptr);
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    OPENSSL_cleanse(password.data(), password.size());
    if (!loaded)
        return unusable("client_key", key,
                        "it must be readable, hold one private key in PEM form that belongs to "
                        "client_certificate, and client_key_password must open it if it is "
                        "encrypted");
    return {};
}

core::result<void> load_anchors(SSL_CTX* context, const trust_options& options) {
    // A system without any certificates is not an error as long as ca_file names some. Both of its
    // places are looked into only when a chain asks for an anchor that is not known yet.
    SSL_CTX_set_default_verify_dir(context);
    trust_system_bundle(context);
    ERR_clear_error();
    if (options.ca_file.empty()) return {};
    if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1) {
        if (holds_revocations(SSL_CTX_get_cert_store(context)))
            X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                        X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        return {};
    }
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

trust::trust(wire::openssl_ptr<SSL_CTX> context, http_mode http, key_pins pins)
    : context_(std::move(context)),
      http_(http),
      pins_(std::make_unique<key_pins>(std::move(pins))),
      shelf_(std::make_unique<session_shelf>()) {
    SSL_CTX_set_ex_data(context_.get(), pins_slot(), pins_.get());
    SSL_CTX_set_ex_data(context_.get(), shelf_slot(), shelf_.get());
    SSL_CTX_set_session_cache_mode(context_.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context_.get(), &session_shelf::on_session_offered);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, &note_verdict);
}

trust::~trust() {
    SSL_CTX_set_ex_data(context_.get(), shelf_slot(), nullptr);
    SSL_CTX_set_ex_data(context_.get(), pins_slot(), nullptr);
}

core::result<std::unique_ptr<trust>> trust::make(const trust_options& options) {
    auto context = wire::make_client_context();
    if (!context) return context.error();
    if (auto loaded = load_anchors(context->get(), options); !loaded) return loaded.error();
    if (auto loaded = load_client_certificate(context->get(), options); !loaded)
        return loaded.error();
    auto pins = key_pins::make(options.pinned_key);
    if (!pins) return pins.error();
    if (!offer(context->get(), options.http))
        return core::failure{core::trouble::internal, "OpenSSL has no memory for a TLS context"};
    return std::unique_ptr<trust>(new trust(std::move(*context), options.http, std::move(*pins)));
}

bool trust::prepare(SSL& ssl, const endpoint& where) {
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(&ssl);
    // RFC 9525: the subject's common name is no host name, whatever it looks like.
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
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
