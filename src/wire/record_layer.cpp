#include "wire/record_layer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string_view>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>

namespace tidings::wire {

namespace {

// Handshake messages that may come after a handshake (section 4.6).
constexpr unsigned char new_session_ticket = 4;
constexpr unsigned char key_update = 24;
constexpr std::size_t message_header_size = 4;

constexpr std::array<record_suite, 2> suites = {{
    {TLS1_3_CK_AES_128_GCM_SHA256, "AES-128-GCM", "SHA256", 16, 32},
    {TLS1_3_CK_AES_256_GCM_SHA384, "AES-256-GCM", "SHA384", 32, 48},
}};

struct kdf_deleter {
    void operator()(EVP_KDF* p) const noexcept { EVP_KDF_free(p); }
    void operator()(EVP_KDF_CTX* p) const noexcept { EVP_KDF_CTX_free(p); }
    void operator()(EVP_CIPHER* p) const noexcept { EVP_CIPHER_free(p); }
};

OSSL_PARAM octets(const char* key, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(key, const_cast<char*>(bytes.data()), bytes.size());
}

// HKDF-Expand-Label with an empty context (section 7.1).
bool expand_label(const record_suite& suite, const traffic_secret& secret, std::string_view label,
                  std::span<unsigned char> into) {
    const std::unique_ptr<EVP_KDF, kdf_deleter> kdf(
        EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_3_KDF, nullptr));
    const std::unique_ptr<EVP_KDF_CTX, kdf_deleter> context(EVP_KDF_CTX_new(kdf.get()));
    if (!context) return false;
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const auto key = secret.bytes();
    const OSSL_PARAM how[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(suite.digest), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                          const_cast<unsigned char*>(key.data()), key.size()),
        octets(OSSL_KDF_PARAM_PREFIX, "tls13 "),
        octets(OSSL_KDF_PARAM_LABEL, label),
        OSSL_PARAM_construct_end(),
    };
    return EVP_KDF_derive(context.get(), into.data(), into.size(), how) == 1;
}

unsigned char* bytes_of(char* text) noexcept {
    return reinterpret_cast<unsigned char*>(text);
}

}  // namespace

const record_suite* find_record_suite(std::uint32_t id) noexcept {
    const auto found = std::find_if(suites.begin(), suites.end(),
                                    [id](const record_suite& one) { return one.id == id; });
    return found != suites.end() ? &*found : nullptr;
}

traffic_secret::traffic_secret(std::span<const unsigned char> bytes) noexcept
    : size_(std::min(bytes.size(), bytes_.size())) {
    std::copy_n(bytes.begin(), size_, bytes_.begin());
}

traffic_secret::~traffic_secret() {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

std::optional<record_protection> record_protection::make(use which, const record_suite& suite,
                                                         const traffic_secret& secret,
                                                         std::uint64_t sequence) {
    record_protection made(which, suite);
    if (secret.size() != suite.secret_size || !made.load(secret)) return std::nullopt;
    made.sequence_ = sequence;
    return made;
}

bool record_protection::load(const traffic_secret& secret) {
    std::array<unsigned char, EVP_MAX_KEY_LENGTH> key{};
    iv fresh_iv{};
    const std::unique_ptr<EVP_CIPHER, kdf_deleter> cipher(
        EVP_CIPHER_fetch(nullptr, suite_->cipher, nullptr));
    std::unique_ptr<EVP_CIPHER_CTX, context_deleter> fresh(EVP_CIPHER_CTX_new());
    const bool loaded = cipher && fresh &&
                        expand_label(*suite_, secret, "key", {key.data(), suite_->key_size}) &&
                        expand_label(*suite_, secret, "iv", fresh_iv) &&
                        EVP_CipherInit_ex2(fresh.get(), cipher.get(), key.data(), fresh_iv.data(),
                                           which_ == use::sealing ? 1 : 0, nullptr) == 1;
    OPENSSL_cleanse(key.data(), key.size());
    if (!loaded) return false;
    context_ = std::move(fresh);
    iv_ = fresh_iv;
    secret_ = secret;
    sequence_ = 0;
    return true;
}

bool record_protection::renew() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> next{};
    const std::span<unsigned char> bytes(next.data(), suite_->secret_size);
    const bool renewed =
        expand_label(*suite_, secret_, "traffic upd", bytes) && load(traffic_secret(bytes));
    OPENSSL_cleanse(next.data(), next.size());
    return renewed;
}

// Section 5.3: no two records of a key have the same.
record_protection::iv record_protection::nonce() const noexcept {
    iv made = iv_;
    for (std::size_t i = 0; i < sizeof sequence_; ++i)
        made[iv_size - 1 - i] ^= static_cast<unsigned char>(sequence_ >> (8 * i));
    return made;
}

std::size_t record_protection::seal(record_type type, std::span<const char> content,
                                    char* into) noexcept {
    assert(which_ == use::sealing && content.size() <= record_content_max);
    const std::size_t inner = content.size() + 1;
    const std::size_t outer = inner + record_tag_size;
    into[0] = static_cast<char>(record_type::application_data);
    into[1] = into[2] = 3;  // "legacy": always TLS 1.2's
    into[3] = static_cast<char>(outer >> 8);
    into[4] = static_cast<char>(outer);
    char* const body = into + record_header_size;
    if (!content.empty()) std::memcpy(body, content.data(), content.size());
    body[content.size()] = static_cast<char>(type);

    const iv now = nonce();
    // Whatever happens: a nonce is never used again.
    ++sequence_;
    EVP_CIPHER_CTX* const context = context_.get();
    OSSL_PARAM tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, body + inner,
                                                          record_tag_size),
                        OSSL_PARAM_construct_end()};
    int size = 0;
    const bool sealed =
        EVP_EncryptInit_ex2(context, nullptr, nullptr, now.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(context, nullptr, &size, bytes_of(into), record_header_size) == 1 &&
        EVP_EncryptUpdate(context, bytes_of(body), &size, bytes_of(body),
                          static_cast<int>(inner)) == 1 &&
        EVP_EncryptFinal_ex(context, bytes_of(body + inner), &size) == 1 &&
        EVP_CIPHER_CTX_get_params(context, tag) == 1;
    return sealed ? sealed_size(content.size()) : 0;
}

record_protection::opened record_protection::open(std::span<char> record) noexcept {
    assert(which_ == use::opening);
    const auto failed = [](tls_alert fault) { return opened{.fault = fault}; };
    if (static_cast<std::uint8_t>(record[0]) !=
        static_cast<std::uint8_t>(record_type::application_data))
        return failed(tls_alert::unexpected_message);
    const auto sealed = record.subspan(record_header_size);
    if (sealed.size() < record_tag_size + 1) return failed(tls_alert::bad_record_mac);
    std::size_t size = sealed.size() - record_tag_size;
    char* const body = sealed.data();

    const iv now = nonce();
    ++sequence_;
    EVP_CIPHER_CTX* const context = context_.get();
    const OSSL_PARAM tag[] = {
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, body + size, record_tag_size),
        OSSL_PARAM_construct_end()};
    int done = 0;
    const bool genuine = EVP_DecryptInit_ex2(context, nullptr, nullptr, now.data(), nullptr) == 1 &&
                         EVP_DecryptUpdate(context, nullptr, &done, bytes_of(record.data()),
                                           record_header_size) == 1 &&
                         EVP_DecryptUpdate(context, bytes_of(body), &done, bytes_of(body),
                                           static_cast<int>(size)) == 1 &&
                         EVP_CIPHER_CTX_set_params(context, tag) == 1 &&
                         EVP_DecryptFinal_ex(context, bytes_of(body + size), &done) == 1;
    if (!genuine) {
        ERR_clear_error();
        return failed(tls_alert::bad_record_mac);
    }
    // Section 5.2: the type is behind the content, padding of zeros behind the type.
    if (size > record_content_max + 1) return failed(tls_alert::record_overflow);
    while (size > 0 && body[size - 1] == 0)
        --size;
    if (size == 0) return failed(tls_alert::unexpected_message);
    return {.type = static_cast<std::uint8_t>(body[size - 1]), .content = {body, size - 1}};
}

std::unique_ptr<record_layer> record_layer::make(const record_suite& suite, const state& from) {
    auto writing =
        record_protection::make(record_protection::use::sealing, suite, from.client, from.written);
    auto reading =
        record_protection::make(record_protection::use::opening, suite, from.server, from.read);
    if (!writing || !reading) return nullptr;
    return std::unique_ptr<record_layer>(
        new record_layer(std::move(*writing), std::move(*reading)));
}

std::size_t record_layer::seal(std::span<const char> content, sealed_bytes& into) {
    std::size_t before = 0;
    if (writing_.sequence() >= records_a_key) {
        before = seal_key_update(into);
        if (before == 0) return 0;
    }
    const auto size = writing_.seal(record_type::application_data, content, into.data() + before);
    return size > 0 ? before + size : 0;
}

std::size_t record_layer::seal_alert(tls_alert what, sealed_bytes& into) noexcept {
    // Section 6: the level says nothing any more, but peers look at it.
    const char level = what == tls_alert::close_notify ? 1 : 2;
    const std::array<char, 2> alert = {level, static_cast<char>(what)};
    return writing_.seal(record_type::alert, alert, into.data());
}

std::size_t record_layer::seal_key_update(sealed_bytes& into) {
    constexpr std::array<char, key_update_size> not_requested = {key_update, 0, 0, 1, 0};
    const auto size = writing_.seal(record_type::handshake, not_requested, into.data());
    return writing_.renew() ? size : 0;
}

record_layer::incoming record_layer::open(std::span<char> record) {
    const auto opened = reading_.open(record);
    if (opened.fault) return break_off(*opened.fault);
    switch (static_cast<record_type>(opened.type)) {
        case record_type::application_data:
            if (within_message()) return break_off(tls_alert::unexpected_message);
            return {opened.content.empty() ? said::nothing : said::data, opened.content};
        case record_type::handshake: return on_handshake(opened.content);
        case record_type::alert: return on_alert(opened.content);
    }
    return break_off(tls_alert::unexpected_message);
}

record_layer::incoming record_layer::break_off(tls_alert fault) noexcept {
    fault_ = fault;
    return {said::broken, {}};
}

record_layer::incoming record_layer::on_alert(std::span<const char> content) noexcept {
    if (within_message()) return break_off(tls_alert::unexpected_message);
    if (content.size() != 2) return break_off(tls_alert::decode_error);
    const auto code = static_cast<std::uint8_t>(content[1]);
    if (code == static_cast<std::uint8_t>(tls_alert::close_notify)) return {said::closed, {}};
    // A close_notify follows it (section 6.1).
    if (code == static_cast<std::uint8_t>(tls_alert::user_canceled)) return {said::nothing, {}};
    alert_ = code;
    return {said::ended, {}};
}

record_layer::incoming record_layer::on_handshake(std::span<const char> content) {
    if (content.empty()) return break_off(tls_alert::unexpected_message);
    while (!content.empty()) {
        if (message_rest_ > 0) {
            const auto passed = std::min(message_rest_, content.size());
            message_rest_ -= passed;
            content = content.subspan(passed);
            continue;
        }
        message_[message_size_++] = static_cast<unsigned char>(content.front());
        content = content.subspan(1);
        if (message_size_ < message_header_size) continue;
        const std::size_t size = std::size_t{message_[1]} << 16 | std::size_t{message_[2]} << 8 |
                                 std::size_t{message_[3]};
        if (message_[0] == new_session_ticket) {
            // The tickets that count came while OpenSSL was reading.
            message_size_ = 0;
            message_rest_ = size;
        } else if (message_[0] != key_update) {
            return break_off(tls_alert::unexpected_message);
        } else if (size != 1) {
            return break_off(tls_alert::decode_error);
        } else if (message_size_ == message_.size()) {
            return on_key_update(content.empty());
        }
    }
    return {};
}

record_layer::incoming record_layer::on_key_update(bool last_of_record) {
    // Section 5.1: what comes next is under another key, and so in another record.
    if (!last_of_record) return break_off(tls_alert::unexpected_message);
    const unsigned char asked = message_[message_header_size];
    if (asked > 1) return break_off(tls_alert::illegal_parameter);
    message_size_ = 0;
    if (!reading_.renew()) return break_off(tls_alert::internal_error);
    return {asked == 1 ? said::renew_please : said::nothing, {}};
}

std::string record_layer::why() const {
    const bool theirs = alert_.has_value();
    const int code = theirs ? *alert_ : static_cast<int>(fault_);
    return std::string(theirs ? "the peer ended TLS with the alert \""
                              : "what the peer sent is not TLS as agreed: \"") +
           SSL_alert_desc_string_long(code) + '"';
}

std::size_t record_layer::size_of(std::span<const char, record_header_size> header) noexcept {
    return record_header_size + (std::size_t{static_cast<unsigned char>(header[3])} << 8) +
           static_cast<unsigned char>(header[4]);
}

}  // namespace tidings::wire
