// Certificates made on the spot for tests: an authority, and server certificates signed by it for
// any names and any span of time. ECDSA P-256, because it is quick.
#pragma once

#include "support/scratch_folder.hpp"
#include "wire/tls_context.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace tidings::tests {

struct certificate_order {
    // As openssl spells subjectAltName; "": none.
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
    std::string common_name = "tidings test server";
    long valid_from_s = -3600;  // relative to now
    long valid_until_s = 86400;
};

class test_authority {
  public:
    explicit test_authority(const std::string& name = "tidings test authority")
        : key_(EVP_EC_gen("P-256")), certificate_(blank(key_.get(), name, {})) {
        X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
        extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
        X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    }

    // A server's TLS context with a certificate of this authority.
    wire::openssl_ptr<SSL_CTX> server_context(const certificate_order& order = {}) const {
        auto context = wire::make_server_context().value();
        const wire::openssl_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"));
        const auto leaf = signed_certificate(key.get(), order);
        if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
            SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
            throw std::runtime_error(wire::openssl_errors());
        return context;
    }

    // A client's certificate and key, for files of those names; `password` encrypts the key.
    void write_client(const std::string& certificate, const std::string& key,
                      const std::string& password = "") const {
        const wire::openssl_ptr<EVP_PKEY> made(EVP_EC_gen("P-256"));
        const auto leaf = signed_certificate(made.get(), {.names = "DNS:client.example"});
        write(certificate, [&](BIO* out) { return PEM_write_bio_X509(out, leaf.get()); });
        write(key, [&](BIO* out) {
            return PEM_write_bio_PKCS8PrivateKey(
                out, made.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                password.empty() ? nullptr : password.data(), static_cast<int>(password.size()),
                nullptr, nullptr);
        });
    }

    // What file() holds, and a list that revokes the certificate which `server` shows.
    std::string file_revoking(SSL_CTX* server, long next_update_s = 3600) const {
        const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(),
                                                                       &X509_CRL_free);
        const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> issued(
            X509_gmtime_adj(nullptr, -7200), &ASN1_TIME_free);
        const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> next(
            X509_gmtime_adj(nullptr, next_update_s), &ASN1_TIME_free);
        X509_CRL_set_version(list.get(), 1);
        X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
        X509_CRL_set1_lastUpdate(list.get(), issued.get());
        X509_CRL_set1_nextUpdate(list.get(), next.get());
        if (server != nullptr) {
            X509_REVOKED* const revoked = X509_REVOKED_new();
            X509_REVOKED_set_serialNumber(revoked,
                                          X509_get_serialNumber(SSL_CTX_get0_certificate(server)));
            X509_REVOKED_set_revocationDate(revoked, issued.get());
            X509_CRL_add0_revoked(list.get(), revoked);
        }
        X509_CRL_sign(list.get(), key_.get(), EVP_sha256());
        const std::string path = (folder_.path() / "authority-and-list.pem").string();
        write(path, [&](BIO* out) {
            return PEM_write_bio_X509(out, certificate_.get()) == 1 &&
                           PEM_write_bio_X509_CRL(out, list.get()) == 1
                       ? 1
                       : 0;
        });
        return path;
    }

    // Written into a folder of its own; the name is what `ca_file` takes.
    std::string file() const {
        const std::string path = (folder_.path() / "authority.pem").string();
        write(path, [&](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
        return path;
    }

  private:
    template <class Put>
    static void write(const std::string& path, Put put) {
        const wire::openssl_ptr<BIO> out(BIO_new_file(path.c_str(), "w"));
        if (!out || put(out.get()) != 1) throw std::runtime_error(wire::openssl_errors());
    }

    wire::openssl_ptr<X509> signed_certificate(EVP_PKEY* key,
                                               const certificate_order& order) const {
        auto leaf = blank(key, order.common_name, order);
        X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
        if (!order.names.empty()) extend(leaf.get(), NID_subject_alt_name, order.names);
        X509_sign(leaf.get(), key_.get(), EVP_sha256());
        return leaf;
    }

    static wire::openssl_ptr<X509> blank(EVP_PKEY* key, const std::string& name,
                                         const certificate_order& order) {
        static long serial = 1;
        wire::openssl_ptr<X509> made(X509_new());
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), order.valid_from_s);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), order.valid_until_s);
        X509_set_pubkey(made.get(), key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        return made;
    }

    static void extend(X509* certificate, int what, const std::string& value) {
        X509_EXTENSION* const extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
        if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    wire::openssl_ptr<EVP_PKEY> key_;
    wire::openssl_ptr<X509> certificate_;
    scratch_folder folder_;
};

}  // namespace tidings::tests
