#include "gateway/rules/token_keys.hpp"

#include <algorithm>
#include <array>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

namespace tidings::gateway {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_MAC_CTX* keyed_hmac(std::string_view key, const char* digest) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    std::string name(digest);
    const std::array<OSSL_PARAM, 2> params = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()};
    if (context != nullptr && EVP_MAC_init(context, bytes_of(key), key.size(), params.data()) == 1)
        return context;
    EVP_MAC_CTX_free(context);
    return nullptr;
}

}  // namespace

void verification_keys::deleter::operator()(EVP_MAC_CTX* one) const {
    EVP_MAC_CTX_free(one);
}
void verification_keys::deleter::operator()(EVP_MD_CTX* one) const {
    EVP_MD_CTX_free(one);
}
void verification_keys::deleter::operator()(EVP_PKEY* one) const {
    EVP_PKEY_free(one);
}

core::result<verification_keys> verification_keys::make(const app_options& app) {
    const auto wrong = [&app](std::string_view what) {
        return core::failure{core::trouble::configuration,
                             "app " + app.client_id + ": " + std::string(what)};
    };
    verification_keys made;
    made.client_id = app.client_id;
    made.takes_encrypted = app.jwe != jwe_rule::off;
    made.allowed_ = app.algorithms;
    made.accepted_ = app.accept_tokens;
    if (!app.client_secret.empty()) {
        made.hs256_.reset(keyed_hmac(app.client_secret, "SHA256"));
        made.hs512_.reset(keyed_hmac(app.client_secret, "SHA512"));
        if (!made.hs256_ || !made.hs512_) return wrong("OpenSSL cannot use the client secret");
    }
    if (!app.public_key_pem.empty()) {
        BIO* bio =
            BIO_new_mem_buf(app.public_key_pem.data(), static_cast<int>(app.public_key_pem.size()));
        made.public_key_.reset(PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr));
        BIO_free(bio);
        made.digest_.reset(EVP_MD_CTX_new());
        if (!made.public_key_ || EVP_PKEY_get_base_id(made.public_key_.get()) != EVP_PKEY_RSA)
            return wrong("the public key is not a PEM RSA key (\"BEGIN PUBLIC KEY\")");
    }
    return made;
}

bool verification_keys::verify(signature_algorithm algorithm, std::string_view covered,
                               std::string_view signature) {
    if (std::find(allowed_.begin(), allowed_.end(), algorithm) == allowed_.end()) return false;
    switch (algorithm) {
        case signature_algorithm::hs256: return verify_hmac(hs256_.get(), covered, signature);
        case signature_algorithm::hs512: return verify_hmac(hs512_.get(), covered, signature);
        case signature_algorithm::rs256: return verify_rsa(EVP_sha256(), covered, signature);
        case signature_algorithm::rs512: return verify_rsa(EVP_sha512(), covered, signature);
    }
    return false;
}

bool verification_keys::verify_hmac(EVP_MAC_CTX* keyed, std::string_view covered,
                                    std::string_view signature) {
    if (keyed == nullptr) return false;
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    std::size_t size = 0;
    if (EVP_MAC_init(keyed, nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(keyed, bytes_of(covered), covered.size()) != 1 ||
        EVP_MAC_final(keyed, mac.data(), &size, mac.size()) != 1)
        return false;
    return signature.size() == size && CRYPTO_memcmp(mac.data(), signature.data(), size) == 0;
}

bool verification_keys::verify_rsa(const EVP_MD* digest, std::string_view covered,
                                   std::string_view signature) {
    if (!public_key_) return false;
    EVP_MD_CTX_reset(digest_.get());
    return EVP_DigestVerifyInit(digest_.get(), nullptr, digest, nullptr, public_key_.get()) == 1 &&
           EVP_DigestVerify(digest_.get(), bytes_of(signature), signature.size(), bytes_of(covered),
                            covered.size()) == 1;
}

bool verification_keys::is_accepted_literally(std::string_view token) const {
    return std::find(accepted_.begin(), accepted_.end(), token) != accepted_.end();
}

}  // namespace tidings::gateway
