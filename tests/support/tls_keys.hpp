// The keys of one direction of a TLS 1.3 connection (RFC 8446, sections 5 and 7), written a second
// time from the RFC: a peer made of src/wire/record_layer itself would forgive it whatever it gets
// wrong at both ends. It seals anything, also what nobody may send.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace tidings::tests {

class tls_keys {
  public:
    enum class suite : std::uint8_t { aes_128_gcm_sha256, aes_256_gcm_sha384 };

    tls_keys(suite which, std::string secret, std::uint64_t first_number = 0)
        : suite_(which), secret_(std::move(secret)), number_(first_number) {
        derive();
    }

    // A record around `inner`: content, type and padding as the caller likes.
    std::string seal(std::string_view inner) {
        std::string record = {23, 3, 3};
        record += static_cast<char>((inner.size() + tag_size) >> 8);
        record += static_cast<char>(inner.size() + tag_size);
        std::string sealed(inner);
        crypt(true, record, sealed);
        char tag[tag_size];
        EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag);
        return record + sealed + std::string(tag, tag_size);
    }

    // Content, type and padding; nullopt: not the next record under these keys.
    std::optional<std::string> open(std::string_view record) {
        if (record.size() < header_size + tag_size) return std::nullopt;
        const auto sealed = record.substr(header_size, record.size() - header_size - tag_size);
        std::string tag(record.substr(record.size() - tag_size));
        std::string inner(sealed);
        if (!crypt(false, record.substr(0, header_size), inner, tag.data())) return std::nullopt;
        return inner;
    }

    void renew() {
        secret_ = expand("traffic upd", secret_.size());
        number_ = 0;
        ++generation_;
        derive();
    }
    void skip(std::uint64_t numbers) { number_ += numbers; }

    unsigned generation() const { return generation_; }
    std::uint64_t number() const { return number_; }  // of the next record

  private:
    static constexpr std::size_t header_size = 5;
    static constexpr std::size_t tag_size = 16;
    static constexpr std::size_t iv_size = 12;

    struct context_deleter {
        void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
    };

    static unsigned char* octets(char* text) { return reinterpret_cast<unsigned char*>(text); }
    static const unsigned char* octets(const char* text) {
        return reinterpret_cast<const unsigned char*>(text);
    }

    bool small() const { return suite_ == suite::aes_128_gcm_sha256; }

    // HKDF-Expand-Label: what is wanted here never takes more than one round of HKDF-Expand.
    std::string expand(std::string_view label, std::size_t size) const {
        std::string info = {0, static_cast<char>(size), static_cast<char>(6 + label.size())};
        info += "tls13 ";
        info += label;
        info += std::string_view("\0\x01", 2);  // no context; the first round
        unsigned char made[EVP_MAX_MD_SIZE];
        unsigned made_size = 0;
        HMAC(small() ? EVP_sha256() : EVP_sha384(), secret_.data(),
             static_cast<int>(secret_.size()), octets(info.data()), info.size(), made, &made_size);
        if (made_size < size) std::abort();
        return {reinterpret_cast<const char*>(made), size};
    }

    void derive() {
        const auto key = expand("key", small() ? 16 : 32);
        iv_ = expand("iv", iv_size);
        context_.reset(EVP_CIPHER_CTX_new());
        if (EVP_CipherInit_ex(context_.get(), small() ? EVP_aes_128_gcm() : EVP_aes_256_gcm(),
                              nullptr, octets(key.data()), octets(iv_.data()), 1) != 1)
            std::abort();
    }

    bool crypt(bool sealing, std::string_view header, std::string& text, char* tag = nullptr) {
        std::string nonce = iv_;
        for (std::size_t i = 0; i < 8; ++i)
            nonce[4 + i] ^= static_cast<char>(number_ >> (56 - 8 * i));
        ++number_;
        EVP_CIPHER_CTX* const context = context_.get();
        EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, octets(nonce.data()),
                          sealing ? 1 : 0);
        int size = 0;
        EVP_CipherUpdate(context, nullptr, &size, octets(header.data()),
                         static_cast<int>(header.size()));
        EVP_CipherUpdate(context, octets(text.data()), &size, octets(text.data()),
                         static_cast<int>(text.size()));
        if (!sealing) EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, tag);
        unsigned char rest[16];
        return EVP_CipherFinal_ex(context, rest, &size) == 1;
    }

    suite suite_;
    std::string secret_;
    std::string iv_;
    std::unique_ptr<EVP_CIPHER_CTX, context_deleter> context_;
    std::uint64_t number_;
    unsigned generation_ = 0;
};

}  // namespace tidings::tests
