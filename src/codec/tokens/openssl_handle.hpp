// Owning pointers for the OpenSSL objects that tokens need, and what OpenSSL leaves behind.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace tidings::codec {

struct openssl_free {
    void operator()(BIO* what) const noexcept { BIO_free(what); }
    void operator()(BIGNUM* what) const noexcept { BN_free(what); }
    void operator()(EVP_CIPHER* what) const noexcept { EVP_CIPHER_free(what); }
    void operator()(EVP_CIPHER_CTX* what) const noexcept { EVP_CIPHER_CTX_free(what); }
    void operator()(EVP_MAC* what) const noexcept { EVP_MAC_free(what); }
    void operator()(EVP_MAC_CTX* what) const noexcept { EVP_MAC_CTX_free(what); }
    void operator()(EVP_MD_CTX* what) const noexcept { EVP_MD_CTX_free(what); }
    void operator()(EVP_PKEY* what) const noexcept { EVP_PKEY_free(what); }
    void operator()(EVP_PKEY_CTX* what) const noexcept { EVP_PKEY_CTX_free(what); }
    void operator()(OSSL_PARAM* what) const noexcept { OSSL_PARAM_free(what); }
    void operator()(OSSL_PARAM_BLD* what) const noexcept { OSSL_PARAM_BLD_free(what); }
};

template <class T>
using openssl_handle = std::unique_ptr<T, openssl_free>;

// OpenSSL keeps failures in a queue of the thread, where the next TLS call would take them for its
// own. Whatever happens in here, the queue is left empty.
struct openssl_errors_cleared {
    openssl_errors_cleared() = default;
    ~openssl_errors_cleared() { ERR_clear_error(); }
    openssl_errors_cleared(const openssl_errors_cleared&) = delete;
    openssl_errors_cleared& operator=(const openssl_errors_cleared&) = delete;
};

}  // namespace tidings::codec
