#include "codec/tokens/content_digest.hpp"

#include <array>
#include <new>

#include <openssl/evp.h>

namespace tidings::codec {

struct content_digest::context {
    EVP_MD_CTX* raw = EVP_MD_CTX_new();
    ~context() { EVP_MD_CTX_free(raw); }
    context() = default;
    context(const context&) = delete;
    context& operator=(const context&) = delete;
};

content_digest::content_digest() : context_(std::make_unique<context>()) {
    if (context_->raw == nullptr || EVP_DigestInit_ex(context_->raw, EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
}
content_digest::~content_digest() = default;
content_digest::content_digest(content_digest&&) noexcept = default;
content_digest& content_digest::operator=(content_digest&&) noexcept = default;

void content_digest::add(std::string_view bytes) {
    EVP_DigestUpdate(context_->raw, bytes.data(), bytes.size());
}

std::string content_digest::take() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    EVP_DigestFinal_ex(context_->raw, digest.data(), &size);
    EVP_DigestInit_ex(context_->raw, EVP_sha256(), nullptr);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text.push_back(hex[digest[i] >> 4]);
        text.push_back(hex[digest[i] & 15]);
    }
    return text;
}

}  // namespace tidings::codec
