#include "codec/tokens/token.hpp"

#include "codec/messages/request.hpp"
#include "codec/tokens/base64url.hpp"
#include "codec/tokens/keyed_hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include <boost/assert.hpp>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <simdjson.h>

namespace tidings::codec {
namespace {

using core::failure;
using core::trouble;

struct algorithm_facts {
    token_algorithm algorithm;
    std::string_view name;
    const char* digest;
    std::size_t hash_size;
};

constexpr std::array algorithms = {
    algorithm_facts{token_algorithm::hs256, "HS256", "SHA256", 32},
    algorithm_facts{token_algorithm::hs512, "HS512", "SHA512", 64},
    algorithm_facts{token_algorithm::rs256, "RS256", "SHA256", 32},
    algorithm_facts{token_algorithm::rs512, "RS512", "SHA512", 64},
};

const algorithm_facts& facts_of(token_algorithm algorithm) {
    return algorithms[static_cast<std::size_t>(algorithm)];
}

// ,"iat":<20>,"exp":<20>,"jti":"<64>"}
constexpr std::size_t moments_and_jti_max = 2 * (7 + 20) + 8 + token_signer::jti_size_max + 2;

// Without this, OpenSSL asks for the passphrase at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

failure refused(std::string text) {
    return {trouble::configuration, std::move(text)};
}

// JSON's spelling of a claim: only what JSON cannot hold as it is gets escaped.
std::string json_text(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            made += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            made += c;
    }
    return made += '"';
}

core::result<void> check_claim(std::string_view what, std::string_view value) {
    if (value.empty()) return refused(fmt::format("the {} is empty", what));
    if (value.size() > token_signer::claim_size_max)
        return refused(fmt::format("the {} has {} bytes; at most {}", what, value.size(),
                                   token_signer::claim_size_max));
    if (!simdjson::validate_utf8(value.data(), value.size()))
        return refused(fmt::format("the {} is not valid UTF-8", what));
    return {};
}

core::result<openssl_handle<EVP_PKEY>> read_private_key(const secret& key) {
    const openssl_errors_cleared cleared;
    const auto pem = key.reveal();
    const openssl_handle<BIO> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    openssl_handle<EVP_PKEY> made(
        bytes ? PEM_read_bio_PrivateKey(bytes.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!made)
        return refused(
            "the private key is no PEM private key without a passphrase "
            "(\"-----BEGIN PRIVATE KEY-----\")");
    if (EVP_PKEY_is_a(made.get(), "RSA") != 1)
        return refused("the private key is no RSA key, which RS256 and RS512 need");
    const int bits = EVP_PKEY_get_bits(made.get());
    if (bits < token_signer::key_bits_min || bits > token_signer::key_bits_max)
        return refused(fmt::format("the private key has {} bits; use {} to {}", bits,
                                   token_signer::key_bits_min, token_signer::key_bits_max));
    return made;
}

}  // namespace

std::string_view name_of(token_algorithm algorithm) {
    return facts_of(algorithm).name;
}

std::optional<token_algorithm> token_algorithm_named(std::string_view name) {
    for (const auto& one : algorithms)
        if (one.name == name) return one.algorithm;
    return std::nullopt;
}

struct token_signer::state {
    const algorithm_facts* facts = nullptr;
    std::chrono::seconds life{};
    bool issued_at = true;
    std::string head;     // "<header>.", encoded
    std::string claims;   // {"sub":"...","appId":"..."
    std::string payload;  // scratch: the claims of one token
    std::size_t signature_size = 0;
    keyed_hash hash;                       // HS
    openssl_handle<EVP_PKEY> private_key;  // RS
    openssl_handle<EVP_MD_CTX> digest;     // RS
    std::string signature;                 // RS: scratch
    std::optional<jwe_wrapper> wrapper;
    std::string bare;  // scratch: the signed token that is to be wrapped

    core::result<void> take_key(const secret& key);
    std::size_t signed_size_max() const;
    void write_claims(core::wall_time issued, std::string_view jti);
    char* write_signed(char* out) noexcept;
    char* write_signature(char* out, std::string_view signed_part) noexcept;
};

core::result<void> token_signer::state::take_key(const secret& key) {
    if (key.empty())
        return refused(signs_with_private_key(facts->algorithm) ? "the private key is empty"
                                                                : "the client secret is empty");
    if (key.size() > secret::size_max)
        return refused(fmt::format("the key is longer than {} bytes", secret::size_max));
    if (!signs_with_private_key(facts->algorithm)) {
        const auto bytes = key.reveal();
        signature_size = facts->hash_size;
        if (hash.key_with(facts->digest,
                          {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}))
            return {};
        return failure{trouble::internal, fmt::format("OpenSSL offers no {}", facts->name)};
    }
    auto read = read_private_key(key);
    if (!read) return read.error();
    private_key = std::move(*read);
    digest.reset(EVP_MD_CTX_new());
    signature_size = static_cast<std::size_t>(EVP_PKEY_get_size(private_key.get()));
    signature.resize(signature_size);
    return {};
}

std::size_t token_signer::state::signed_size_max() const {
    return head.size() + base64url_size(claims.size() + moments_and_jti_max) + 1 +
           base64url_size(signature_size);
}

void token_signer::state::write_claims(core::wall_time issued, std::string_view jti) {
    payload.assign(claims);
    const auto put_number = [this](std::string_view name, std::int64_t value) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
        payload.append(name).append(digits.begin(), end);
    };
    if (life.count() > 0) {
        const auto second = std::chrono::floor<std::chrono::seconds>(issued.time_since_epoch());
        if (issued_at) put_number(",\"iat\":", second.count());
        put_number(",\"exp\":", (second + life).count());
    }
    if (!jti.empty()) payload.append(",\"jti\":\"").append(jti).append("\"");
    payload += '}';
}

char* token_signer::state::write_signed(char* out) noexcept {
    char* end = std::copy(head.begin(), head.end(), out);
    end = write_base64url(end, payload);
    char* const dot = end;
    end = write_signature(end + 1, {out, static_cast<std::size_t>(end - out)});
    *dot = '.';
    return end;
}

char* token_signer::state::write_signature(char* out, std::string_view signed_part) noexcept {
    if (!private_key) {
        const auto hashed = hash.of(signed_part);
        return hashed.empty() ? nullptr : write_base64url(out, hashed);
    }
    const openssl_errors_cleared cleared;
    auto* const bytes = reinterpret_cast<unsigned char*>(signature.data());
    std::size_t size = signature.size();
    if (EVP_DigestSignInit_ex(digest.get(), nullptr, facts->digest, nullptr, nullptr,
                              private_key.get(), nullptr) != 1 ||
        EVP_DigestSign(digest.get(), bytes, &size,
                       reinterpret_cast<const unsigned char*>(signed_part.data()),
                       signed_part.size()) != 1)
        return nullptr;
    return write_base64url(out, std::span<const unsigned char>(bytes, size));
}

core::result<token_signer> token_signer::make(const token_options& options, const secret& key) {
    if (auto good = check_claim("client id", options.client_id); !good) return good.error();
    if (auto good = check_claim("subject", options.subject); !good) return good.error();
    const auto life = std::chrono::floor<std::chrono::seconds>(options.lifetime);
    if (options.lifetime != core::duration::zero() &&
        (life < std::chrono::seconds(1) || options.lifetime > lifetime_max))
        return refused(
            "the token lifetime is out of range: use 1s to 1h, or 0s for a token "
            "without exp");

    auto made = std::make_unique<state>();
    made->facts = &facts_of(options.algorithm);
    made->life = life;
    made->issued_at = options.issued_at;
    if (auto good = made->take_key(key); !good) return good.error();

    const auto header = fmt::format(R"({{"alg":"{}","typ":"JWT"}})", made->facts->name);
    made->head.resize(base64url_size(header.size()));
    write_base64url(made->head.data(), header);
    made->head += '.';
    made->claims = fmt::format(R"({{"sub":{},"appId":{})", json_text(options.subject),
                               json_text(options.client_id));
    made->payload.reserve(made->claims.size() + moments_and_jti_max);
    if (options.wrap) {
        auto wrapper = jwe_wrapper::make(*options.wrap);
        if (!wrapper) return wrapper.error();
        made->wrapper = std::move(*wrapper);
        made->bare.resize(made->signed_size_max());
    }
    token_signer signer(std::move(made));
    if (signer.size_max() > token_size_max)
        return refused(
            fmt::format("the token could have {} bytes, more than the {} a request "
                        "carries: use a shorter key",
                        signer.size_max(), token_size_max));
    return signer;
}

token_signer::token_signer(std::unique_ptr<state> made) : state_(std::move(made)) {}
token_signer::~token_signer() = default;
token_signer::token_signer(token_signer&&) noexcept = default;
token_signer& token_signer::operator=(token_signer&&) noexcept = default;

core::duration token_signer::lifetime() const noexcept {
    return state_->life;
}

std::size_t token_signer::size_max() const noexcept {
    const auto bare = state_->signed_size_max();
    return state_->wrapper ? state_->wrapper->size_max(bare) : bare;
}

char* token_signer::sign(char* out, core::wall_time issued, std::string_view jti) noexcept {
    BOOST_ASSERT(jti.size() <= jti_size_max);
    BOOST_ASSERT(jti.empty() || state_->life.count() > 0);
    state_->write_claims(issued, jti);
    if (!state_->wrapper) return state_->write_signed(out);
    char* const bare = state_->bare.data();
    const char* const end = state_->write_signed(bare);
    if (end == nullptr) return nullptr;
    return state_->wrapper->wrap(out, {bare, static_cast<std::size_t>(end - bare)});
}

}  // namespace tidings::codec
