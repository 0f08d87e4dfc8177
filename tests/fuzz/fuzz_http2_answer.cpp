// Whatever a server writes on an HTTP/2 connection that carries eight messages: frames of any kind
// behind an orderly SETTINGS. No crash, each message is reported once, no more and no less, and
// what is reported is the same when the bytes come in pieces so small that no head is ever known
// again: what net/answer_heads knows is what nghttp2 would have decoded.
#include "net/http2_session.hpp"
#include "support/manual_clock.hpp"
#include "support/test_certificates.hpp"
#include "wire/tls_channel.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>

#include <sys/epoll.h>
#include <sys/socket.h>

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

struct fate {
    bool ended = false;
    std::uint16_t status = 0;
    core::attempt_step furthest = core::attempt_step::not_started;
    core::stream_end stream = core::stream_end::open;
    bool waits = false;

    bool operator==(const fate&) const = default;
};
using fates = std::array<fate, 8>;

class counting_host final : public net::session_host {
  public:
    void on_attempt_over(net::attempt& one, core::attempt_report& report) override {
        must(one.which < ended.size() && !ended[one.which].ended);
        ended[one.which] = {.ended = true,
                            .status = report.reply ? report.reply->status : std::uint16_t{0},
                            .furthest = report.furthest,
                            .stream = report.stream,
                            .waits = report.reply && report.reply->retry_after};
        if (report.reply) must(report.reply->status >= 200 && report.reply->status <= 599);
        must(!report.reply || report.stream == core::stream_end::open);
    }

    fates ended{};
};

// A connection whose requests are really written, and whose other end throws them away: answers
// to what was not written count for nothing.
class written_away {
  public:
    written_away() {
        std::array<int, 2> ends{};
        must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) ==
             0);
        SSL_CTX_load_verify_file(client_context_.get(), authority_.file().c_str());
        client_.emplace(*client_context_, wire::socket_handle(ends[0]),
                        wire::tls_channel::side::client, client_received_);
        server_.emplace(*server_context_, wire::socket_handle(ends[1]),
                        wire::tls_channel::side::server, server_received_);
        bool client_done = false;
        bool server_done = false;
        for (int i = 0; i < 100 && !(client_done && server_done); ++i) {
            client_->on_events(EPOLLIN | EPOLLOUT);
            server_->on_events(EPOLLIN | EPOLLOUT);
            client_done = client_done || client_->handshake() == wire::channel_status::done;
            server_done = server_done || server_->handshake() == wire::channel_status::done;
        }
        must(client_done && server_done);
    }

    wire::tls_channel& channel() {
        std::array<char, 65536> ignored{};
        while (::recv(server_->fd(), ignored.data(), ignored.size(), 0) > 0) {
        }
        client_->on_events(EPOLLOUT);
        client_->flush();
        return *client_;
    }

  private:
    tests::test_authority authority_;
    wire::openssl_ptr<SSL_CTX> server_context_ = authority_.server_context();
    wire::openssl_ptr<SSL_CTX> client_context_ = wire::make_client_context().value();
    wire::receive_buffer client_received_;
    wire::receive_buffer server_received_;
    std::optional<wire::tls_channel> client_;
    std::optional<wire::tls_channel> server_;
};

codec::request_writer make_requests() {
    return codec::request_writer::make({.path = "/x", .host = "localhost"}).value();
}

// Each of two halves comes in pieces of at most `at_once` bytes.
fates read(std::string_view text, std::size_t at_once) {
    static written_away connection;
    static const auto requests = make_requests();
    static const tests::manual_clock clock;
    static const net::session_options options{.header_max = 1024, .body_kept_max = 512};
    counting_host host;
    net::session_shared shared{
        .host = host, .clock = clock, .options = options, .requests = requests};
    wire::tls_channel& channel = connection.channel();

    net::http2_session session(shared, channel);
    constexpr std::array<char, 9> settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    session.on_bytes(settings);
    std::array<net::attempt, 8> attempts{};
    core::ticket begun = 0;
    const auto to = core::phone_number::from_digits(917'760'336'484);
    for (; begun < attempts.size() && session.room() > 0; ++begun) {
        attempts[begun].which = begun;
        session.begin(attempts[begun],
                      {.which = begun, .from = to, .to = to, .token = "aaaa.bbbb.cccc"});
    }
    must(begun == attempts.size());
    session.flush();
    const std::size_t half = text.size() / 2;
    for (std::string_view part : {text.substr(0, half), text.substr(half)}) {
        for (; !part.empty(); part.remove_prefix(std::min(at_once, part.size())))
            session.on_bytes(std::span(part.data(), std::min(at_once, part.size())));
        session.flush();
    }
    session.on_end(wire::channel_status::cut, "the end");
    must(session.in_flight() == 0);
    for (const auto& one : host.ended)
        must(one.ended);
    return host.ended;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16384) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::size_t less_than_a_frame = 8;
    must(read(text, 16384) == read(text, less_than_a_frame));
    return 0;
}
