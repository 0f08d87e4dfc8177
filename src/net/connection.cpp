#include "net/connection.hpp"

#include "net/http1_session.hpp"
#include "net/http2_session.hpp"

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tidings::net {

namespace {

// Records read from one connection before the others have their turn.
constexpr int reads_max = 64;

trouble_kind kind_of(int error) {
    switch (error) {
        case ECONNREFUSED: return trouble_kind::refused;
        case ETIMEDOUT: return trouble_kind::timeout;
        // It had been accepted, and the reset came before anybody looked.
        case ECONNRESET: return trouble_kind::tls;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
        case EADDRNOTAVAIL: return trouble_kind::resources;
        default: return trouble_kind::unreachable;
    }
}

std::string advice_for(int error) {
    switch (error) {
        case ECONNREFUSED: return "; nobody listens there: check host and port in `url`";
        case EMFILE:
        case ENFILE: return "; raise `ulimit -n` or lower `connections_max`";
        case EADDRNOTAVAIL: return "; this machine has no free port left";
        case ECONNRESET: return "; is that port the right one, and does TLS run there?";
        default: return "; check the network and `url`";
    }
}

dial_failure connect_failure(int error, const std::string& peer) {
    return {.kind = kind_of(error),
            .fatal = false,
            .of_address = true,
            .text = "cannot connect to " + peer + ": " +
                    boost::system::system_category().message(error) + advice_for(error)};
}

std::string peer_words(const endpoint& where, const address_book::address& to) {
    std::string words = where.authority;
    if (!where.numeric)
        words += " (" + to.address().to_string() + ":" + std::to_string(to.port()) + ")";
    return words;
}

}  // namespace

connection::connection(const surroundings& around, core::instant now)
    : around_(around), since_(now) {}

connection::~connection() {
    drop(false);
}

std::unique_ptr<dial_failure> connection::dial(const address_book::address& to) {
    const auto failed = [this](int error) {
        phase_ = phase::over;
        return std::make_unique<dial_failure>(connect_failure(error, peer_));
    };
    peer_ = peer_words(around_.where, to);
    const int family = to.address().is_v6() ? AF_INET6 : AF_INET;
    socket_ = wire::socket_handle(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) return failed(errno);
    const int on = 1;
    ::setsockopt(socket_.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    // A copy: Asio's own address type hands out a view of itself.
    if (::connect(socket_.fd(), to.data(), static_cast<socklen_t>(to.size())) != 0 &&
        errno != EINPROGRESS)
        return failed(errno);
    if (auto added = around_.set.add(socket_.fd(), *this); !added) {
        phase_ = phase::over;
        return std::make_unique<dial_failure>(
            dial_failure{.kind = trouble_kind::resources, .text = added.error().text});
    }
    watched_ = true;
    return nullptr;
}

void connection::on_ready(std::uint32_t events) {
    if (channel_) channel_->on_events(events);
    switch (phase_) {
        case phase::connecting: return on_connecting(events);
        case phase::handshaking: return on_handshaking();
        case phase::open: return on_open();
        case phase::over: return;
    }
}

void connection::on_connecting(std::uint32_t events) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail_dial(connect_failure(error, peer_));
    if ((events & EPOLLOUT) == 0) return;
    channel_ = std::make_unique<wire::tls_channel>(around_.believes.context(), std::move(socket_),
                                                   wire::tls_channel::side::client,
                                                   around_.shared.received);
    if (channel_->ssl() == nullptr || !around_.believes.prepare(*channel_->ssl(), around_.where)) {
        return fail_dial({.kind = trouble_kind::resources, .text = "OpenSSL has no memory left"});
    }
    phase_ = phase::handshaking;
    on_handshaking();
}

void connection::on_handshaking() {
    const auto status = channel_->handshake();
    if (status == wire::channel_status::again) return;
    if (status != wire::channel_status::done) return fail_dial(handshake_failure(status));
    resumed_ = SSL_session_reused(channel_->ssl()) == 1;
    if (!choose_session()) {
        return fail_dial({.kind = trouble_kind::protocol,
                          .fatal = true,
                          .text = peer_ + " does not offer HTTP/2; set `http` to \"auto\""});
    }
    phase_ = phase::open;
    around_.host.on_dial_succeeded(*this);
    if (phase_ == phase::open) on_open();
}

bool connection::choose_session() {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(channel_->ssl(), &chosen, &size);
    const bool h2 = size == 2 && chosen[0] == 'h' && chosen[1] == '2';
    if (!h2 && around_.believes.http() == http_mode::http2) return false;
    if (h2) {
        session_ = std::make_unique<http2_session>(around_.shared, *channel_);
    } else {
        session_ = std::make_unique<http1_session>(around_.shared, *channel_);
        // One request of half a kilobyte at a time never fills a congestion window: what cleverer
        // algorithms do meanwhile (BBR paces with a timer a segment) is a twentieth of what a
        // message costs. Reno is always allowed; where it is not, nothing is lost.
        constexpr std::string_view plainest = "reno";
        ::setsockopt(channel_->fd(), IPPROTO_TCP, TCP_CONGESTION, plainest.data(),
                     static_cast<socklen_t>(plainest.size()));
    }
    return true;
}

void connection::on_open() {
    if (channel_->write_waiting()) session_->flush();
    const std::span<char> into(around_.shared.incoming);
    bool more = true;
    for (int records = 0; more && records < reads_max;) {
        // All that has been received, or as much as there is room for: the session looks at it
        // once.
        std::size_t size = 0;
        wire::channel_io got;
        do {
            got = channel_->read(into.subspan(size));
            size += got.bytes;
            ++records;
        } while (got.status == wire::channel_status::done && channel_->holds_more() &&
                 into.size() - size >= wire::tls_channel::record_max);
        if (size > 0) session_->on_bytes(into.first(size));
        // A sink may have ended us from within; an answer may have ended the connection.
        if (phase_ != phase::open) return;
        if (session_->ending() && session_->flights() == 0) break;
        if (got.status == wire::channel_status::again) {
            around_.host.on_connection_changed(*this);
            return;
        }
        if (got.status != wire::channel_status::done) {
            books.lost = true;
            end(got.status, "the connection ended: " + channel_->why());
            return;
        }
        more = channel_->readable();
    }
    // Under edge triggering nobody else would come back for what is left.
    const bool through = session_->ending() && session_->flights() == 0;
    if (more && !through) around_.set.again(*this);
    around_.host.on_connection_changed(*this);
}

bool connection::still_alive() {
    // The event that tells of a close may still be on its way to us.
    channel_->on_events(EPOLLIN);
    auto& into = around_.shared.incoming;
    auto got = channel_->read(into);
    for (int i = 0; i < reads_max && got.status == wire::channel_status::done; ++i) {
        session_->on_bytes({into.data(), got.bytes});
        got = channel_->read(into);
    }
    peer_gone_ = got.status != wire::channel_status::again || session_->ending();
    return !peer_gone_;
}

void connection::end(wire::channel_status how, std::string_view why) {
    if (phase_ == phase::over) return;
    // The socket first, so that whatever is reported is over when the report is read.
    const bool polite = how == wire::channel_status::done && session_ && session_->flights() == 0;
    drop(polite);
    if (session_) session_->on_end(how, why);
    around_.host.on_connection_changed(*this);
}

void connection::drop(bool politely) noexcept {
    if (phase_ == phase::over) return;
    phase_ = phase::over;
    const int fd = channel_ ? channel_->fd() : socket_.fd();
    if (std::exchange(watched_, false)) around_.set.remove(fd, *this);
    socket_.close();
    if (!channel_) return;
    if (politely) {
        channel_->close_notify();
        channel_->close();
    } else {
        channel_->reset();
    }
}

void connection::dial_timed_out() {
    const bool connecting = phase_ == phase::connecting;
    fail_dial({.kind = trouble_kind::timeout,
               .fatal = false,
               .of_address = true,
               .text = peer_ +
                       (connecting ? " does not answer: the connection was not accepted "
                                     "within connect_timeout"
                                   : " accepted the connection and then did not finish "
                                     "the TLS handshake within connect_timeout") +
                       "; check the network, firewalls and `url`"});
}

void connection::fail_dial(dial_failure why) {
    drop(false);
    around_.host.on_dial_failed(*this, why);
}

dial_failure connection::handshake_failure(wire::channel_status how) const {
    const auto verdict = around_.believes.verdict(*channel_->ssl());
    if (verdict.code != X509_V_OK)
        return {.kind = trouble_kind::certificate, .fatal = true, .text = verdict.text};
    dial_failure why;
    why.of_address = true;
    why.text = "the TLS handshake with " + peer_ + " failed: " +
               (how == wire::channel_status::cut ? std::string("it closed the connection")
                                                 : channel_->why());
    if (channel_->system_error() != 0 || how == wire::channel_status::cut) {
        why.kind = trouble_kind::tls;
        why.text += advice_for(ECONNRESET);
    }
    return why;
}

}  // namespace tidings::net
