#include "gateway/rules/jwe_key.hpp"

#include "gateway/rules/base64url.hpp"
#include "gateway/rules/replies.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <simdjson.h>

namespace tidings::gateway {

namespace {

constexpr int rsa_bits_min = 2048;

struct deleter {
    void operator()(BIO* one) const { BIO_free(one); }
    void operator()(BIGNUM* one) const { BN_free(one); }
    void operator()(EVP_PKEY_CTX* one) const { EVP_PKEY_CTX_free(one); }
    void operator()(EVP_CIPHER_CTX* one) const { EVP_CIPHER_CTX_free(one); }
};
template <class T>
using owned = std::unique_ptr<T, deleter>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// What the protected header may ask for.
struct content_cipher {
    std::string_view name;
    const EVP_CIPHER* (*cipher)();
    std::size_t key_size;  // of the content key, MAC key included
    bool cbc_with_hmac;
};

constexpr std::array<content_cipher, 3> content_ciphers = {{
    {"A128CBC-HS256", EVP_aes_128_cbc, 32, true},
    {"A128GCM", EVP_aes_128_gcm, 16, false},
    {"A256GCM", EVP_aes_256_gcm, 32, false},
}};

struct jwe_header {
    int padding = 0;
    const content_cipher* cipher = nullptr;
};

std::optional<jwe_header> read_header(std::string_view part, std::string_view key_id) {
    std::string text;
    if (!decode_base64url(part, text)) return std::nullopt;
    simdjson::dom::parser parser;
    simdjson::dom::object fields;
    if (parser.parse(text).get(fields) != simdjson::SUCCESS) return std::nullopt;
    jwe_header made;
    std::string_view algorithm;
    std::string_view content;
    if (fields["alg"].get(algorithm) != simdjson::SUCCESS) return std::nullopt;
    if (fields["enc"].get(content) != simdjson::SUCCESS) return std::nullopt;
    simdjson::dom::element other;
    if (fields["zip"].get(other) == simdjson::SUCCESS) return std::nullopt;
    if (fields["crit"].get(other) == simdjson::SUCCESS) return std::nullopt;
    std::string_view kid;
    if (fields["kid"].get(kid) == simdjson::SUCCESS && !key_id.empty() && kid != key_id)
        return std::nullopt;
    if (algorithm == "RSA-OAEP")
        made.padding = RSA_PKCS1_OAEP_PADDING;
    else if (algorithm == "RSA1_5")
        made.padding = RSA_PKCS1_PADDING;
    else
        return std::nullopt;
    for (const auto& one : content_ciphers)
        if (one.name == content) made.cipher = &one;
    if (made.cipher == nullptr) return std::nullopt;
    return made;
}

std::optional<std::string> unwrap_key(EVP_PKEY* key, int padding, std::string_view wrapped) {
    const owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_decrypt_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) <= 0)
        return std::nullopt;
    std::size_t size = 0;
    if (EVP_PKEY_decrypt(context.get(), nullptr, &size, bytes_of(wrapped), wrapped.size()) <= 0)
        return std::nullopt;
    std::string out(size, '\0');
    if (EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                         bytes_of(wrapped), wrapped.size()) <= 0)
        return std::nullopt;
    out.resize(size);
    return out;
}

// RFC 7518 section 5.2: the tag is the first half of an HMAC over AAD, IV, text and the AAD's size.
bool mac_is_right(std::string_view mac_key, std::string_view aad, std::string_view iv,
                  std::string_view sealed, std::string_view tag) {
    std::string covered(aad);
    covered += iv;
    covered += sealed;
    const auto bits = static_cast<std::uint64_t>(aad.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        covered += static_cast<char>((bits >> shift) & 0xFF);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, mac_key.data(), mac_key.size(),
                  bytes_of(covered), covered.size(), mac.data(), mac.size(), &size) == nullptr)
        return false;
    return tag.size() == 16 && CRYPTO_memcmp(mac.data(), tag.data(), tag.size()) == 0;
}

struct sealed_content {
    std::string_view aad;
    std::string iv;
    std::string text;
    std::string tag;
};

bool decipher(const content_cipher& how, std::string_view key, sealed_content& content,
              std::string& plain) {
    const owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    const std::size_t iv_size = how.cbc_with_hmac ? 16 : 12;
    if (!context || content.iv.size() != iv_size || content.tag.size() != 16) return false;
    if (how.cbc_with_hmac) {
        const auto half = key.size() / 2;
        if (!mac_is_right(key.substr(0, half), content.aad, content.iv, content.text, content.tag))
            return false;
        key.remove_prefix(half);
    }
    if (EVP_DecryptInit_ex(context.get(), how.cipher(), nullptr, bytes_of(key),
                           bytes_of(content.iv)) != 1)
        return false;
    int made = 0;
    if (!how.cbc_with_hmac) {
        if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, 16, content.tag.data()) != 1)
            return false;
        if (EVP_DecryptUpdate(context.get(), nullptr, &made, bytes_of(content.aad),
                              static_cast<int>(content.aad.size())) != 1)
            return false;
    }
    plain.resize(content.text.size() + 16);
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    if (EVP_DecryptUpdate(context.get(), out, &made, bytes_of(content.text),
                          static_cast<int>(content.text.size())) != 1)
        return false;
    int last = 0;
    if (EVP_DecryptFinal_ex(context.get(), out + made, &last) != 1) return false;
    plain.resize(static_cast<std::size_t>(made + last));
    return true;
}

std::string big_number(EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
    const owned<BIGNUM> number(raw);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
    BN_bn2bin(raw, reinterpret_cast<unsigned char*>(bytes.data()));
    return encode_base64url(bytes);
}

}  // namespace

bool looks_like_jwe(std::string_view token) {
    return std::count(token.begin(), token.end(), '.') == 4;
}

core::result<jwe_key> jwe_key::from_pem(std::string_view pem, std::string key_id) {
    const owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* key = bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr;
    jwe_key made(key, std::move(key_id));
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key) < rsa_bits_min)
        return core::failure{core::trouble::configuration,
                             "the JWE key is not a PEM private RSA key of at least 2048 bits"};
    return made;
}

core::result<jwe_key> jwe_key::make(std::string key_id) {
    EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(rsa_bits_min));
    if (key == nullptr)
        return core::failure{core::trouble::internal, "OpenSSL could not make an RSA key"};
    return jwe_key(key, std::move(key_id));
}

jwe_key::~jwe_key() {
    EVP_PKEY_free(key_);
}

jwe_key::jwe_key(jwe_key&& other) noexcept
    : key_(std::exchange(other.key_, nullptr)), key_id_(std::move(other.key_id_)) {}

jwe_key& jwe_key::operator=(jwe_key&& other) noexcept {
    std::swap(key_, other.key_);
    std::swap(key_id_, other.key_id_);
    return *this;
}

bool jwe_key::open(std::string_view token, std::string& plain) const {
    std::array<std::string_view, 5> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto end = i + 1 < parts.size() ? token.find('.', start) : token.size();
        if (end == std::string_view::npos) return false;
        parts[i] = token.substr(start, end - start);
        start = end + 1;
    }
    const auto header = read_header(parts[0], key_id_);
    if (!header) return false;
    sealed_content content;
    content.aad = parts[0];
    std::string wrapped;
    if (!decode_base64url(parts[1], wrapped) || !decode_base64url(parts[2], content.iv) ||
        !decode_base64url(parts[3], content.text) || !decode_base64url(parts[4], content.tag))
        return false;
    const auto key = unwrap_key(key_, header->padding, wrapped);
    if (!key || key->size() != header->cipher->key_size) return false;
    return decipher(*header->cipher, *key, content, plain);
}

std::string jwe_key::public_jwk() const {
    std::string out = R"({"kty":"RSA","use":"enc")";
    if (!key_id_.empty()) out += R"(,"kid":)" + json_quoted(key_id_);
    out += R"(,"n":")" + big_number(key_, OSSL_PKEY_PARAM_RSA_N);
    out += R"(","e":")" + big_number(key_, OSSL_PKEY_PARAM_RSA_E) + R"("})";
    return out;
}

std::string jwe_key::private_pem() const {
    const owned<BIO> bio(BIO_new(BIO_s_mem()));
    if (!bio ||
        PEM_write_bio_PrivateKey(bio.get(), key_, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace tidings::gateway
