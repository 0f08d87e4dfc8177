#include "net/certificate_words.hpp"

#include "wire/tls_context.hpp"

#include <memory>

#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

namespace tidings::net {

namespace {

constexpr std::size_t names_max = 5;
constexpr std::size_t text_max = 200;

// What a stranger's certificate says is shown cut, and without control characters.
std::string tamed(std::string text) {
    if (text.size() > text_max) text = text.substr(0, text_max) + "...";
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
    return text;
}

std::string contents(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::string name_text(const X509_NAME* name) {
    const wire::openssl_ptr<BIO> out(BIO_new(BIO_s_mem()));
    if (!out || name == nullptr) return "?";
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE);
    return tamed(contents(out.get()));
}

std::string time_text(const ASN1_TIME* time) {
    const wire::openssl_ptr<BIO> out(BIO_new(BIO_s_mem()));
    if (!out || time == nullptr) return "?";
    ASN1_TIME_print(out.get(), time);
    return contents(out.get());
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
    char text[INET6_ADDRSTRLEN] = "?";
    const int family = ASN1_STRING_length(bytes) == 16 ? AF_INET6 : AF_INET;
    ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text);
    return text;
}

// The names a certificate is good for; its subject when it lists none.
std::string names_of(X509* certificate) {
    const auto free_names = [](GENERAL_NAMES* names) { GENERAL_NAMES_free(names); };
    const std::unique_ptr<GENERAL_NAMES, decltype(free_names)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        free_names);
    std::string listed;
    std::size_t count = 0;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        std::string one;
        if (name->type == GEN_DNS) {
            one.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        } else if (name->type == GEN_IPADD) {
            one = address_text(name->d.iPAddress);
        } else {
            continue;
        }
        if (count++ == names_max) return listed + " and more";
        if (!listed.empty()) listed += ", ";
        listed += tamed(one);
    }
    return listed.empty() ? name_text(X509_get_subject_name(certificate)) : listed;
}

std::string wanted_name(const char* host, X509_VERIFY_PARAM* wanted) {
    if (host != nullptr) return host;
    char* const address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
    std::string text = address != nullptr ? address : "another name";
    OPENSSL_free(address);
    return text;
}

}  // namespace

std::string certificate_words(int code, X509* leaf, X509* current, const char* host,
                              X509_VERIFY_PARAM* wanted) {
    X509* const blamed = current != nullptr ? current : leaf;
    const std::string who = wanted_name(host, wanted);
    switch (code) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "wrong name: expected " + who + ", the certificate is for " +
                   (leaf != nullptr ? names_of(leaf) : "another") +
                   "; correct `url`, or have the server show the right certificate";
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the certificate of " + who + " expired on " +
                   (blamed != nullptr ? time_text(X509_get0_notAfter(blamed)) : "an earlier day") +
                   "; the server's owner must renew it (is this machine's clock right?)";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the certificate of " + who + " is valid only from " +
                   (blamed != nullptr ? time_text(X509_get0_notBefore(blamed)) : "a later day") +
                   "; is this machine's clock right?";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "unknown issuer: the certificate of " + who + " is signed by " +
                   (blamed != nullptr ? name_text(X509_get_issuer_name(blamed)) : "a stranger") +
                   ", whom this machine does not trust; if you do, name a PEM file with that "
                   "authority's certificate in `ca_file`";
        case X509_V_ERR_CERT_REVOKED:
            return "the certificate of " + who +
                   " is revoked by the list of its authority in `ca_file`; the server's owner must "
                   "get a new one";
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return "the list of revoked certificates in `ca_file` is out of date; fetch the "
                   "authority's newest one";
        default:
            return "the certificate of " + who +
                   " was turned down: " + X509_verify_cert_error_string(code) +
                   "; the server's owner must mend it";
    }
}

}  // namespace tidings::net
