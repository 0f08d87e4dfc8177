#include "net/key_pins.hpp"

#include <algorithm>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace tidings::net {

namespace {

constexpr std::string_view scheme = "sha256//";
constexpr std::size_t digest_spelled = 44;  // 32 bytes in base64

bool is_pin(std::string_view text) {
    if (!text.starts_with(scheme) || text.size() != scheme.size() + digest_spelled) return false;
    const std::string digest(text.substr(scheme.size()));
    std::array<unsigned char, digest_spelled> bytes{};
    return digest.ends_with('=') && !digest.ends_with("==") &&
           EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(digest.data()),
                           static_cast<int>(digest.size())) == SHA256_DIGEST_LENGTH + 1;
}

}  // namespace

core::result<key_pins> key_pins::make(std::string_view text) {
    key_pins made;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        const auto pin = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!is_pin(pin) || made.spelled_.size() == pins_max)
            return core::failure{
                core::trouble::configuration,
                "pinned_key cannot be read; wanted is \"sha256//\" and the base64 of a digest, "
                "several with ; between them, at most 16"};
        made.spelled_.emplace_back(pin);
    }
    return made;
}

bool key_pins::hold(X509* certificate) const {
    return spelled_.empty() ||
           std::find(spelled_.begin(), spelled_.end(), spelled(certificate)) != spelled_.end();
}

std::string key_pins::spelled(X509* certificate) {
    unsigned char* key = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    if (size <= 0) return {};
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(key, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(key);
    std::array<unsigned char, digest_spelled + 1> text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return std::string(scheme) + reinterpret_cast<const char*>(text.data());
}

}  // namespace tidings::net
