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

// What is read from one connection before the others have their turn: records, and bytes of them.
constexpr int reads_max = 64;
constexpr std::size_t bytes_max = 256 * 1024;
// What a record without data is worth of the peer's budget: its keys may have to be renewed for it.
constexpr std::size_t empty_record = 256;

constexpr unsigned unacknowledged_max_ms = 20'000;

constexpr std::string_view flood_words =
    "the server sends TLS records without end that carry nothing";

std::string peer_words(const endpoint& where, const address& to) {
    const auto& by = where.through;
    std::string words = by ? "the proxy " + by->authority : where.authority;
    if (!(by ? by->numeric : where.numeric))
        words += " (" + to.address().to_string() + ":" + std::to_string(to.port()) + ")";
    return words;
}

}  // namespace

connection::connection(const surroundings& around, core::instant now)
    : around_(around), since_(now), life_(around.where.through.has_value()) {
    ready.owner = this;
}

connection::~connection() {
    drop(false);
}

std::unique_ptr<dial_failure> connection::dial(const address& to) {
    to_ = to;
    peer_ = peer_words(around_.where, to);
    const auto failed = [this](int error) {
        connect_error_ = error;
        life_.resume({.what = life_event::kind::connect_seen, .error = error});
        return std::make_unique<dial_failure>(failure());
    };
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
        life_.resume({.what = life_event::kind::resources_gone});
        return std::make_unique<dial_failure>(watch_failure(added.error().text));
    }
    watched_ = true;
    return nullptr;
}

void connection::on_ready(std::uint32_t events) {
    if (channel_) channel_->on_events(events);
    switch (life_.at()) {
        case life_stage::connecting: return perform(look_at_connect(events));
        case life_stage::tunnelling: return perform(life_act::talk_to_proxy);
        case life_stage::handshaking: return perform(life_act::shake_hands);
        case life_stage::open:
        case life_stage::ending: return read_round();
        case life_stage::over: return;
    }
}

life_act connection::look_at_connect(std::uint32_t events) {
    socklen_t size = sizeof connect_error_;
    ::getsockopt(socket_.fd(), SOL_SOCKET, SO_ERROR, &connect_error_, &size);
    return life_.resume({.what = life_event::kind::connect_seen,
                         .error = connect_error_,
                         .writable = (events & EPOLLOUT) != 0});
}

life_event connection::how_it_stands(life_event::kind what) const noexcept {
    return {.what = what,
            .broken = broken(),
            .ending = session_->ending(),
            .in_flight = session_->in_flight()};
}

// `how`: the stream came to its end in that way.
void connection::perform(life_act act, wire::channel_status how) {
    for (;;) {
        switch (act) {
            case life_act::wait: return;
            case life_act::talk_to_proxy: act = talk_to_proxy(); break;
            case life_act::shake_hands:
                act = !channel_ && !make_channel()
                          ? life_.resume({.what = life_event::kind::resources_gone})
                          : life_.resume({.what = life_event::kind::handshake_seen,
                                          .status = channel_->handshake()});
                // It went on for long enough; nobody else would come back for the rest.
                if (act == life_act::wait && channel_->stopped_short()) act = life_act::read_on;
                break;
            case life_act::choose_protocol:
                act = life_.resume(
                    {.what = life_event::kind::protocol_seen, .agreed = choose_session()});
                break;
            case life_act::admit:
                around_.host.on_dial_succeeded(*this);
                if (life_.carries()) read_round();
                return;
            case life_act::read_on: return around_.set.again(*this);
            case life_act::fail_dial: return fail_dial();
            case life_act::part: return close(true, wire::channel_status::done, {});
            case life_act::break_off: return break_off(how);
        }
    }
}

// Until it says no more, or there is a way.
life_act connection::talk_to_proxy() {
    const auto& where = around_.where;
    if (!tunnel_) tunnel_ = std::make_unique<proxy_tunnel>(*where.through, target_of(where));
    auto seen = life_event{.what = life_event::kind::tunnel_seen, .status = say_to_proxy()};
    if (seen.status == wire::channel_status::again) seen = hear_proxy();
    if (seen.tunnel == proxy_tunnel::progress::open) {
        tunnel_.reset();
        peer_ = where.authority + " through " + peer_;
    }
    return life_.resume(seen);
}

wire::channel_status connection::say_to_proxy() {
    while (!tunnel_->unsent().empty()) {
        const auto text = tunnel_->unsent();
        const auto sent = ::send(socket_.fd(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            tunnel_->on_sent(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            return wire::channel_status::failed;
        }
    }
    return wire::channel_status::again;
}

life_event connection::hear_proxy() {
    life_event seen{.what = life_event::kind::tunnel_seen};
    auto& into = around_.shared.incoming;
    while (seen.tunnel == proxy_tunnel::progress::reading) {
        const auto got = ::recv(socket_.fd(), into.data(), into.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            const bool later = got < 0 && errno == EAGAIN;
            seen.status = later ? wire::channel_status::again : wire::channel_status::closed;
            break;
        }
        seen.tunnel = tunnel_->feed({into.data(), static_cast<std::size_t>(got)});
    }
    return seen;
}

bool connection::make_channel() {
    // What is sent and nobody acknowledges: then the path is dead, and the kernel says so.
    ::setsockopt(socket_.fd(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_max_ms,
                 sizeof unacknowledged_max_ms);
    channel_ = std::make_unique<wire::tls_channel>(around_.believes.context(), std::move(socket_),
                                                   wire::tls_channel::side::client,
                                                   around_.shared.received);
    return channel_->ssl() != nullptr && around_.believes.prepare(*channel_->ssl(), around_.where);
}

// False: not what is wanted.
bool connection::choose_session() {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(channel_->ssl(), &chosen, &size);
    const bool h2 = size == 2 && chosen[0] == 'h' && chosen[1] == '2';
    if (!h2 && around_.believes.http() == http_mode::http2) return false;
    if (h2) {
        session_ = std::make_unique<http2_session>(around_.shared, *channel_);
        return true;
    }
    session_ = std::make_unique<http1_session>(around_.shared, *channel_);
    // One request of half a kilobyte at a time never fills a congestion window: what cleverer
    // algorithms do meanwhile (BBR paces with a timer a segment) is a twentieth of what a
    // message costs. Reno is always allowed; where it is not, nothing is lost.
    constexpr std::string_view plainest = "reno";
    ::setsockopt(channel_->fd(), IPPROTO_TCP, TCP_CONGESTION, plainest.data(),
                 static_cast<socklen_t>(plainest.size()));
    return true;
}

void connection::read_round() {
    if (channel_->write_waiting()) session_->flush();
    const std::span<char> into(around_.shared.incoming);
    auto status = wire::channel_status::done;
    std::size_t bytes = 0;
    for (int records = 0;
         status == wire::channel_status::done && records < reads_max && bytes < bytes_max;) {
        // All that has been received, or as much as there is room for: the session looks at it
        // once.
        std::size_t size = 0;
        wire::channel_io got;
        do {
            got = channel_->read(into.subspan(size));
            if (got.bytes == 0 && got.status == wire::channel_status::done)
                records_.spend(empty_record);
            size += got.bytes;
            ++records;
        } while (got.status == wire::channel_status::done && channel_->holds_more() &&
                 into.size() - size >= wire::tls_channel::record_max);
        bytes += size;
        if (size > 0) session_->on_bytes(into.first(size));
        // A sink may have ended us from within; an answer may have ended the connection.
        if (!life_.carries()) return;
        if (session_->ending() && session_->in_flight() == 0) return review();
        status = got.status;
        if (status == wire::channel_status::done && !channel_->readable())
            status = wire::channel_status::again;
    }
    // Under edge triggering nobody else would come back for what is left.
    auto seen = how_it_stands(life_event::kind::stream_read);
    seen.status = status;
    seen.flooded = records_.overspent();
    perform(life_.resume(seen), status);
    if (life_.carries()) around_.host.on_connection_changed(*this);
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

void connection::review() {
    if (!life_.carries()) return;
    perform(life_.resume(how_it_stands(life_event::kind::session_moved)));
    if (life_.carries()) around_.host.on_connection_changed(*this);
}

std::string_view connection::trouble() const noexcept {
    if (life_.end() == life_end::flooded) return flood_words;
    return life_.end() == life_end::finished ? session_->trouble() : std::string_view();
}

void connection::flush() {
    if (!life_.carries()) return;
    session_->flush();
    review();
}

void connection::tell(life_event::kind what) {
    perform(life_.resume(session_ ? how_it_stands(what) : life_event{.what = what}));
}

void connection::break_off(wire::channel_status how) {
    if (channel_) channel_->look_for_alert();
    switch (life_.end()) {
        case life_end::peer_gone:
            return close(false, how,
                         how == wire::channel_status::failed
                             ? "the connection ended: " + channel_->why()
                             : "the server closed the connection without an answer");
        case life_end::broken:
            return close(false, wire::channel_status::failed,
                         "the connection broke: " + channel_->why());
        case life_end::flooded: return close(false, wire::channel_status::failed, flood_words);
        case life_end::none:
        case life_end::connect:
        case life_end::no_tunnel:
        case life_end::handshake:
        case life_end::hung_up:
        case life_end::timeout:
        case life_end::protocol:
        case life_end::resources:
        case life_end::finished:
        case life_end::idle:
        case life_end::stopped: break;
    }
    close(false, wire::channel_status::again, "given up: the run was stopped");
}

void connection::close(bool politely, wire::channel_status how, std::string_view why) {
    // The socket first, so that whatever is reported is over when the report is read.
    drop(politely);
    if (session_) session_->on_end(how, why);
    around_.host.on_connection_changed(*this);
}

void connection::drop(bool politely) noexcept {
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

void connection::fail_dial() {
    const auto why = failure();
    drop(false);
    around_.host.on_dial_failed(*this, why);
}

bool connection::has_certificate() const noexcept {
    return SSL_get_certificate(channel_->ssl()) != nullptr;
}

std::optional<dial_failure> connection::refusal() const {
    if (!channel_ || !channel_->refused_certificate()) return std::nullopt;
    return client_certificate_failure(has_certificate(), alert_name(*channel_->alert()), peer_);
}

dial_step connection::slow_step() const noexcept {
    if (channel_) return dial_step::handshake;
    return tunnel_ ? dial_step::tunnel : dial_step::connect;
}

dial_failure connection::tunnel_failure() const {
    if (tunnel_->refused())
        return proxy_refusal(tunnel_->status(), tunnel_->words(),
                             !around_.where.through->authorization.empty(), peer_);
    return tunnel_->answered() ? no_proxy_failure(peer_) : proxy_hang_up_failure(peer_);
}

// Pre: its life ended while it was being dialed.
dial_failure connection::failure() const {
    switch (life_.end()) {
        case life_end::connect: return connect_failure(connect_error_, peer_);
        case life_end::timeout: return timeout_failure(slow_step(), peer_);
        case life_end::no_tunnel: return tunnel_failure();
        case life_end::protocol: return protocol_failure(peer_);
        case life_end::hung_up: return hang_up_failure("it closed the connection", peer_);
        case life_end::handshake: {
            const auto verdict = around_.believes.verdict(*channel_->ssl());
            if (verdict.code != X509_V_OK) return certificate_failure(verdict.text);
            if (const auto alert = channel_->alert()) {
                const auto name = alert_name(*alert);
                if (channel_->asked_for_certificate())
                    return client_certificate_failure(has_certificate(), name, peer_);
                return alert_failure(*alert, name, peer_);
            }
            if (channel_->system_error() != 0) return hang_up_failure(channel_->why(), peer_);
            return handshake_failure(channel_->why(), peer_);
        }
        case life_end::none:
        case life_end::resources:
        case life_end::finished:
        case life_end::idle:
        case life_end::peer_gone:
        case life_end::broken:
        case life_end::flooded:
        case life_end::stopped: break;
    }
    return memory_failure();
}

}  // namespace tidings::net
