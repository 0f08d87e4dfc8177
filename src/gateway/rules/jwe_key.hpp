// Opens encrypted tokens: JWE compact serialisation, RSA-OAEP or RSA1_5 for the key, A128CBC-HS256,
// A128GCM or A256GCM for the content (contract.md section 2). It says nothing about the signed
// token inside; token_desk.hpp verifies that.
#pragma once

#include "core/failure.hpp"

#include <string>
#include <string_view>

#include <openssl/types.h>

namespace tidings::gateway {

class jwe_key {
  public:
    // From a PEM private RSA key of at least 2048 bits. An empty `key_id` opens tokens of any
    // `kid`.
    static core::result<jwe_key> from_pem(std::string_view pem, std::string key_id);
    // A new 2048-bit key.
    static core::result<jwe_key> make(std::string key_id);
    ~jwe_key();
    jwe_key(jwe_key&& other) noexcept;
    jwe_key& operator=(jwe_key&& other) noexcept;

    // Replaces `plain` by the content; false when the token is not for this key, names another
    // algorithm, or was tampered with. Never says which.
    bool open(std::string_view token, std::string& plain) const;

    // The public half as a JWK for the sender: {"kty":"RSA","kid":...,"use":"enc","n":...,"e":...}.
    std::string public_jwk() const;
    std::string private_pem() const;

  private:
    jwe_key(EVP_PKEY* key, std::string key_id) : key_(key), key_id_(std::move(key_id)) {}

    EVP_PKEY* key_ = nullptr;
    std::string key_id_;
};

// A JWE has five parts, a JWS three.
bool looks_like_jwe(std::string_view token);

}  // namespace tidings::gateway
