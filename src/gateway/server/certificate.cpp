#include "gateway/server/certificate.hpp"

#include <chrono>
#include <utility>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;
using wire::openssl_ptr;

constexpr auto good_names = "DNS:localhost,IP:127.0.0.1,IP:::1";
constexpr auto wrong_names = "DNS:wrong.invalid";

core::failure no_certificate() {
    return {core::trouble::internal, "no certificate could be made: " + wire::openssl_errors()};
}

std::time_t seconds_of(core::wall_time moment) {
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
}

bool set_random_serial(X509* certificate) {
    std::uint64_t serial = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool set_name(X509* certificate, const char* common_name) {
    const auto* text = reinterpret_cast<const unsigned char*>(common_name);
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, text,
                                      -1, -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

struct life {
    core::wall_time from, until;
};

// A certificate with a new key, not signed yet.
bool begin(identity& made, const char* common_name, life valid) {
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* const certificate = made.certificate.get();
    return made.key && certificate != nullptr &&
           X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
           set_name(certificate, common_name) &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), seconds_of(valid.from)) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), seconds_of(valid.until)) != nullptr &&
           X509_set_pubkey(certificate, made.key.get()) == 1;
}

core::result<identity> make_authority(core::wall_time now, const char* common_name) {
    identity made;
    if (!begin(made, common_name, {now - 24h, now + 24h * 365})) return no_certificate();
    X509* const own = made.certificate.get();
    if (X509_set_issuer_name(own, X509_get_subject_name(own)) != 1 ||
        !add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE") ||
        !add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") ||
        !add_extension(own, own, NID_subject_key_identifier, "hash") ||
        X509_sign(own, made.key.get(), EVP_sha256()) == 0)
        return no_certificate();
    return made;
}

core::result<identity> issue_from(const identity& issuer, const char* names, life valid) {
    identity made;
    if (!begin(made, "localhost", valid)) return no_certificate();
    X509* const own = made.certificate.get();
    X509* const above = issuer.certificate.get();
    if (X509_set_issuer_name(own, X509_get_subject_name(above)) != 1 ||
        !add_extension(own, above, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(own, above, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(own, above, NID_ext_key_usage, "serverAuth") ||
        !add_extension(own, above, NID_subject_key_identifier, "hash") ||
        !add_extension(own, above, NID_authority_key_identifier, "keyid") ||
        !add_extension(own, above, NID_subject_alt_name, names) ||
        X509_sign(own, issuer.key.get(), EVP_sha256()) == 0)
        return no_certificate();
    return made;
}

template <class Write>
std::string pem_of(Write write) {
    const openssl_ptr<BIO> bio(BIO_new(BIO_s_mem()));
    if (!bio || write(bio.get()) != 1) return {};
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

core::result<certificate_authority> certificate_authority::make(core::wall_time now) {
    auto own = make_authority(now, "tidings rehearsal authority");
    if (!own) return own.error();
    return certificate_authority(std::move(*own));
}

core::result<certificate_authority> certificate_authority::from_pem(const std::string& certificate,
                                                                    const std::string& key,
                                                                    core::wall_time now) {
    const openssl_ptr<BIO> first(
        BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
    const openssl_ptr<BIO> second(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
    identity own;
    own.certificate.reset(PEM_read_bio_X509(first.get(), nullptr, nullptr, nullptr));
    own.key.reset(PEM_read_bio_PrivateKey(second.get(), nullptr, nullptr, nullptr));
    auto tomorrow = seconds_of(now + 24h);
    if (!own.certificate || !own.key ||
        X509_check_private_key(own.certificate.get(), own.key.get()) != 1 ||
        X509_cmp_time(X509_get0_notAfter(own.certificate.get()), &tomorrow) <= 0) {
        wire::openssl_errors();
        return core::failure{core::trouble::configuration,
                             "the authority's certificate or key cannot be used any more"};
    }
    return certificate_authority(std::move(own));
}

std::string certificate_authority::certificate_pem() const {
    return pem_of([this](BIO* bio) { return PEM_write_bio_X509(bio, own_.certificate.get()); });
}

std::string certificate_authority::key_pem() const {
    return pem_of([this](BIO* bio) {
        return PEM_write_bio_PrivateKey(bio, own_.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

core::result<identity> certificate_authority::issue(certificate_kind kind,
                                                    core::wall_time now) const {
    const life month{now - 24h, now + 24h * 30};
    switch (kind) {
        case certificate_kind::good: return issue_from(own_, good_names, month);
        case certificate_kind::wrong_name: return issue_from(own_, wrong_names, month);
        case certificate_kind::expired:
            return issue_from(own_, good_names, {now - 24h * 30, now - 1h});
        case certificate_kind::unknown_issuer: {
            const auto stranger = make_authority(now, "nobody's authority");
            if (!stranger) return stranger.error();
            return issue_from(*stranger, good_names, month);
        }
    }
    return no_certificate();
}

}  // namespace tidings::gateway
