// TLS 1.3's records (RFC 8446, section 5) over a connection whose handshake OpenSSL has done: the
// ciphers, the key derivation and every check of the handshake are OpenSSL's, the framing, the
// nonces and the few messages that may follow a handshake are here. It exists because a small
// record costs twice as much through SSL_write and SSL_read as its encryption does.
//
// Pure: bytes in, bytes out; it knows no socket. No call allocates but make() and a renewal of
// keys.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <openssl/evp.h>
#include <openssl/ssl.h>

namespace tidings::wire {

inline constexpr std::size_t record_header_size = 5;
inline constexpr std::size_t record_tag_size = 16;
inline constexpr std::size_t record_content_max = 16384;  // section 5.1
// The longest that may be received: padding and tag take at most 256 bytes more (section 5.2).
inline constexpr std::size_t record_received_max = record_header_size + record_content_max + 256;

// What a record takes as we make them, without padding: its type is sealed with the content.
constexpr std::size_t sealed_size(std::size_t content) noexcept {
    return record_header_size + content + 1 + record_tag_size;
}

// Room for one record of the longest, and for a KeyUpdate before it.
inline constexpr std::size_t key_update_size = 5;
using sealed_bytes =
    std::array<char, sealed_size(key_update_size) + sealed_size(record_content_max)>;

enum class record_type : std::uint8_t { alert = 21, handshake = 22, application_data = 23 };

// Section 6. Only those that are sent or told apart here.
enum class tls_alert : std::uint8_t {
    close_notify = 0,
    unexpected_message = 10,
    bad_record_mac = 20,
    record_overflow = 22,
    illegal_parameter = 47,
    decode_error = 50,
    internal_error = 80,
    user_canceled = 90,
};

// One of TLS 1.3's cipher suites, by OpenSSL's names.
struct record_suite {
    std::uint32_t id;
    const char* cipher;
    const char* digest;
    std::size_t key_size;
    std::size_t secret_size;  // the digest's
};

// The suite by OpenSSL's identifier; nullptr when its records are left to OpenSSL.
const record_suite* find_record_suite(std::uint32_t id) noexcept;

// A traffic secret (section 7.1); wiped when it goes.
class traffic_secret {
  public:
    traffic_secret() = default;
    explicit traffic_secret(std::span<const unsigned char> bytes) noexcept;
    ~traffic_secret();
    traffic_secret(const traffic_secret&) = default;
    traffic_secret& operator=(const traffic_secret&) = default;

    std::size_t size() const noexcept { return size_; }  // 0: not known
    std::span<const unsigned char> bytes() const noexcept { return {bytes_.data(), size_}; }

  private:
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes_{};
    std::size_t size_ = 0;
};

// One direction of a connection: key, IV and the number of its next record.
class record_protection {
  public:
    enum class use : std::uint8_t { sealing, opening };

    // nullopt: OpenSSL has no memory, or not that cipher. `sequence`: of the next record.
    static std::optional<record_protection> make(use which, const record_suite& suite,
                                                 const traffic_secret& secret,
                                                 std::uint64_t sequence);

    // The record's size; 0 when OpenSSL could not. Pre: content.size() <= record_content_max, and
    // `into` has room for sealed_size(content.size()).
    std::size_t seal(record_type type, std::span<const char> content, char* into) noexcept;

    struct opened {
        std::uint8_t type = 0;  // as sent: it may be one that nobody knows
        std::span<const char> content{};
        std::optional<tls_alert> fault{};  // then nothing else holds
    };
    // Decrypts in place. Pre: `record` is as long as its header says.
    opened open(std::span<char> record) noexcept;

    // The next generation of keys (section 7.2). False: OpenSSL could not; nothing changed.
    bool renew();

    std::uint64_t sequence() const noexcept { return sequence_; }

  private:
    struct context_deleter {
        void operator()(EVP_CIPHER_CTX* p) const noexcept { EVP_CIPHER_CTX_free(p); }
    };
    static constexpr std::size_t iv_size = 12;
    using iv = std::array<unsigned char, iv_size>;

    record_protection(use which, const record_suite& suite) : which_(which), suite_(&suite) {}
    bool load(const traffic_secret& secret);
    iv nonce() const noexcept;

    use which_;
    const record_suite* suite_;
    traffic_secret secret_;
    std::unique_ptr<EVP_CIPHER_CTX, context_deleter> context_;
    iv iv_{};
    std::uint64_t sequence_ = 0;
};

class record_layer {
  public:
    // Where OpenSSL stopped. The client is we.
    struct state {
        traffic_secret client;
        traffic_secret server;
        std::uint64_t written = 0;  // records under the client's secret
        std::uint64_t read = 0;     // under the server's
    };
    // Records under one key after which it is renewed: well below what section 5.5 allows AES-GCM.
    static constexpr std::uint64_t records_a_key = std::uint64_t{1} << 23;

    // Null: OpenSSL could not make the keys.
    static std::unique_ptr<record_layer> make(const record_suite& suite, const state& from);

    // Each: how many bytes of `into` are to be sent, all of them or the connection is of no use any
    // more; 0 when OpenSSL could not, which is the same.
    //
    // The application's data; behind a KeyUpdate when the key is worn.
    std::size_t seal(std::span<const char> content, sealed_bytes& into);
    std::size_t seal_alert(tls_alert what, sealed_bytes& into) noexcept;
    // Tells the peer that what follows is under a new key, and renews it.
    std::size_t seal_key_update(sealed_bytes& into);

    enum class said : std::uint8_t {
        data,          // the application's
        nothing,       // a session ticket, an empty record: TLS's own affair
        renew_please,  // the peer renewed its keys and asks for ours: seal_key_update()
        closed,        // close_notify
        ended,         // an alert: why() says which
        broken,        // the peer broke the protocol: fault() is owed to it, why() says
    };
    struct incoming {
        said what = said::nothing;
        std::span<const char> data{};  // within the record that was opened
    };
    // Pre: `record` is as long as its header says. Nothing is read after closed, ended, broken.
    incoming open(std::span<char> record);

    tls_alert fault() const noexcept { return fault_; }
    std::string why() const;

    // Size of the record that begins so, header included; record_received_max + 1 or more: too
    // long.
    static std::size_t size_of(std::span<const char, record_header_size> header) noexcept;
    // For a record that is too long to be received.
    void note_overflow() noexcept { fault_ = tls_alert::record_overflow; }

  private:
    record_layer(record_protection writing, record_protection reading)
        : writing_(std::move(writing)), reading_(std::move(reading)) {}
    incoming break_off(tls_alert fault) noexcept;
    incoming on_alert(std::span<const char> content) noexcept;
    incoming on_handshake(std::span<const char> content);
    incoming on_key_update(bool last_of_record);
    bool within_message() const noexcept { return message_size_ > 0 || message_rest_ > 0; }

    record_protection writing_;
    record_protection reading_;
    // A handshake message may come in pieces: its header, and a KeyUpdate's one byte.
    std::array<unsigned char, key_update_size> message_{};
    std::size_t message_size_ = 0;
    std::size_t message_rest_ = 0;  // of a message that is passed over
    tls_alert fault_ = tls_alert::internal_error;
    std::optional<std::uint8_t> alert_;  // the peer's
};

}  // namespace tidings::wire
