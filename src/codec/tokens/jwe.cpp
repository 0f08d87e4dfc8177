#include "codec/tokens/jwe.hpp"

#include "codec/tokens/base64url.hpp"
#include "codec/tokens/keyed_hash.hpp"
#include "codec/tokens/secret.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <simdjson.h>

namespace tidings::codec {
namespace {

namespace dom = simdjson::dom;
using bytes_view = std::span<const unsigned char>;
using core::failure;
using core::trouble;

struct cipher_facts {
    std::string_view name;
    const char* openssl_name;
    std::size_t key_size;  // of the content key; CBC's first half is for the hash
    std::size_t iv_size;
    bool authenticates;  // GCM does, CBC needs the hash
};

constexpr std::array ciphers = {
    cipher_facts{"A128CBC-HS256", "AES-128-CBC", 32, 16, false},
    cipher_facts{"A128GCM", "AES-128-GCM", 16, 12, true},
    cipher_facts{"A256GCM", "AES-256-GCM", 32, 12, true},
};
constexpr std::size_t tag_size = 16;
constexpr std::size_t block_size = 16;
constexpr std::size_t key_text_max = 64 * 1024;
constexpr std::size_t kid_size_max = 256;

const cipher_facts& facts_of(jwe_cipher cipher) {
    return ciphers[static_cast<std::size_t>(cipher)];
}

failure refused(std::string text) {
    return {trouble::configuration, "the JWE key " + std::move(text)};
}

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

openssl_handle<BIGNUM> number_in(const dom::object& key, std::string_view name) {
    std::string_view text;
    if (key[name].get(text) != simdjson::SUCCESS) return {};
    const auto bytes = read_base64url(text);
    if (!bytes || bytes->empty() || bytes->size() > jwe_wrapper::key_bits_max / 8 + 1) return {};
    return openssl_handle<BIGNUM>(BN_bin2bn(raw(*bytes), static_cast<int>(bytes->size()), nullptr));
}

openssl_handle<EVP_PKEY> public_key(const BIGNUM* n, const BIGNUM* e) {
    const openssl_handle<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
    if (!build || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e) != 1)
        return {};
    const openssl_handle<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(build.get()));
    const openssl_handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return {};
    return openssl_handle<EVP_PKEY>(made);
}

struct platform_key {
    std::string kid;  // as JSON text, quotes included
    openssl_handle<EVP_PKEY> rsa;
};

core::result<platform_key> read_jwk(const std::string& text) {
    const openssl_errors_cleared cleared;
    if (text.size() > key_text_max)
        return refused(fmt::format("is longer than {} bytes", key_text_max));
    dom::parser parser;
    dom::object key;
    if (parser.parse(text).get(key) != simdjson::SUCCESS)
        return refused("is no JSON object; it must be one JWK");
    if (dom::array several; key["keys"].get(several) == simdjson::SUCCESS) {
        if (several.size() != 1 || several.at(0).get(key) != simdjson::SUCCESS)
            return refused(fmt::format("is a set of {} keys; keep the one to use", several.size()));
    }
    std::string_view kty;
    if (key["kty"].get(kty) != simdjson::SUCCESS || kty != "RSA")
        return refused("has no \"kty\": \"RSA\"");
    std::string_view kid;
    if (key["kid"].get(kid) != simdjson::SUCCESS || kid.empty() || kid.size() > kid_size_max)
        return refused(fmt::format("has no \"kid\" of 1 to {} bytes", kid_size_max));
    const auto n = number_in(key, "n");
    const auto e = number_in(key, "e");
    if (!n || !e) return refused("has no \"n\" and \"e\" in base64url");
    const int bits = BN_num_bits(n.get());
    if (bits < jwe_wrapper::key_bits_min || bits > jwe_wrapper::key_bits_max)
        return refused(fmt::format("has {} bits; use {} to {}", bits, jwe_wrapper::key_bits_min,
                                   jwe_wrapper::key_bits_max));
    platform_key made{.kid = simdjson::to_string(key["kid"].value()),
                      .rsa = public_key(n.get(), e.get())};
    if (!made.rsa) return refused("is no RSA key that OpenSSL can use");
    return made;
}

}  // namespace

std::string_view name_of(jwe_wrap wrap) {
    return wrap == jwe_wrap::rsa_oaep ? "RSA-OAEP" : "RSA1_5";
}
std::string_view name_of(jwe_cipher cipher) {
    return facts_of(cipher).name;
}

struct jwe_wrapper::state {
    const cipher_facts* facts = nullptr;
    jwe_wrap wrap = jwe_wrap::rsa_oaep;
    std::string head;  // the encoded header: the additional data of the encryption too
    openssl_handle<EVP_PKEY> key;
    openssl_handle<EVP_CIPHER> cipher;
    std::array<unsigned char, 32> content_key{};
    std::array<unsigned char, 16> iv{};
    std::array<unsigned char, tag_size> tag{};
    std::string wrapped_key;
    std::string content;

    ~state() { wipe_bytes(content_key.data(), content_key.size()); }

    bool wrap_key();
    bool encrypt(std::string_view token);
    bool hash_content();
};

// The content key, encrypted to the platform.
bool jwe_wrapper::state::wrap_key() {
    const openssl_handle<EVP_PKEY_CTX> context(
        EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    const int padding = wrap == jwe_wrap::rsa_oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING;
    std::size_t size = wrapped_key.size();
    return context && EVP_PKEY_encrypt_init(context.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1 &&
           EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(wrapped_key.data()),
                            &size, content_key.data(), facts->key_size) == 1 &&
           size == wrapped_key.size();
}

bool jwe_wrapper::state::encrypt(std::string_view token) {
    const openssl_handle<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    // RFC 7518 section 5.2.2.1: the hash takes the first half of the key, the cipher the second.
    const unsigned char* const aes_key = content_key.data() + (facts->authenticates ? 0 : 16);
    content.resize(token.size() + block_size);
    auto* const out = reinterpret_cast<unsigned char*>(content.data());
    int size = 0;
    int more = 0;
    if (!context ||
        EVP_EncryptInit_ex2(context.get(), cipher.get(), aes_key, iv.data(), nullptr) != 1)
        return false;
    if (facts->authenticates && EVP_EncryptUpdate(context.get(), nullptr, &size, raw(head),
                                                  static_cast<int>(head.size())) != 1)
        return false;
    if (EVP_EncryptUpdate(context.get(), out, &size, raw(token), static_cast<int>(token.size())) !=
            1 ||
        EVP_EncryptFinal_ex(context.get(), out + size, &more) != 1)
        return false;
    content.resize(static_cast<std::size_t>(size + more));
    if (!facts->authenticates) return hash_content();
    return EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()) == 1;
}

// RFC 7518 section 5.2.2.1: HMAC over header, IV, content and the header's length in bits; the
// first half of it is the tag.
bool jwe_wrapper::state::hash_content() {
    keyed_hash hash;
    if (!hash.key_with("SHA256", bytes_view(content_key).first(16))) return false;
    std::string facts_hashed = head;
    facts_hashed.append(reinterpret_cast<const char*>(iv.data()), iv.size());
    facts_hashed += content;
    const std::uint64_t bits = std::uint64_t{head.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        facts_hashed += static_cast<char>(bits >> shift & 0xFF);
    const auto whole = hash.of(facts_hashed);
    if (whole.size() < tag_size) return false;
    std::copy_n(whole.begin(), tag_size, tag.begin());
    return true;
}

core::result<jwe_wrapper> jwe_wrapper::make(const jwe_options& options) {
    auto key = read_jwk(options.key);
    if (!key) return key.error();
    const openssl_errors_cleared cleared;
    auto made = std::make_unique<state>();
    made->facts = &facts_of(options.cipher);
    made->wrap = options.wrap;
    made->key = std::move(key->rsa);
    made->cipher.reset(EVP_CIPHER_fetch(nullptr, made->facts->openssl_name, nullptr));
    if (!made->cipher)
        return failure{trouble::internal,
                       fmt::format("OpenSSL offers no {}", made->facts->openssl_name)};
    made->wrapped_key.resize(static_cast<std::size_t>(EVP_PKEY_get_size(made->key.get())));
    // Numbers can look like a key and be none, an even modulus for one.
    if (!made->wrap_key()) return refused("is no RSA key that can encrypt");
    const auto header = fmt::format(R"({{"alg":"{}","enc":"{}","kid":{},"typ":"JWT"}})",
                                    name_of(options.wrap), made->facts->name, key->kid);
    made->head.resize(base64url_size(header.size()));
    write_base64url(made->head.data(), header);
    return jwe_wrapper(std::move(made));
}

jwe_wrapper::jwe_wrapper(std::unique_ptr<state> made) : state_(std::move(made)) {}
jwe_wrapper::~jwe_wrapper() = default;
jwe_wrapper::jwe_wrapper(jwe_wrapper&&) noexcept = default;
jwe_wrapper& jwe_wrapper::operator=(jwe_wrapper&&) noexcept = default;

std::size_t jwe_wrapper::size_max(std::size_t token_size) const noexcept {
    return state_->head.size() + base64url_size(state_->wrapped_key.size()) +
           base64url_size(state_->facts->iv_size) + base64url_size(token_size + block_size) +
           base64url_size(tag_size) + 4;
}

char* jwe_wrapper::wrap(char* out, std::string_view token) noexcept {
    const openssl_errors_cleared cleared;
    const auto& facts = *state_->facts;
    if (RAND_bytes(state_->content_key.data(), static_cast<int>(facts.key_size)) != 1 ||
        RAND_bytes(state_->iv.data(), static_cast<int>(facts.iv_size)) != 1 ||
        !state_->wrap_key() || !state_->encrypt(token))
        return nullptr;
    wipe_bytes(state_->content_key.data(), state_->content_key.size());
    out = std::copy(state_->head.begin(), state_->head.end(), out);
    *out++ = '.';
    out = write_base64url(out, state_->wrapped_key);
    *out++ = '.';
    out = write_base64url(out, bytes_view(state_->iv).first(facts.iv_size));
    *out++ = '.';
    out = write_base64url(out, state_->content);
    *out++ = '.';
    return write_base64url(out, bytes_view(state_->tag));
}

}  // namespace tidings::codec
