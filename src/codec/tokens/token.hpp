// Signs the token of the `auth` header (contract.md section 2). It keeps no token and decides no
// moment: codec/tokens/token_cache does. Ids come from codec/tokens/jti, encryption is
// codec/tokens/jwe's.
#pragma once

#include "codec/tokens/jwe.hpp"
#include "codec/tokens/secret.hpp"
#include "core/failure.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::codec {

enum class token_algorithm : std::uint8_t { hs256, hs512, rs256, rs512 };

// "HS256" ...
std::string_view name_of(token_algorithm algorithm);
std::optional<token_algorithm> token_algorithm_named(std::string_view name);
constexpr bool signs_with_private_key(token_algorithm algorithm) {
    return algorithm == token_algorithm::rs256 || algorithm == token_algorithm::rs512;
}

struct token_options {
    std::string client_id;               // claim appId: "cs-..."
    std::string subject = "1234567890";  // claim sub, as on the vendor's page
    token_algorithm algorithm = token_algorithm::hs256;
    // From iat to exp, in whole seconds. 0: neither claim, as in the page's sample; such a token
    // never expires and cannot carry a jti.
    core::duration lifetime = std::chrono::minutes(30);
    bool issued_at = true;              // say iat; without it exp alone tells the life
    std::optional<jwe_options> wrap{};  // encrypt the signed token
};

class token_signer {
  public:
    // The platform's rule for tokens with a jti; longer lives are refused for all.
    static constexpr core::duration lifetime_max = std::chrono::hours(1);
    static constexpr std::size_t claim_size_max = 256;  // of client id and subject, in bytes
    static constexpr std::size_t jti_size_max = 64;
    static constexpr int key_bits_min = 2048;
    static constexpr int key_bits_max = 8192;

    // `key`: the client secret as the raw string (it looks like base64 and is not decoded), or an
    // RSA private key in PEM without a passphrase. Failures (trouble::configuration): empty or
    // overlong client id, subject or key, invalid UTF-8, a lifetime out of 1 s .. lifetime_max that
    // is not 0, a key that is no RSA private key or out of range; a failure never quotes the key.
    static core::result<token_signer> make(const token_options& options, const secret& key);

    ~token_signer();
    token_signer(token_signer&&) noexcept;
    token_signer& operator=(token_signer&&) noexcept;

    core::duration lifetime() const noexcept;
    // Room that sign() needs; at most token_size_max of codec/messages/request.hpp.
    std::size_t size_max() const noexcept;

    // The token at `out`; returns the end, or nullptr when OpenSSL fails. Claims: sub, appId, then
    // iat and exp, then jti if one is given. Unwrapped, the same moment and jti give the same
    // bytes, in this process or in the next; the moment counts in whole seconds, rounded down.
    // Pre: jti is at most jti_size_max printable ASCII characters but " and \, and none when the
    // lifetime is 0. HS: no allocation.
    char* sign(char* out, core::wall_time issued, std::string_view jti = {}) noexcept;

  private:
    struct state;
    explicit token_signer(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace tidings::codec
