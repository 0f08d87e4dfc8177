#include "gateway/server/tls_contexts.hpp"

#include "gateway/rules/owned_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tidings::gateway {

namespace {

using wire::openssl_ptr;

constexpr std::array<unsigned char, 12> both_protocols = {2,   'h', '2', 8,   'h', 't',
                                                          't', 'p', '/', '1', '.', '1'};
constexpr std::array<unsigned char, 9> http1_only = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void* http2) {
    const bool both = http2 != nullptr;
    unsigned char* chosen = nullptr;
    const auto* ours = both ? both_protocols.data() : http1_only.data();
    const auto size = static_cast<unsigned>(both ? both_protocols.size() : http1_only.size());
    if (SSL_select_next_proto(&chosen, out_size, ours, size, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

int version_of(tls_version version) {
    switch (version) {
        case tls_version::v1_2: return TLS1_2_VERSION;
        case tls_version::v1_3: return TLS1_3_VERSION;
    }
    return TLS1_3_VERSION;
}

}  // namespace

core::result<tls_contexts> tls_contexts::make(const server_options& options, core::wall_time now) {
    tls_contexts made;
    made.options_ = options;
    if (!options.certificate_file.empty()) {
        if (const auto used = made.use_files(); !used) return used.error();
        return made;
    }
    if (const auto begun = made.make_authority(now); !begun) return begun.error();
    const auto shown = made.authority_->issue(certificate_kind::good, now);
    if (!shown) return shown.error();
    auto context = made.context_of(*shown);
    if (!context) return context.error();
    made.contexts_[0] = std::move(*context);
    return made;
}

core::result<openssl_ptr<SSL_CTX>> tls_contexts::bare_context() const {
    auto context = wire::make_server_context();
    if (!context) return context;
    SSL_CTX* const raw = context->get();
    SSL_CTX_set_min_proto_version(raw, version_of(options_.tls_min));
    SSL_CTX_set_max_proto_version(raw, version_of(options_.tls_max));
    // Any value: a name for the sessions that clients bring back.
    static constexpr std::array<unsigned char, 7> name = {'t', 'i', 'd', 'i', 'n', 'g', 's'};
    SSL_CTX_set_session_id_context(raw, name.data(), name.size());
    static char yes = 1;
    SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, options_.http2 ? &yes : nullptr);
    return context;
}

core::result<openssl_ptr<SSL_CTX>> tls_contexts::context_of(const identity& shown) const {
    auto context = bare_context();
    if (!context) return context;
    if (SSL_CTX_use_certificate(context->get(), shown.certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context->get(), shown.key.get()) != 1)
        return core::failure{core::trouble::internal,
                             "the certificate cannot be shown: " + wire::openssl_errors()};
    return context;
}

core::result<void> tls_contexts::use_files() {
    auto context = bare_context();
    if (!context) return context.error();
    const auto wrong = [](const std::string& key, const std::string& file) {
        return core::failure{
            core::trouble::configuration,
            "server." + key + ": " + file + " cannot be used: " + wire::openssl_errors()};
    };
    if (SSL_CTX_use_certificate_chain_file(context->get(), options_.certificate_file.c_str()) != 1)
        return wrong("certificate_file", options_.certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context->get(), options_.key_file.c_str(), SSL_FILETYPE_PEM) !=
        1)
        return wrong("key_file", options_.key_file);
    contexts_[0] = std::move(*context);
    return {};
}

core::result<void> tls_contexts::make_authority(core::wall_time now) {
    const std::filesystem::path folder = options_.folder;
    if (!options_.folder.empty()) {
        auto kept = certificate_authority::from_pem(text_of_file(folder / "ca.pem"),
                                                    text_of_file(folder / "ca-key.pem"), now);
        if (kept) authority_ = std::move(*kept);
    }
    const bool is_new = !authority_;
    if (is_new) {
        auto made = certificate_authority::make(now);
        if (!made) return made.error();
        authority_ = std::move(*made);
    }
    ca_pem_ = authority_->certificate_pem();
    if (options_.folder.empty()) return {};
    // Absolute, so that what is printed of it works in any folder.
    std::error_code unknown;
    ca_file_ = std::filesystem::absolute(folder / "ca.pem", unknown).string();
    if (!is_new) return {};
    if (const auto kept = write_owned_file(folder / "ca-key.pem", authority_->key_pem()); !kept)
        return kept.error();
    return write_owned_file(folder / "ca.pem", ca_pem_);
}

SSL_CTX* tls_contexts::get(certificate_kind kind, core::wall_time now) {
    auto& kept = contexts_[static_cast<std::size_t>(kind)];
    if (kept) return kept.get();
    // With a certificate from a file there is no authority; the wrong ones are then a stranger's.
    if (!authority_) {
        auto made = certificate_authority::make(now);
        if (!made) return nullptr;
        authority_ = std::move(*made);
    }
    const auto shown = authority_->issue(kind, now);
    if (!shown) return nullptr;
    auto context = context_of(*shown);
    if (!context) return nullptr;
    kept = std::move(*context);
    return kept.get();
}

}  // namespace tidings::gateway
