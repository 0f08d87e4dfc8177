#include "net/probe.hpp"

#include "codec/messages/request.hpp"
#include "net/proxy_tunnel.hpp"

#include <array>
#include <optional>
#include <string>
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

constexpr std::size_t body_max = 64 * 1024;

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

// One request and its answer.
core::result<http::response<http::string_body>> asked(tls_stream& stream, const stepper& steps,
                                                      const endpoint& where,
                                                      const codec::request_writer& writer,
                                                      const std::string& token) {
    std::string request(writer.size_max(token.size()), '\0');
    const char* const end = writer.write_probe(request.data(), token);
    const auto bytes = asio::buffer(request.data(), static_cast<std::size_t>(end - request.data()));
    auto code = steps.complete([&](auto done) { asio::async_write(stream, bytes, done); });
    if (code) return failed(where, "sending", code.message());
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(body_max);
    code = steps.complete([&](auto done) { http::async_read(stream, buffer, parser, done); });
    if (code) return failed(where, "reading the answer", code.message());
    return parser.release();
}

}  // namespace

core::result<probe_answer> probe(trust& trust, const endpoint& where,
                                 const std::function<std::string()>& token, core::duration patience,
                                 const wire::clock& clock, std::size_t requests,
                                 const std::stop_token& stop) {
    // The very bytes of a message, but for the body.
    const auto writer =
        codec::request_writer::make({.path = where.target, .host = where.authority});
    if (!writer) return writer.error();
    asio::io_context io{1};
    const stepper steps{.io = io, .stop = stop};
    boost::system::error_code code;
    asio::ip::tcp::resolver resolver(io);
    const auto& by = where.through;
    const auto found = resolver.resolve(by ? by->host : where.host,
                                        std::to_string(by ? by->port : where.port), code);
    if (code) return failed(where, "looking the host up", code.message());

    auto context = shared_context(trust);
    tls_stream stream(io, context);
    if (!trust.prepare(*stream.native_handle(), where))
        return failed(where, "preparing TLS", "OpenSSL refuses");
    // The request is written here, so it must be HTTP/1.1.
    constexpr unsigned char only_http1[] = "\x08http/1.1";
    SSL_set_alpn_protos(stream.native_handle(), only_http1, sizeof only_http1 - 1);
    auto& tcp = beast::get_lowest_layer(stream);
    tcp.expires_after(patience);
    code = steps.complete([&](auto done) { tcp.async_connect(found, done); });
    if (code) return failed(where, "connecting", code.message());
    if (by) {
        const auto open = open_tunnel(tcp, steps, where);
        if (!open) return open.error();
    }
    code = steps.complete(
        [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
    if (code) {
        const auto verdict = trust.verdict(*stream.native_handle());
        return failed(where, "the TLS handshake",
                      verdict.code == X509_V_OK ? code.message() : verdict.text);
    }
    probe_answer told;
    for (std::size_t i = 0; i < requests; ++i) {
        tcp.expires_after(patience);
        const auto began = clock.now();
        auto answer = asked(stream, steps, where, *writer, token());
        if (!answer && told.took.empty()) return answer.error();
        if (!answer) break;
        told.took.push_back(clock.now() - began);
        if (i == 0) {
            told.status = answer->result_int();
            told.content_type = (*answer)[http::field::content_type];
            told.body = std::move(answer->body());
        }
        if (!answer->keep_alive()) break;
    }
    return told;
}

}  // namespace tidings::net
