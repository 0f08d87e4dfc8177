#include "net/plain_call.hpp"

#include "net/proxy_tunnel.hpp"

#include <array>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tidings::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using tls_stream = asio::ssl::stream<beast::tcp_stream>;

// Runs one asynchronous step after the other, each to its end: the stream's own timer is the bound
// on it, or whoever asks to stop.
struct stepper {
    asio::io_context& io;
    const std::stop_token& stop;

    template <class Start>
    boost::system::error_code complete(Start start) const {
        boost::system::error_code ended = asio::error::operation_aborted;
        start([&](boost::system::error_code code, auto&&...) { ended = code; });
        io.restart();
        const std::stop_callback stopping(stop, [this] { io.stop(); });
        io.run();
        return ended;
    }
};

core::failure failed(const endpoint& where, std::string_view doing, const std::string& why) {
    return {core::trouble::network,
            where.authority + ": " + std::string(doing) + " failed: " + why};
}

asio::ssl::context shared_context(const trust& trust) {
    SSL_CTX_up_ref(&trust.context());
    return asio::ssl::context(&trust.context());
}

core::result<void> open_tunnel(beast::tcp_stream& tcp, const stepper& steps,
                               const endpoint& where) {
    const auto lost = [&](const std::string& why) {
        return failed(where, "asking the proxy " + where.through->authority, why);
    };
    proxy_tunnel tunnel(*where.through, target_of(where));
    const auto request = asio::buffer(tunnel.unsent());
    auto code = steps.complete([&](auto done) { asio::async_write(tcp, request, done); });
    std::array<char, 1024> answer{};
    auto told = proxy_tunnel::progress::reading;
    while (!code && told == proxy_tunnel::progress::reading) {
        std::size_t size = 0;
        code = steps.complete([&](auto done) {
            tcp.async_read_some(asio::buffer(answer),
                                [&size, done](boost::system::error_code ended, std::size_t bytes) {
                                    size = bytes;
                                    done(ended);
                                });
        });
        told = tunnel.feed({answer.data(), size});
    }
    if (told == proxy_tunnel::progress::open) return {};
    if (code) return lost(code.message());
    return lost(tunnel.refused() ? "it says \"" + tunnel.words() + "\""
                                 : "it does not answer as an HTTP proxy does");
}

}  // namespace

struct plain_call::parts {
    parts(const trust& anchors, const endpoint& there, core::duration longest,
          std::stop_token asked)
        : context(shared_context(anchors)),
          stream(io, context),
          where(there),
          patience(longest),
          stop(std::move(asked)) {}

    asio::io_context io{1};
    asio::ssl::context context;
    tls_stream stream;
    const endpoint& where;
    core::duration patience;
    std::stop_token stop;
    beast::flat_buffer buffer;

    stepper steps() { return {.io = io, .stop = stop}; }
    beast::tcp_stream& tcp() { return beast::get_lowest_layer(stream); }
};

plain_call::plain_call(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
plain_call::~plain_call() = default;
plain_call::plain_call(plain_call&&) noexcept = default;
plain_call& plain_call::operator=(plain_call&&) noexcept = default;

core::result<plain_call> plain_call::open(trust& trust, const endpoint& where,
                                          core::duration patience, std::stop_token stop) {
    auto made = std::make_unique<parts>(trust, where, patience, std::move(stop));
    auto& stream = made->stream;
    const auto steps = made->steps();
    boost::system::error_code code;
    asio::ip::tcp::resolver resolver(made->io);
    const auto& by = where.through;
    const auto found = resolver.resolve(by ? by->host : where.host,
                                        std::to_string(by ? by->port : where.port), code);
    if (code) return failed(where, "looking the host up", code.message());
    if (!trust.prepare(*stream.native_handle(), where))
        return failed(where, "preparing TLS", "OpenSSL refuses");
    // Requests are written here, so it must be HTTP/1.1.
    constexpr unsigned char only_http1[] = "\x08http/1.1";
    SSL_set_alpn_protos(stream.native_handle(), only_http1, sizeof only_http1 - 1);
    made->tcp().expires_after(patience);
    code = steps.complete([&](auto done) { made->tcp().async_connect(found, done); });
    if (code) return failed(where, "connecting", code.message());
    if (by) {
        const auto tunnel = open_tunnel(made->tcp(), steps, where);
        if (!tunnel) return tunnel.error();
    }
    code = steps.complete(
        [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
    if (code) {
        const auto verdict = trust.verdict(*stream.native_handle());
        return failed(where, "the TLS handshake",
                      verdict.code == X509_V_OK ? code.message() : verdict.text);
    }
    return plain_call(std::move(made));
}

core::result<plain_reply> plain_call::ask(std::string_view request) {
    auto& at = *parts_;
    at.tcp().expires_after(at.patience);
    const auto bytes = asio::buffer(request.data(), request.size());
    const auto steps = at.steps();
    auto code = steps.complete([&](auto done) { asio::async_write(at.stream, bytes, done); });
    if (code) return failed(at.where, "sending", code.message());
    http::response_parser<http::string_body> parser;
    parser.body_limit(body_max);
    code = steps.complete([&](auto done) { http::async_read(at.stream, at.buffer, parser, done); });
    if (code) return failed(at.where, "reading the answer", code.message());
    auto answer = parser.release();
    return plain_reply{.status = answer.result_int(),
                       .content_type = std::string(answer[http::field::content_type]),
                       .body = std::move(answer.body()),
                       .retry_after = std::string(answer[http::field::retry_after]),
                       .keep_alive = answer.keep_alive()};
}

}  // namespace tidings::net
