// Any bytes as the `auth` header. Whatever is called verified must have the right HMAC, worked out
// here once more; and a token means the same the second time, from the cache.
#include "gateway/rules/base64url.hpp"
#include "gateway/rules/jwe_key.hpp"
#include "gateway/rules/token_desk.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace {

using namespace tidings::gateway;

constexpr std::string_view secret = "tidings-rehearsal-secret";

token_desk make_desk() {
    auto apps = sample_service().apps;
    apps[0].jwe = jwe_rule::optional;
    apps[0].jwe_private_key_pem = jwe_key::make("k").value().private_pem();
    return token_desk::make(apps).value();
}

void must(bool holds) {
    if (!holds) std::abort();
}

bool hmac_is_right(std::string_view token) {
    const auto last = token.rfind('.');
    std::string signature;
    if (last == std::string_view::npos || !decode_base64url(token.substr(last + 1), signature))
        return false;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(token.data()), last, mac, &size);
    return signature == std::string_view(reinterpret_cast<const char*>(mac), size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static token_desk desk = make_desk();
    static const std::string page_token = sample_service().apps[0].accept_tokens[0];
    const std::string_view token(reinterpret_cast<const char*>(data), size);
    const auto first = desk.read(token);
    const auto again = desk.read(token);
    must(first.state == again.state && first.id == again.id && first.jti == again.jti);
    if (first.state == token_state::verified && !first.encrypted)
        must(token == page_token || hmac_is_right(token));
    if (first.state == token_state::verified) must(first.app == 0);
    return 0;
}
