// Certificates made on the spot for tests: an authority, and server certificates signed by it for
// any names and any span of time. ECDSA P-256, because it is quick.
#pragma once

#include "support/scratch_folder.hpp"
#include "wire/tls_context.hpp"

#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace tidings::tests {

struct certificate_order {
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  // as openssl spells subjectAltName
    long valid_from_s = -3600;                                // relative to now
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
        auto leaf = blank(key.get(), "tidings test server", order);
        X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
        extend(leaf.get(), NID_subject_alt_name, order.names);
        X509_sign(leaf.get(), key_.get(), EVP_sha256());
        if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
            SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
            throw std::runtime_error(wire::openssl_errors());
        return context;
    }

    // Written into a folder of its own; the name is what `ca_file` takes.
    std::string file() const {
        const std::string path = (folder_.path() / "authority.pem").string();
        const wire::openssl_ptr<BIO> out(BIO_new_file(path.c_str(), "w"));
        if (!out || PEM_write_bio_X509(out.get(), certificate_.get()) != 1)
            throw std::runtime_error(wire::openssl_errors());
        return path;
    }

  private:
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
