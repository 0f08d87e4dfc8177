// What one app's signatures are verified with. Only token_desk uses it.
#pragma once

#include "core/failure.hpp"
#include "gateway/rules/service.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

namespace tidings::gateway {

class verification_keys {
  public:
    static core::result<verification_keys> make(const app_options& app);

    bool verify(signature_algorithm algorithm, std::string_view covered,
                std::string_view signature);
    bool is_accepted_literally(std::string_view token) const;

    std::string client_id;
    bool takes_encrypted = false;

  private:
    struct deleter {
        void operator()(EVP_MAC_CTX* one) const;
        void operator()(EVP_MD_CTX* one) const;
        void operator()(EVP_PKEY* one) const;
    };
    template <class T>
    using owned = std::unique_ptr<T, deleter>;

    bool verify_hmac(EVP_MAC_CTX* keyed, std::string_view covered, std::string_view signature);
    bool verify_rsa(const EVP_MD* digest, std::string_view covered, std::string_view signature);

    std::vector<signature_algorithm> allowed_;
    std::vector<std::string> accepted_;
    owned<EVP_MAC_CTX> hs256_;  // keyed once; a re-initialised context costs a quarter of HMAC()
    owned<EVP_MAC_CTX> hs512_;
    owned<EVP_PKEY> public_key_;
    owned<EVP_MD_CTX> digest_;
};

}  // namespace tidings::gateway
