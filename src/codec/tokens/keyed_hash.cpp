#include "codec/tokens/keyed_hash.hpp"

#include <string>

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace tidings::codec {

bool keyed_hash::key_with(const char* digest, std::span<const unsigned char> key) {
    const openssl_errors_cleared cleared;
    const openssl_handle<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    if (!mac) return false;
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    std::string name = digest;
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()};
    return context_ && EVP_MAC_init(context_.get(), key.data(), key.size(), params) == 1;
}

std::span<const unsigned char> keyed_hash::of(std::string_view text) noexcept {
    std::size_t size = 0;
    if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) != 1 ||
        EVP_MAC_final(context_.get(), hash_.data(), &size, hash_.size()) != 1) {
        ERR_clear_error();
        return {};
    }
    return {hash_.data(), size};
}

}  // namespace tidings::codec
