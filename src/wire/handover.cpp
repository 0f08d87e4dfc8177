#include "wire/handover.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <span>

namespace tidings::wire {

namespace {

int slot() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int nibble(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Empty: not hexadecimal, or too long.
traffic_secret secret_of(std::string_view hex) noexcept {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    if (hex.size() % 2 != 0 || hex.size() / 2 > bytes.size()) return {};
    for (std::size_t i = 0; i < hex.size() / 2; ++i) {
        const int high = nibble(hex[2 * i]);
        const int low = nibble(hex[2 * i + 1]);
        if (high < 0 || low < 0) return {};
        bytes[i] = static_cast<unsigned char>(high << 4 | low);
    }
    const traffic_secret made({bytes.data(), hex.size() / 2});
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return made;
}

}  // namespace

// The key log is the one way in which OpenSSL tells an application the traffic secrets.
void handover::prepare(SSL_CTX& context) {
    SSL_CTX_set_keylog_callback(&context, &handover::on_key_log);
}

handover::handover(SSL& ssl) : ssl_(ssl) {
    if (SSL_set_ex_data(&ssl, slot(), this) != 1) {
        given_up_ = true;
        return;
    }
    SSL_set_msg_callback(&ssl, &handover::on_message);
    SSL_set_msg_callback_arg(&ssl, this);
}

handover::~handover() {
    SSL_set_msg_callback(&ssl_, nullptr);
    SSL_set_msg_callback_arg(&ssl_, nullptr);
    SSL_set_ex_data(&ssl_, slot(), nullptr);
}

void handover::on_key_log(const SSL* ssl, const char* line) {
    if (auto* const self = static_cast<handover*>(SSL_get_ex_data(ssl, slot()))) self->learn(line);
}

// LABEL, client random and secret in hexadecimal, a blank between each.
void handover::learn(std::string_view line) {
    const auto label = line.substr(0, line.find(' '));
    const auto secret = line.substr(line.rfind(' ') + 1);
    if (label == "CLIENT_TRAFFIC_SECRET_0") state_.client = secret_of(secret);
    if (label == "SERVER_TRAFFIC_SECRET_0") state_.server = secret_of(secret);
}

void handover::on_message(int written, int, int type, const void* bytes, std::size_t size, SSL*,
                          void* self) {
    auto& me = *static_cast<handover*>(self);
    if (type == SSL3_RT_HANDSHAKE && size > 0) me.note(*static_cast<const unsigned char*>(bytes));
    if (me.begun_ && type == SSL3_RT_HEADER) ++(written == 1 ? me.state_.written : me.state_.read);
}

void handover::note(std::uint8_t handshake_message) noexcept {
    switch (handshake_message) {
        case SSL3_MT_CERTIFICATE_REQUEST: asked_ = true; break;
        case SSL3_MT_NEWSESSION_TICKET: ticketed_ = true; break;
        // The secrets that we know are of the first generation.
        case SSL3_MT_KEY_UPDATE: given_up_ = given_up_ || begun_; break;
        default: break;
    }
}

bool handover::server_may_refuse() const noexcept {
    return asked_ && begun_ && !ticketed_ && reads_ == 0 && SSL_version(&ssl_) == TLS1_3_VERSION;
}

void handover::begin() noexcept {
    begun_ = true;
    if (SSL_version(&ssl_) != TLS1_3_VERSION) given_up_ = true;
}

std::unique_ptr<record_layer> handover::after_read() {
    if (given_up_ || !begun_ || ++reads_ < reads_before || SSL_has_pending(&ssl_) == 1)
        return nullptr;
    const auto* const suite = find_record_suite(SSL_CIPHER_get_id(SSL_get_current_cipher(&ssl_)));
    auto made = suite != nullptr ? record_layer::make(*suite, state_) : nullptr;
    if (!made || SSL_free_buffers(&ssl_) != 1) {
        given_up_ = true;
        return nullptr;
    }
    // Without a goodbye that OpenSSL knows of, it would take the session for broken when `ssl`
    // goes, and nobody could resume it. Nor does it read or write any more now.
    SSL_set_shutdown(&ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return made;
}

}  // namespace tidings::wire
