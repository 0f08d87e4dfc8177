#include "gateway/server/admin.hpp"

#include "gateway/server/admin_gate.hpp"
#include "gateway/server/answer_bytes.hpp"

#include <algorithm>
#include <charconv>
#include <list>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tidings::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
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
    if (path == "/_gateway/settings") return outcome_of(what.change_settings(body));
    return refusal(404,
                   "there is /_gateway/settings, /_gateway/faults, /_gateway/limits and "
                   "/_gateway/reset to POST to");
}

admin_answer answer_of(administered& what, const admin_request& asked, std::string_view path) {
    if (asked.method() == http::verb::post) return change(what, path, asked.body());
    if (asked.method() != http::verb::get) return refusal(405, "only GET and POST are known here");
    if (path != "/_gateway/stats")
        return refusal(404, "there is /_gateway/stats and /_gateway/ledger to GET");
    auto& desk = what.desk();
    return {200, statistics_json(desk.counters(), desk.book(), desk.judging(), desk.faults())};
}

admin_claims claims_of(const admin_request& asked) {
    const auto said = [&asked](http::field name) {
        const auto value = asked[name];
        return std::string_view(value.data(), value.size());
    };
    return {.hosts = asked.count(http::field::host),
            .host = said(http::field::host),
            .from_a_page = asked.count(http::field::origin) > 0,
            .authorization = said(http::field::authorization),
            .changes = asked.method() == http::verb::post,
            .content_type = said(http::field::content_type)};
}

// A page of the ledger: at most `limit` entries, from the number `since` on.
struct ledger_page {
    std::uint64_t since = 0;
    std::uint64_t limit = UINT64_MAX;
    ledger_numbers numbers = ledger_numbers::masked;
};

// "?since=17&limit=1000&numbers=full"; nullopt: something else is in it.
std::optional<ledger_page> page_of(std::string_view query) {
    ledger_page page;
    if (query.starts_with('?')) query.remove_prefix(1);
    while (!query.empty()) {
        const auto one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), one.size() + 1));
        const auto equals = one.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = one.substr(0, equals);
        const auto text = one.substr(equals + 1);
        if (name == "numbers" && (text == "full" || text == "masked")) {
            page.numbers = text == "full" ? ledger_numbers::full : ledger_numbers::masked;
            continue;
        }
        std::uint64_t* const into = name == "since"   ? &page.since
                                    : name == "limit" ? &page.limit
                                                      : nullptr;
        const auto* const end = text.data() + text.size();
        if (into == nullptr || text.empty()) return std::nullopt;
        const auto [stop, error] = std::from_chars(text.data(), end, *into);
        if (error != std::errc() || stop != end) return std::nullopt;
    }
    return page;
}

}  // namespace

class admin_port::body {
  public:
    body(asio::io_context& io, std::string token, administered& what)
        : acceptor_(io), pause_(io), token_(std::move(token)), what_(what) {}

    boost::system::error_code listen(std::uint16_t port);
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void stop();

    static asio::awaitable<void> accept(std::shared_ptr<body> self);

  private:
    static asio::awaitable<void> serve(std::shared_ptr<body> self, beast::tcp_stream* client);
    void give_up(const beast::tcp_stream* client);
    // Nothing: the connection ends without a word.
    using reply = std::variant<std::monostate, admin_answer, ledger_page>;
    reply reply_to(const boost::system::error_code& error, const admin_request& asked);
    static asio::awaitable<void> talk(body& self, beast::tcp_stream& client);
    static asio::awaitable<void> write_ledger(body& self, beast::tcp_stream& client,
                                              ledger_page page);
    static asio::awaitable<void> say(beast::tcp_stream& client, admin_answer what);

    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::string token_;
    administered& what_;
    std::list<beast::tcp_stream> clients_;
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
        client.socket().close(ignored);
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
        // Those that are being closed are still there for a moment.
        if (self->clients_.size() >= 2 * clients_max) continue;
        if (self->clients_.size() >= clients_max) self->give_up(&self->clients_.front());
        self->clients_.emplace_back(std::move(socket));
        auto* const client = &self->clients_.back();
        asio::co_spawn(client->get_executor(), serve(self, client), [self](std::exception_ptr) {});
    }
}

asio::awaitable<void> admin_port::body::serve(std::shared_ptr<body> self,
                                              beast::tcp_stream* client) {
    asio::steady_timer whole(client->get_executor(), exchange_max);
    whole.async_wait([self, client](const boost::system::error_code& error) {
        if (!error) self->give_up(client);
    });
    co_await talk(*self, *client);
    boost::system::error_code ignored;
    client->socket().shutdown(tcp::socket::shutdown_send, ignored);
    self->clients_.remove_if([client](const beast::tcp_stream& one) { return &one == client; });
}

void admin_port::body::give_up(const beast::tcp_stream* client) {
    for (auto& one : clients_)
        if (&one == client) one.close();
}

admin_port::body::reply admin_port::body::reply_to(const boost::system::error_code& error,
                                                   const admin_request& asked) {
    if (error == http::error::body_limit) return refusal(413, "no body here is larger than 1 MiB");
    if (error == http::error::header_limit)
        return refusal(431, "no header here is larger than 8 KiB");
    if (error || stopped_) return {};
    if (const auto why = why_not_admitted(claims_of(asked), port(), token_))
        return refusal(why->status, std::string(why->why));
    const std::string_view target(asked.target().data(), asked.target().size());
    const auto path = target.substr(0, target.find('?'));
    if (asked.method() != http::verb::get || path != "/_gateway/ledger")
        return answer_of(what_, asked, path);
    if (const auto page = page_of(target.substr(path.size()))) return *page;
    return refusal(400, "the ledger knows ?since=N&limit=N&numbers=full");
}

asio::awaitable<void> admin_port::body::talk(body& self, beast::tcp_stream& client) {
    boost::beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_bytes_max);
    client.expires_after(patience);
    const auto [error, size] = co_await http::async_read(client, buffer, parser, as_result);
    auto made = self.reply_to(error, parser.get());
    if (const auto* const page = std::get_if<ledger_page>(&made))
        co_await write_ledger(self, client, *page);
    else if (auto* const answer = std::get_if<admin_answer>(&made))
        co_await say(client, std::move(*answer));
}

asio::awaitable<void> admin_port::body::say(beast::tcp_stream& client, admin_answer what) {
    std::string out;
    answer_parts parts;
    parts.status = what.status;
    parts.content_type = json_type;
    parts.body = what.body;
    parts.close = true;
    append_answer(out, parts);
    client.expires_after(patience);
    co_await asio::async_write(client, asio::buffer(out), as_result);
}

// In pieces, so that ten million lines neither fill the memory nor hold up the endpoint.
asio::awaitable<void> admin_port::body::write_ledger(body& self, beast::tcp_stream& client,
                                                     ledger_page page) {
    std::string out;
    answer_parts parts;
    parts.content_type = "application/x-ndjson";
    parts.close = true;
    append_head(out, parts);
    out += "\r\n";
    const auto size_now = self.what_.desk().book().size();
    const auto end = page.since + std::min(page.limit, size_now - std::min(page.since, size_now));
    for (auto number = page.since;;) {
        auto& desk = self.what_.desk();
        // The book may have been cleared meanwhile.
        for (; number < std::min(end, desk.book().size()) && out.size() < ledger_piece; ++number) {
            append_ledger_line(out, number, desk.book()[number], desk.judging().senders(),
                               page.numbers);
            out += '\n';
        }
        const bool last = number >= std::min(end, desk.book().size());
        client.expires_after(patience);
        const auto [error, size] = co_await asio::async_write(client, asio::buffer(out), as_result);
        if (error || last || self.stopped_) co_return;
        out.clear();
    }
}

core::result<std::unique_ptr<admin_port>> admin_port::open(asio::io_context& io, std::uint16_t port,
                                                           std::string token, administered& what) {
    auto own = std::make_shared<body>(io, std::move(token), what);
    if (const auto error = own->listen(port))
        return core::failure{core::trouble::network,
                             "the admin port 127.0.0.1:" + std::to_string(port) +
                                 " cannot be used: " + error.message() +
                                 "; choose another with server.admin, or port 0 for a free one"};
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
