#include "tidings/net/probe.hpp"

#include "tidings/codec/request.hpp"

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

// Runs one asynchronous step to its end: the stream's own timer is the bound on it.
template <class Start>
boost::system::error_code complete(asio::io_context& io, Start start) {
    boost::system::error_code ended;
    start([&](boost::system::error_code code, auto&&...) { ended = code; });
    io.restart();
    io.run();
    return ended;
}

core::failure failed(const endpoint& where, std::string_view doing, const std::string& why) {
    return {core::trouble::network,
            where.authority + ": " + std::string(doing) + " failed: " + why};
}

asio::ssl::context shared_context(const trust& trust) {
    SSL_CTX_up_ref(&trust.context());
    return asio::ssl::context(&trust.context());
}

}  // namespace

core::result<probe_answer> probe(trust& trust, const endpoint& where, std::string_view token,
                                 core::duration patience) {
    // The very bytes of a message, but for the body.
    const auto requests =
        codec::request_writer::make({.path = where.target, .host = where.authority});
    if (!requests) return requests.error();
    asio::io_context io{1};
    boost::system::error_code code;
    asio::ip::tcp::resolver resolver(io);
    const auto found = resolver.resolve(where.host, std::to_string(where.port), code);
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
    code = complete(io, [&](auto done) { tcp.async_connect(found, done); });
    if (code) return failed(where, "connecting", code.message());
    code = complete(
        io, [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
    if (code) {
        const auto verdict = trust.verdict(*stream.native_handle());
        return failed(where, "the TLS handshake",
                      verdict.code == X509_V_OK ? code.message() : verdict.text);
    }
    std::string request(requests->size_max(token.size()), '\0');
    const char* const end = requests->write_probe(request.data(), token);
    const auto bytes = asio::buffer(request.data(), static_cast<std::size_t>(end - request.data()));
    code = complete(io, [&](auto done) { asio::async_write(stream, bytes, done); });
    if (code) return failed(where, "sending", code.message());
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(body_max);
    code = complete(io, [&](auto done) { http::async_read(stream, buffer, parser, done); });
    if (code) return failed(where, "reading the answer", code.message());
    return probe_answer{.status = parser.get().result_int(),
                        .body = std::move(parser.get().body())};
}

}  // namespace tidings::net
