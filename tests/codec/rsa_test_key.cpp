#include "codec/rsa_test_key.hpp"

#include "codec/tokens/base64url.hpp"

#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace tidings::tests {
namespace {

std::string pem_of(EVP_PKEY* key) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    const std::string made(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return made;
}

std::string number_of(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, name, &number);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, bytes.data());
    BN_free(number);
    std::string text(codec::base64url_size(bytes.size()), '\0');
    codec::write_base64url(text.data(), bytes);
    return text;
}

}  // namespace

rsa_test_key make_rsa_test_key(unsigned bits) {
    EVP_PKEY* const key = EVP_RSA_gen(bits);
    rsa_test_key made{.pem = pem_of(key),
                      .n = number_of(key, OSSL_PKEY_PARAM_RSA_N),
                      .e = number_of(key, OSSL_PKEY_PARAM_RSA_E)};
    EVP_PKEY_free(key);
    return made;
}

const rsa_test_key& shared_rsa_test_key() {
    static const rsa_test_key key = make_rsa_test_key(2048);
    return key;
}

std::string make_ec_test_key() {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    auto made = pem_of(key);
    EVP_PKEY_free(key);
    return made;
}

}  // namespace tidings::tests
