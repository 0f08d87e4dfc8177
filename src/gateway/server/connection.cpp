#include "gateway/server/connection.hpp"

#include "gateway/server/http1_session.hpp"
#include "gateway/server/http2_session.hpp"

#include <algorithm>
#include <array>

#include <sys/socket.h>

namespace tidings::gateway {

namespace {

using wire::channel_status;

constexpr std::size_t out_high_water = 256 * 1024;  // above it nothing more is read
constexpr std::size_t out_kept = 32 * 1024;         // of an empty buffer's memory
constexpr int reads_a_turn = 16;                    // then the other connections have theirs
constexpr int rounds_a_turn = 16;                   // of writing, for answers without an end
constexpr auto linger_time = std::chrono::seconds(2);

}  // namespace

connection::connection(connection_host& host, SSL_CTX& context, wire::socket_handle socket,
                       connection_fate fate)
    : host_(host),
      channel_(context, std::move(socket), wire::tls_channel::side::server, host.received()),
      fate_(fate),
      since_(host.desk().now()) {}

connection::~connection() {
    host_.set().remove(channel_.fd(), *this);
    for (const auto& one : promised_)
        desk().settle(one.entry, delivery::lost);
}

void connection::begin() {
    if (fate_ == connection_fate::black_hole) state_ = state::mute;
    if (!host_.set().add(channel_.fd(), *this)) finish();
}

void connection::on_ready(std::uint32_t events) {
    channel_.on_events(events);
    step();
}

void connection::step() {
    switch (state_) {
        case state::handshake: shake(); break;
        case state::serving: serve(); break;
        case state::finishing:
            if (flush()) shut_down();
            break;
        case state::lingering: linger(); break;
        case state::mute:
        case state::over: break;
    }
}

void connection::shake() {
    if (fate_ == connection_fate::stall_handshake || fate_ == connection_fate::reset_handshake) {
        std::array<char, 1> first{};
        if (::recv(channel_.fd(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT) <= 0) return;
        if (fate_ == connection_fate::reset_handshake) return end(ending::reset);
        state_ = state::mute;
        return;
    }
    switch (channel_.handshake()) {
        case channel_status::done: break;
        case channel_status::again: return;
        case channel_status::closed:
        case channel_status::cut:
        case channel_status::failed:
            ++desk().counters().handshakes_failed;
            finish();
            return;
    }
    ++desk().counters().handshakes;
    since_ = desk().now();
    state_ = state::serving;
    choose_protocol();
    serve();
}

void connection::choose_protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(channel_.ssl(), &name, &size);
    if (size == 2) {
        ++desk().counters().http2_connections;
        protocol_ = make_http2_session(*this);
    } else {
        protocol_ = make_http1_session(*this);
    }
}

void connection::serve() {
    const auto buffer = host_.read_buffer();
    for (int reads = 0; state_ == state::serving; ++reads) {
        if (out_.size() >= out_high_water) break;
        const auto allowance = protocol_->read_allowance();
        if (allowance == 0 || state_ != state::serving) break;
        if (reads == reads_a_turn) {
            host_.set().again(*this);
            break;
        }
        const auto got = channel_.read(buffer.first(std::min(allowance, buffer.size())));
        if (got.status == channel_status::again) break;
        if (got.status != channel_status::done) {
            flush();
            finish();
            return;
        }
        bytes_read_ += got.bytes;
        since_ = last_read_ = desk().now();
        protocol_->on_bytes(buffer.first(got.bytes));
        if (!channel_.readable()) break;
    }
    if (state_ == state::over) return;
    if (flush() && state_ == state::finishing) shut_down();
}

// True: nothing waits any more.
bool connection::flush() {
    for (int rounds = 0;; ++rounds) {
        if (rounds == rounds_a_turn) {
            host_.set().again(*this);
            return false;
        }
        if (!out_.empty()) {
            const auto written = channel_.write(out_);
            if (written.status == channel_status::failed) {
                finish();
                return false;
            }
            if (written.bytes == out_.size())
                out_.clear();
            else
                out_.erase(0, written.bytes);
        } else if (channel_.write_waiting() && channel_.flush() == channel_status::failed) {
            finish();
            return false;
        }
        confirm();
        if (!out_.empty() || channel_.write_waiting()) {
            since_ = desk().now();
            return false;
        }
        if (state_ != state::serving) return true;
        protocol_->on_written();
        if (out_.empty()) {
            confirm();  // it may have learnt only now that its answer was whole
            break;
        }
    }
    if (out_.capacity() > out_kept) std::string().swap(out_);
    return true;
}

void connection::promise(ledger::entry_number entry) {
    promised_.push_back({entry, channel_.position() + out_.size()});
}

void connection::forsake(ledger::entry_number entry) {
    desk().settle(entry, delivery::lost);
}

void connection::confirm() {
    std::size_t done = 0;
    while (done < promised_.size() &&
           channel_.taken_of(promised_[done].end, promised_[done].end) == wire::taken::all)
        desk().settle(promised_[done++].entry, delivery::delivered);
    promised_.erase(promised_.begin(), promised_.begin() + static_cast<std::ptrdiff_t>(done));
}

void connection::end(ending how) {
    if (ending_now()) return;
    ending_ = how;
    if (how == ending::reset) {
        channel_.reset();
        finish();
        return;
    }
    since_ = desk().now();
    state_ = state::finishing;
}

void connection::shut_down() {
    if (ending_ == ending::polite) channel_.close_notify();
    ::shutdown(channel_.fd(), SHUT_WR);
    since_ = desk().now();
    state_ = state::lingering;
    linger();
}

// Closing a socket with unread bytes resets the connection, and the reset can overtake the answer.
void connection::linger() {
    const auto buffer = host_.read_buffer();
    while (true) {
        const auto got = ::recv(channel_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) continue;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        return finish();
    }
}

void connection::finish() {
    if (state_ == state::over) return;
    state_ = state::over;
    if (timer_alive_) *timer_alive_ = false;
    if (timer_) timer_->cancel();
    host_.on_connection_over(*this);
}

void connection::wake_at(core::instant when) {
    if (when >= wake_at_) return;
    wake_at_ = when;
    if (!timer_) {
        timer_ = std::make_unique<boost::asio::steady_timer>(host_.io());
        timer_alive_ = std::make_shared<bool>(true);
    }
    const auto wait = std::max(core::duration::zero(), when - desk().now());
    timer_->expires_after(wait);
    timer_->async_wait([this, alive = timer_alive_](const boost::system::error_code& error) {
        if (error || !*alive) return;
        wake_at_ = core::never;
        if (state_ != state::serving) return;
        protocol_->on_wake(desk().now());
        step();
    });
}

void connection::on_tick(core::instant now) {
    const auto& options = desk().options();
    const auto waited = now - since_;
    bool too_long = false;
    switch (state_) {
        case state::handshake: too_long = waited >= options.handshake_time; break;
        case state::serving: return on_serving_tick(now);
        case state::finishing: too_long = waited >= options.request_time; break;
        case state::lingering: too_long = waited >= linger_time || host_.draining(); break;
        case state::mute:
        case state::over: break;
    }
    if (too_long) finish();
}

void connection::on_serving_tick(core::instant now) {
    const auto& options = desk().options();
    switch (protocol_->now_in()) {
        case protocol::phase::idle:
            if (now - since_ < options.idle_time) return;
            protocol_->on_idle_too_long();
            return step();
        case protocol::phase::receiving:
            if (now - protocol_->receiving_since() >= options.request_time) finish();
            return;
        case protocol::phase::answering:
            if (!out_.empty() && now - since_ >= options.request_time) finish();
            return;
    }
}

void connection::drain() {
    if (state_ == state::serving) {
        protocol_->on_drain();
        step();
    } else if (state_ == state::handshake || state_ == state::mute) {
        finish();
    }
}

void connection::abandon() {
    finish();
}

}  // namespace tidings::gateway
