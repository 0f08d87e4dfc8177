#include "wire/tls_channel.hpp"

#include "wire/handover.hpp"
#include "wire/record_layer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace tidings::wire {

namespace {

// How often OpenSSL gets something in one call, twice for a record: it goes on by itself over
// whatever is not data, and a peer that never stops must not keep us.
constexpr int takes_of_handshake = 64;
constexpr int takes_of_read = 16;

void forget_errors() noexcept {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

// RFC 8446, section 6.2: what a server may say of the certificate that it asked for.
bool is_about_certificate(std::uint8_t alert) noexcept {
    switch (alert) {
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_EXPIRED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNKNOWN_CA:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_DECRYPT_ERROR:
        case SSL_AD_CERTIFICATE_REQUIRED: return true;
        default: return false;
    }
}

}  // namespace

// The BIO that OpenSSL sees. Its data is the channel.
struct channel_bio {
    static tls_channel& of(BIO* bio) { return *static_cast<tls_channel*>(BIO_get_data(bio)); }

    // -1 without a system error: later.
    static int write(BIO* bio, const char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        auto& stream = of(bio).stream_;
        if (stream.put({bytes, static_cast<std::size_t>(size)})) return size;
        if (stream.error() == 0) BIO_set_retry_write(bio);
        return -1;
    }

    // TLS asks for a record's header and then for its body; both come out of what was received
    // before, as long as there is any.
    static int read(BIO* bio, char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        auto& stream = of(bio).stream_;
        if (of(bio).takes_left_-- <= 0) {
            BIO_set_retry_read(bio);
            return -1;
        }
        if (stream.input().empty() && !stream.receive()) {
            if (stream.ended()) return 0;
            if (stream.error() == 0) BIO_set_retry_read(bio);
            return -1;
        }
        const auto taken = std::min(static_cast<std::size_t>(size), stream.input().size());
        std::memcpy(bytes, stream.input().data(), taken);
        stream.take(taken);
        return static_cast<int>(taken);
    }

    static long control(BIO* bio, int what, long, void*) {
        if (what == BIO_CTRL_FLUSH) return 1;
        if (what == BIO_CTRL_EOF) return of(bio).stream_.ended() ? 1 : 0;
        return 0;
    }

    static const BIO_METHOD* method() {
        static const BIO_METHOD* const made = [] {
            BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tidings");
            if (m == nullptr) return m;
            BIO_meth_set_write(m, &channel_bio::write);
            BIO_meth_set_read(m, &channel_bio::read);
            BIO_meth_set_ctrl(m, &channel_bio::control);
            return m;
        }();
        return made;
    }
};

tls_channel::tls_channel(SSL_CTX& context, socket_handle socket, side which,
                         receive_buffer& received)
    : stream_(std::move(socket), received), ssl_(SSL_new(&context)) {
    BIO* const bio = channel_bio::method() != nullptr ? BIO_new(channel_bio::method()) : nullptr;
    if (!ssl_ || bio == nullptr) {
        BIO_free(bio);
        ssl_.reset();
        failed_ = true;
        why_ = "OpenSSL has no memory for a connection";
        return;
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    if (which == side::client) {
        SSL_set_connect_state(ssl_.get());
        handover_ = std::make_unique<handover>(*ssl_);
    } else {
        SSL_set_accept_state(ssl_.get());
    }
}

tls_channel::~tls_channel() = default;

// The socket's end or its trouble; or ours, when a record could not be made.
channel_status tls_channel::lost() {
    failed_ = true;
    forget_errors();
    // The end first: TLS answers it with an alert that cannot be delivered either.
    if (stream_.ended()) {
        why_ = "the peer closed the connection";
        return channel_status::cut;
    }
    if (stream_.error() != 0)
        why_ = boost::system::system_category().message(stream_.error());
    else if (write_waiting())
        // Only an answer to the peer is written while others wait, until no more may.
        why_ = "the peer asks for new keys over and over and does not read the answers";
    else
        why_ = "OpenSSL cannot encrypt";
    return channel_status::failed;
}

channel_status tls_channel::outcome_of(int returned) {
    // What TLS waits for, it says itself; OpenSSL's queue of errors, of which others may have left
    // some, is asked only when it waits for nothing.
    if (waits()) return channel_status::again;
    const int error = SSL_get_error(ssl_.get(), returned);
    if (error == SSL_ERROR_ZERO_RETURN) return channel_status::closed;
    if (stream_.ended() || (stream_.error() != 0 && error != SSL_ERROR_SSL)) return lost();
    failed_ = true;
    stream_.forget_error();  // a peer that is gone hears no alert: that is not what went wrong
    note_alert();
    why_ = openssl_errors();
    return channel_status::failed;
}

// SSL_want() alone does not say: while the handshake goes on, it is left at reading when that has
// failed (OpenSSL 3.0).
bool tls_channel::waits() const noexcept {
    if (stream_.error() != 0 || stream_.ended() || SSL_want(ssl_.get()) == SSL_NOTHING)
        return false;
    return std::strcmp(SSL_state_string(ssl_.get()), "SSLERR") != 0;
}

// OpenSSL makes a reason of its own of each alert.
void tls_channel::note_alert() noexcept {
    const unsigned long error = ERR_peek_error();
    const int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && alert >= 0 && alert <= UINT8_MAX)
        alert_ = static_cast<std::uint8_t>(alert);
}

bool tls_channel::refused_certificate() const noexcept {
    return failed_ && handover_ && handover_->server_may_refuse() && alert_ &&
           is_about_certificate(*alert_);
}

void tls_channel::look_for_alert() {
    if (alert_ || !handover_ || !handover_->server_may_refuse() || !stream_.open()) return;
    std::array<char, record_max> ignored;
    stream_.on_events(EPOLLIN);
    stream_.forget_error();
    forget_errors();
    takes_left_ = takes_of_read;
    if (SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size())) > 0) {
        handover_.reset();  // it had finished
        return;
    }
    note_alert();
    if (alert_) why_ = openssl_errors();
}

channel_status tls_channel::handshake() {
    if (failed_) return stream_.ended() ? channel_status::cut : channel_status::failed;
    if (flush() == channel_status::failed) return channel_status::failed;
    forget_errors();
    takes_left_ = takes_of_handshake;
    const int done = SSL_do_handshake(ssl_.get());
    asked_for_certificate_ = handover_ && handover_->asked_for_certificate();
    if (done != 1) {
        const auto status = outcome_of(done);
        // An alert that TLS wrote while it failed is in the backlog or gone; nothing to keep.
        return status;
    }
    handshaken_ = true;
    if (handover_) handover_->begin();
    if (!write_waiting()) confirm();
    return channel_status::done;
}

channel_io tls_channel::read(std::span<char> into) {
    if (failed_) return {0, stream_.ended() ? channel_status::cut : channel_status::failed};
    if (closed_) return {0, channel_status::closed};
    if (!readable()) return {0, channel_status::again};
    if (records_) return read_record(into);
    forget_errors();
    const int size = static_cast<int>(std::min(into.size(), record_max));
    takes_left_ = takes_of_read;
    const int n = SSL_read(ssl_.get(), into.data(), size);
    if (n <= 0) {
        const auto status = outcome_of(n);
        const bool goes_on = status == channel_status::again && stopped_short();
        return {0, goes_on ? channel_status::done : status};
    }
    if (handover_) {
        records_ = handover_->after_read();
        if (records_ || handover_->given_up()) handover_.reset();
    }
    return {static_cast<std::size_t>(n), channel_status::done};
}

channel_io tls_channel::read_record(std::span<char> into) {
    assert(into.size() >= record_max);
    auto record = next_record();
    while (record.empty()) {
        if (failed_) return {0, channel_status::failed};
        if (!stream_.receive()) {
            const bool over = stream_.ended() || stream_.error() != 0;
            return {0, over ? lost() : channel_status::again};
        }
        record = next_record();
    }
    const auto got = records_->open(record);
    switch (got.what) {
        case record_layer::said::data:
            std::memcpy(into.data(), got.data.data(), got.data.size());
            return {got.data.size(), channel_status::done};
        case record_layer::said::nothing: return {0, channel_status::done};
        case record_layer::said::renew_please:
            return {0, renew_key() ? channel_status::done : lost()};
        case record_layer::said::closed: closed_ = true; return {0, channel_status::closed};
        case record_layer::said::ended:
        case record_layer::said::broken: break;
    }
    return {0, broken(got.what == record_layer::said::broken)};
}

// Where it was received, or put together from the pieces it came in. Empty: more has to come, or
// it was too long.
std::span<char> tls_channel::next_record() {
    if (piece_is_whole_) {
        pieces_.clear();
        piece_is_whole_ = false;
    }
    for (;;) {
        const std::span<char> waiting = pieces_.empty() ? stream_.input() : std::span(pieces_);
        std::size_t wanted = record_header_size;
        if (waiting.size() >= wanted) {
            wanted = record_layer::size_of(waiting.first<record_header_size>());
            if (wanted > record_received_max) {
                records_->note_overflow();
                broken(true);
                return {};
            }
            if (waiting.size() >= wanted) {
                if (pieces_.empty()) {
                    stream_.take(wanted);
                } else {
                    piece_is_whole_ = true;
                }
                return waiting.first(wanted);
            }
        }
        const auto input = stream_.input();
        if (input.empty()) return {};
        const auto more = input.first(std::min(wanted - pieces_.size(), input.size()));
        pieces_.insert(pieces_.end(), more.begin(), more.end());
        stream_.take(more.size());
    }
}

// TLS is over, not the socket. `ours`: it is we who found the fault, and the peer is told.
channel_status tls_channel::broken(bool ours) {
    why_ = records_->why();
    if (ours) {
        sealed_bytes alert;
        const auto size = records_->seal_alert(records_->fault(), alert);
        stream_.put({alert.data(), size});
        stream_.forget_error();  // as in outcome_of
    }
    failed_ = true;
    return channel_status::failed;
}

bool tls_channel::renew_key() {
    sealed_bytes update;
    const auto size = records_->seal_key_update(update);
    return size > 0 && stream_.put({update.data(), size});
}

bool tls_channel::readable() const noexcept {
    return stream_.may_read() ? !failed_ : holds_more();
}

bool tls_channel::holds_more() const noexcept {
    if (failed_) return false;
    return !stream_.input().empty() || (!records_ && SSL_has_pending(ssl_.get()) == 1);
}

// One record's worth to TLS; what SSL_write returns.
int tls_channel::give(std::span<const char> piece) {
    if (!records_) {
        forget_errors();
        return SSL_write(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    }
    sealed_bytes record;
    const auto size = records_->seal(piece, record);
    if (size == 0 || !stream_.put({record.data(), size})) return -1;
    return static_cast<int>(piece.size());
}

channel_io tls_channel::write(std::span<const char> bytes) {
    if (failed_) return {0, channel_status::failed};
    if (flush() != channel_status::done)
        return {0, failed_ ? channel_status::failed : channel_status::again};
    std::size_t done = 0;
    sent_at_confirmed_ = stream_.sent();
    while (done < bytes.size() && !write_waiting()) {
        const auto piece = std::min(bytes.size() - done, record_max);
        // Before the call, so that a failure in the middle of it counts as bytes on their way.
        confirm();
        position_ += piece;
        const int n = give(bytes.subspan(done, piece));
        if (n <= 0) {
            const auto status = records_ ? lost() : outcome_of(n);
            if (status == channel_status::again) {
                position_ -= piece;
                return {done, done > 0 ? channel_status::done : status};
            }
            return {done, channel_status::failed};
        }
        position_ -= piece - static_cast<std::size_t>(n);
        done += static_cast<std::size_t>(n);
    }
    if (!write_waiting()) confirm();
    return {done, channel_status::done};
}

channel_status tls_channel::flush() {
    if (failed_) return channel_status::failed;
    if (!write_waiting()) return channel_status::done;
    if (!stream_.push()) {
        failed_ = true;
        why_ = boost::system::system_category().message(stream_.error());
        return channel_status::failed;
    }
    if (write_waiting()) return channel_status::again;
    confirm();
    return channel_status::done;
}

// All that was written so far has been taken by the kernel.
void tls_channel::confirm() noexcept {
    confirmed_ = position_;
    sent_at_confirmed_ = stream_.sent();
}

void tls_channel::close_notify() {
    if (failed_ || !handshaken_ || !stream_.open() || write_waiting()) return;
    if (records_) {
        sealed_bytes alert;
        const auto size = records_->seal_alert(tls_alert::close_notify, alert);
        stream_.put({alert.data(), size});
        return;
    }
    forget_errors();
    SSL_shutdown(ssl_.get());
    forget_errors();
}

taken tls_channel::taken_of(std::uint64_t begin, std::uint64_t end) const noexcept {
    if (end <= confirmed_) return taken::all;
    if (begin < confirmed_) return taken::some;
    if (begin >= position_) return taken::none;
    return stream_.sent() > sent_at_confirmed_ ? taken::some : taken::none;
}

std::string tls_channel::why() const {
    return why_.empty() ? "nothing went wrong" : why_;
}

}  // namespace tidings::wire
