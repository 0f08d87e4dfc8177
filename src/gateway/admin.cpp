#include "admin.hpp"

#include "tidings/gateway/answer_bytes.hpp"

#include <charconv>
#include <list>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tidings::gateway {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr std::size_t ledger_piece = 256 * 1024;
constexpr std::string_view json_type = "application/json";

using admin_request = http::request<http::string_body>;

struct admin_answer {
    std::uint16_t status = 200;
    std::string body;
};

admin_answer refusal(std::uint16_t status, const std::string& text) {
    return {status, R"({"error":)" + json_quoted(text) + "}\n"};
}

admin_answer outcome_of(const core::result<void>& changed) {
    if (!changed) return refusal(400, changed.error().text);
    return {200, "{\"ok\":true}\n"};
}

admin_answer change(administered& what, std::string_view path, const std::string& body) {
    if (path == "/_gateway/reset") {
        what.desk().forget();
        return {200, "{\"ok\":true}\n"};
    }
    if (path == "/_gateway/faults") {
        const auto read = faults_from_text(body);
        return read ? outcome_of(what.change_faults(*read)) : refusal(400, read.error().text);
    }
    if (path == "/_gateway/limits") {
        const auto read = limits_from_text(body, what.desk().judging().service().limits);
        return read ? outcome_of(what.change_limits(*read)) : refusal(400, read.error().text);
    }
    return refusal(404,
                   "there is /_gateway/faults, /_gateway/limits and /_gateway/reset to POST "
                   "to");
}

admin_answer answer_of(administered& what, const admin_request& asked, std::string_view path) {
    if (asked.method() == http::verb::post) return change(what, path, asked.body());
    if (asked.method() != http::verb::get) return refusal(405, "only GET and POST are known here");
    if (path != "/_gateway/stats")
        return refusal(404, "there is /_gateway/stats and /_gateway/ledger to GET");
    auto& desk = what.desk();
    return {200, statistics_json(desk.counters(), desk.book(), desk.judging(), desk.faults())};
}

// "since=17": entries from that number on.
std::uint64_t since_of(std::string_view query) {
    constexpr std::string_view key = "since=";
    const auto at = query.find(key);
    std::uint64_t since = 0;
    if (at != std::string_view::npos) {
        const auto text = query.substr(at + key.size());
        std::from_chars(text.data(), text.data() + text.size(), since);
    }
    return since;
}

}  // namespace

class admin_port::body {
  public:
    body(asio::io_context& io, administered& what) : acceptor_(io), pause_(io), what_(what) {}

    boost::system::error_code listen(std::uint16_t port);
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void stop();

    static asio::awaitable<void> accept(std::shared_ptr<body> self);

  private:
    static asio::awaitable<void> serve(std::shared_ptr<body> self, tcp::socket* client);
    static asio::awaitable<void> talk(body& self, tcp::socket& client);
    static asio::awaitable<void> write_ledger(body& self, tcp::socket& client, std::uint64_t since);

    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    administered& what_;
    std::list<tcp::socket> clients_;
    bool stopped_ = false;
};

boost::system::error_code admin_port::body::listen(std::uint16_t port) {
    boost::system::error_code error;
    const tcp::endpoint where(asio::ip::address_v4::loopback(), port);
    acceptor_.open(where.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

void admin_port::body::stop() {
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (auto& client : clients_)
        client.close(ignored);
}

asio::awaitable<void> admin_port::body::accept(std::shared_ptr<body> self) {
    while (!self->stopped_) {
        auto [error, socket] = co_await self->acceptor_.async_accept(as_result);
        if (self->stopped_) break;
        if (error) {
            // No descriptor left, most likely; asking again at once would not help.
            self->pause_.expires_after(accept_pause);
            co_await self->pause_.async_wait(as_result);
            continue;
        }
        if (self->clients_.size() >= clients_max) continue;
        self->clients_.push_back(std::move(socket));
        auto* const client = &self->clients_.back();
        asio::co_spawn(client->get_executor(), serve(self, client), [self](std::exception_ptr) {});
    }
}

asio::awaitable<void> admin_port::body::serve(std::shared_ptr<body> self, tcp::socket* client) {
    co_await talk(*self, *client);
    boost::system::error_code ignored;
    client->shutdown(tcp::socket::shutdown_send, ignored);
    self->clients_.remove_if([client](const tcp::socket& one) { return &one == client; });
}

asio::awaitable<void> admin_port::body::talk(body& self, tcp::socket& client) {
    boost::beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_bytes_max);
    const auto [error, size] = co_await http::async_read(client, buffer, parser, as_result);
    if (error || self.stopped_) co_return;
    const auto& asked = parser.get();
    const std::string_view target(asked.target().data(), asked.target().size());
    const auto path = target.substr(0, target.find('?'));
    if (asked.method() == http::verb::get && path == "/_gateway/ledger") {
        co_await write_ledger(self, client, since_of(target.substr(path.size())));
        co_return;
    }
    const auto said = answer_of(self.what_, asked, path);
    std::string out;
    answer_parts parts;
    parts.status = said.status;
    parts.content_type = json_type;
    parts.body = said.body;
    parts.close = true;
    append_answer(out, parts);
    co_await asio::async_write(client, asio::buffer(out), as_result);
}

// In pieces, so that ten million lines neither fill the memory nor hold up the endpoint.
asio::awaitable<void> admin_port::body::write_ledger(body& self, tcp::socket& client,
                                                     std::uint64_t since) {
    std::string out;
    answer_parts parts;
    parts.content_type = "application/x-ndjson";
    parts.close = true;
    append_head(out, parts);
    out += "\r\n";
    const auto end = self.what_.desk().book().size();
    for (auto number = since;;) {
        auto& desk = self.what_.desk();
        // The book may have been cleared meanwhile.
        for (; number < std::min(end, desk.book().size()) && out.size() < ledger_piece; ++number) {
            append_ledger_line(out, number, desk.book()[number], desk.judging().senders());
            out += '\n';
        }
        const bool last = number >= std::min(end, desk.book().size());
        const auto [error, size] = co_await asio::async_write(client, asio::buffer(out), as_result);
        if (error || last || self.stopped_) co_return;
        out.clear();
    }
}

core::result<std::unique_ptr<admin_port>> admin_port::open(asio::io_context& io, std::uint16_t port,
                                                           administered& what) {
    auto own = std::make_shared<body>(io, what);
    if (const auto error = own->listen(port))
        return core::failure{core::trouble::network,
                             "the admin port 127.0.0.1:" + std::to_string(port) +
                                 " cannot be used: " + error.message() +
                                 "; choose another with server.admin_port, or 0 for a free one"};
    asio::co_spawn(io, body::accept(own), [own](std::exception_ptr) {});
    return std::unique_ptr<admin_port>(new admin_port(std::move(own)));
}

admin_port::~admin_port() {
    stop();
}
std::uint16_t admin_port::port() const noexcept {
    return body_->port();
}
void admin_port::stop() {
    body_->stop();
}

}  // namespace tidings::gateway
