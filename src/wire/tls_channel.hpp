// TLS driven directly on a non-blocking socket: handshake, read, write, close, for either end. The
// bytes pass through a BIO of ours to wire/socket_stream, which counts what the kernel took, so
// that "not a byte of the request left this machine" is known and not guessed (design.md section
// 5). It never waits, never registers itself (wire/readiness is the owner's affair), never retries,
// and knows nothing of HTTP.
//
// A client's records are OpenSSL's at first and then ours (wire/record_layer), when TLS 1.3 and
// AES-GCM were agreed on: that halves what a small record costs. Nobody outside sees a difference,
// but that ssl() is no more than a memory of the handshake from then on.
//
// No call allocates once the first records have been read, except the first time that the kernel's
// buffer is full or that a record comes in pieces, and when keys are renewed.
#pragma once

#include "wire/receive_buffer.hpp"
#include "wire/socket_handle.hpp"
#include "wire/socket_stream.hpp"
#include "wire/tls_context.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <openssl/ssl.h>

namespace tidings::wire {

enum class channel_status : std::uint8_t {
    done,    // it did what was asked, perhaps in part: see `bytes`
    again,   // nothing now; wait for the next event
    closed,  // the peer ended the stream, with close_notify
    cut,     // the peer ended the stream without close_notify (EOF): what was read may be truncated
    failed,  // reset, broken record, failed verification: why() says
};

class handover;
class record_layer;

struct channel_io {
    // Plaintext; > 0 only with `done`. Reading, `done` with 0: TLS had something to say for itself.
    std::size_t bytes = 0;
    channel_status status = channel_status::again;
};

// How much of a stretch of the plaintext the kernel took.
enum class taken : std::uint8_t {
    none,  // not a byte
    some,  // at least one byte may have left this machine
    all,   // every byte
};

class tls_channel {
  public:
    enum class side : std::uint8_t { client, server };
    static constexpr std::size_t record_max = 16384;  // plaintext bytes in one TLS record

    // Takes a non-blocking socket that is connected or connecting. `context` and `received` must
    // outlive it; all channels that share `received` are used on one thread.
    tls_channel(SSL_CTX& context, socket_handle socket, side which, receive_buffer& received);
    ~tls_channel();
    tls_channel(const tls_channel&) = delete;
    tls_channel& operator=(const tls_channel&) = delete;

    // For names, sessions and ALPN before the handshake, and for asking afterwards. nullptr when
    // OpenSSL had no memory (then every call fails).
    SSL* ssl() const noexcept { return ssl_.get(); }
    int fd() const noexcept { return stream_.fd(); }
    // The records are no longer OpenSSL's affair.
    bool makes_records() const noexcept { return records_ != nullptr; }

    // First thing in on_ready: learns whether reading and writing are worth a system call.
    void on_events(std::uint32_t events) noexcept { stream_.on_events(events); }

    // Until it says done. Client or server. Call again after each event, or without one
    // when it stopped_short().
    channel_status handshake();

    // The last handshake() or read() was long enough, and there is more to be done without an
    // event.
    bool stopped_short() const noexcept { return takes_left_ <= 0 && readable(); }

    // One record's worth at most. Call until it says other than `done`, or ask readable().
    // Pre, for a client: into.size() >= record_max.
    channel_io read(std::span<char> into);
    // True when read() could give more without a new event. Under edge triggering the owner reads
    // until this is false, or asks readiness to be called again.
    bool readable() const noexcept;
    // Part of what was received already has not been read: read() gives more, without a system
    // call unless a record is incomplete.
    bool holds_more() const noexcept;

    // Takes what it can, one TLS record for each 16 KiB. What it took is its own: it needs no
    // second call with the same bytes. `again`: took nothing because an earlier record still waits
    // for the kernel; call flush() at the next event and then write again.
    channel_io write(std::span<const char> bytes);
    // Hands the waiting record to the kernel. `done`: nothing waits any more.
    channel_status flush();
    bool write_waiting() const noexcept { return stream_.waiting(); }

    // Says goodbye (close_notify) if the handshake was over and nothing failed; best effort. The
    // socket stays open until close() or the end of the object.
    void close_notify();
    void close() noexcept { stream_.close(); }
    // The peer gets a reset.
    void reset() noexcept { stream_.reset(); }

    // Plaintext bytes that write() has taken so far: a position in the outgoing stream.
    std::uint64_t position() const noexcept { return position_; }
    // What became of the stretch [begin, end) of the outgoing plaintext. Bytes beyond position()
    // have not been given to TLS: none of them left.
    taken taken_of(std::uint64_t begin, std::uint64_t end) const noexcept;

    // Bytes on the socket, TLS included.
    std::uint64_t sent_bytes() const noexcept { return stream_.sent(); }
    std::uint64_t received_bytes() const noexcept { return stream_.received(); }

    // Some call returned `cut` or `failed`; every further one does.
    bool failed() const noexcept { return failed_; }
    // After `cut` or `failed`: one line in words. Cold.
    std::string why() const;
    int system_error() const noexcept { return stream_.error(); }  // 0: it was not the socket
    // The peer's fatal alert that ended it, by number.
    std::optional<std::uint8_t> alert() const noexcept { return alert_; }
    // A client's: the server has asked for a certificate.
    bool asked_for_certificate() const noexcept { return asked_for_certificate_; }
    // A client's, by TLS 1.3: what ended it is an alert about our certificate, before any other
    // word of the server's. So the server never finished the handshake, and read nothing that was
    // written since.
    bool refused_certificate() const noexcept;
    // After the socket broke, before close(): the alert may have come and not been read.
    void look_for_alert();

  private:
    friend struct channel_bio;

    channel_status outcome_of(int returned);
    bool waits() const noexcept;
    void note_alert() noexcept;
    channel_status lost();
    channel_status broken(bool ours);
    channel_io read_record(std::span<char> into);
    std::span<char> next_record();
    int give(std::span<const char> piece);
    bool renew_key();
    void confirm() noexcept;

    socket_stream stream_;
    openssl_ptr<SSL> ssl_;
    std::unique_ptr<handover> handover_;     // a client's, while OpenSSL reads the first records
    std::unique_ptr<record_layer> records_;  // null: OpenSSL reads and writes
    std::vector<char> pieces_;               // of a record that has not come whole
    bool piece_is_whole_ = false;
    std::uint64_t position_ = 0;
    std::uint64_t confirmed_ = 0;          // position_ when nothing waited for the kernel any more
    std::uint64_t sent_at_confirmed_ = 0;  // stream_.sent() at that moment
    std::string why_;
    std::optional<std::uint8_t> alert_;
    int takes_left_ = 0;  // by OpenSSL, in the call under way
    bool asked_for_certificate_ = false;
    bool handshaken_ = false;
    bool failed_ = false;
    bool closed_ = false;  // the peer said so
};

}  // namespace tidings::wire
