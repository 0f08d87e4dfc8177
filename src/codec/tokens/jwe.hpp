// Wraps a signed token for a platform that enforces encryption (RFC 7516 compact form over a signed
// JWT; contract.md section 2). It signs nothing: codec/tokens/token does, and wraps if it was told
// to.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tidings::codec {

enum class jwe_wrap : std::uint8_t { rsa_oaep, rsa1_5 };
enum class jwe_cipher : std::uint8_t { a128cbc_hs256, a128gcm, a256gcm };

// The names in the header: "RSA-OAEP", "A128CBC-HS256" ...
std::string_view name_of(jwe_wrap wrap);
std::string_view name_of(jwe_cipher cipher);

struct jwe_options {
    std::string key;  // the platform's key: a JWK of kty RSA with kid, n and e, as JSON text
    jwe_wrap wrap = jwe_wrap::rsa_oaep;
    jwe_cipher cipher = jwe_cipher::a128cbc_hs256;
};

class jwe_wrapper {
  public:
    // Bits of the modulus; what is shorter is no protection, what is longer no key of this century.
    static constexpr int key_bits_min = 2048;
    static constexpr int key_bits_max = 8192;

    // Failures (trouble::configuration): not JSON, not one RSA key with kid, n and e, or a key out
    // of range.
    static core::result<jwe_wrapper> make(const jwe_options& options);

    ~jwe_wrapper();
    jwe_wrapper(jwe_wrapper&&) noexcept;
    jwe_wrapper& operator=(jwe_wrapper&&) noexcept;

    // Room that wrap() needs for a token of that many bytes.
    std::size_t size_max(std::size_t token_size) const noexcept;

    // The wrapped token at `out`; returns the end, or nullptr when OpenSSL fails (no memory, no
    // randomness). Every call makes a key of its own, so no two results are the same.
    // Header: alg, enc, kid, typ "JWT"; no cty, since the documents show none.
    char* wrap(char* out, std::string_view token) noexcept;

  private:
    struct state;
    explicit jwe_wrapper(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace tidings::codec
