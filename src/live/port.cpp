#include "live/port.hpp"

#include "live/built_in_page.hpp"
#include "live/port_request.hpp"
#include "view/json_text.hpp"

#include <array>
#include <future>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

// GCC 12 takes the frames of coroutines for memory that operator new did not give.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tidings::live {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto crowded_pause = std::chrono::milliseconds(20);
// What a client that was refused may still be sending is read for so long and so far, because it
// would not hear the answer otherwise.
constexpr auto unread_patience = std::chrono::seconds(1);
constexpr std::size_t unread_max = 64 * 1024;
// Less than anybody else of this process gets.
constexpr int courtesy = 10;

using port_http = http::request<http::string_body>;

std::string_view view_of(beast::string_view text) {
    return {text.data(), text.size()};
}

port_request request_of(const port_http& asked) {
    const auto field = [&](const auto name) { return view_of(asked[name]); };
    return {.method = view_of(asked.method_string()),
            .target = view_of(asked.target()),
            .claims = {.hosts = asked.count(http::field::host),
                       .host = field(http::field::host),
                       .origin = field(http::field::origin),
                       .authorization = field(http::field::authorization)},
            .mark = field("Tidings-Control"),
            .has_body = !asked.body().empty()};
}

std::string written(const tcp::endpoint& at) {
    const auto address = at.address();
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

codec::listen_address address_of(const tcp::endpoint& at) {
    return {written(at), at.port()};
}

// A list may be what a command writes, and that one has no business with the port.
void keep_from_children(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// An answer that owns its body.
struct owned_answer {
    std::uint16_t status = 200;
    std::string_view type = "application/json";
    std::string body;
};

owned_answer refusal(const codec::port_refusal& why) {
    return {.status = why.status, .body = "{\"error\":" + view::json_string(why.text) + "}\n"};
}

std::string_view type_of(std::string_view file) {
    if (file.ends_with(".css")) return "text/css; charset=utf-8";
    if (file.ends_with(".js")) return "text/javascript; charset=utf-8";
    return "text/html; charset=utf-8";
}

port_answer file_named(std::string_view target) {
    auto path = target.substr(0, target.find('?'));
    path.remove_prefix(1);
    if (path.empty()) path = "page.html";
    for (const auto& one : built_in_page())
        if (one.file == path) return {.type = type_of(one.file), .body = one.text};
    return {.status = 404, .type = "text/plain", .body = ""};
}

}  // namespace

class port::body {
  public:
    explicit body(port_options options)
        : options_(std::move(options)), acceptor_(io_), pause_(io_), ticks_(io_), parting_(io_) {}

    core::result<void> listen();
    codec::listen_address where() const { return address_of(acceptor_.local_endpoint()); }
    void start();
    void attach(told_run* run);
    void part();

  private:
    // Somebody who has connected.
    struct client {
        explicit client(tcp::socket socket)
            : stream(std::move(socket)), news(stream.get_executor()) {}
        beast::tcp_stream stream;
        asio::steady_timer news;  // ends early when there is a new look
        bool heard = false;       // has said what it wants
    };

    static asio::awaitable<void> accept(body& self);
    static asio::awaitable<void> tick(body& self);
    static asio::awaitable<void> serve(body& self, client* who);
    static asio::awaitable<void> talk(body& self, client& who);
    static asio::awaitable<void> answer(body& self, client& who, const port_http& asked,
                                        asked_for what);
    static asio::awaitable<void> follow(body& self, client& who);
    static asio::awaitable<void> let_finish(client& who);
    static asio::awaitable<bool> say(client& who, port_answer what, bool sized);

    void take_look();
    void make_room();
    owned_answer steered(std::string_view line);
    port_answer found(const port_http& asked, asked_for what, owned_answer& room);

    port_options options_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    asio::steady_timer ticks_;
    asio::steady_timer parting_;
    std::list<client> clients_;
    std::size_t accepted_ = 0;  // since the last look
    told_run* run_ = nullptr;
    telling telling_;
    std::uint64_t looks_ = 0;
    bool ending_ = false;
    std::thread thread_;
};

core::result<void> port::body::listen() {
    const auto& where = options_.where;
    auto host = where.host;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error)
        return core::failure{core::trouble::usage,
                             "--listen " + where.spelled() + ": " + host + " is no address"};
    if (!address.is_loopback() && options_.token.empty())
        return core::failure{core::trouble::usage,
                             "--listen " + where.spelled() +
                                 ": others can reach that address, so it wants a token: add "
                                 "--listen-token FILE, or listen on 127.0.0.1"};
    const tcp::endpoint at(address, where.port);
    acceptor_.open(at.protocol(), error);
    if (!error) keep_from_children(acceptor_.native_handle());
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(static_cast<int>(clients_max), error);
    if (error)
        return core::failure{core::trouble::usage, "--listen " + where.spelled() + ": " +
                                                       error.message() +
                                                       "; choose another port, "
                                                       "or 0 for a free one"};
    return {};
}

void port::body::start() {
    asio::co_spawn(io_, accept(*this), [](std::exception_ptr) {});
    asio::co_spawn(io_, tick(*this), [](std::exception_ptr) {});
    thread_ = std::thread([this] {
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), courtesy);
        io_.run();
    });
}

// Returns when the port's thread has done it: it waits for nobody, so that nobody waits long.
void port::body::attach(told_run* run) {
    std::promise<void> done;
    asio::post(io_, [&] {
        if (run == nullptr) {
            take_look();
            telling_.on_over();
        }
        run_ = run;
        if (run != nullptr) take_look();
        done.set_value();
    });
    done.get_future().wait();
}

void port::body::part() {
    asio::post(io_, [this] {
        ending_ = true;
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        ticks_.cancel();
        for (auto& one : clients_) {
            if (!one.heard) one.stream.close();
            one.news.cancel();
        }
        parting_.expires_after(parting_max);
        parting_.async_wait([this](boost::system::error_code) { io_.stop(); });
        if (clients_.empty()) parting_.cancel();
    });
    thread_.join();
}

void port::body::take_look() {
    accepted_ = 0;
    if (run_ == nullptr) return;
    auto look = run_->look();
    if (look.now.run.empty()) return;
    telling_.on_look(std::move(look), options_.clock());
    ++looks_;
    for (auto& one : clients_)
        one.news.cancel();
}

asio::awaitable<void> port::body::tick(body& self) {
    while (!self.ending_) {
        self.take_look();
        self.ticks_.expires_after(look_interval);
        co_await self.ticks_.async_wait(as_result);
    }
}

// The oldest of those who have not said what they want, else the oldest of all.
void port::body::make_room() {
    auto last = clients_.begin();
    for (auto at = clients_.begin(); at != clients_.end(); ++at)
        if (!at->heard) {
            last = at;
            break;
        }
    last->stream.close();
    last->news.cancel();
}

asio::awaitable<void> port::body::accept(body& self) {
    while (!self.ending_) {
        auto [error, socket] = co_await self.acceptor_.async_accept(as_result);
        if (self.ending_) break;
        if (!error) {
            ++self.accepted_;
            keep_from_children(socket.native_handle());
        }
        const bool full = self.clients_.size() >= clients_max;
        if (full) self.make_room();
        if (error || full || self.accepted_ >= clients_per_look) {
            self.pause_.expires_after(self.accepted_ >= clients_per_look ? look_interval
                                                                         : crowded_pause);
            co_await self.pause_.async_wait(as_result);
        }
        if (error || self.ending_ || self.clients_.size() >= clients_max) continue;
        self.clients_.emplace_back(std::move(socket));
        asio::co_spawn(self.io_, serve(self, &self.clients_.back()), [](std::exception_ptr) {});
    }
}

asio::awaitable<void> port::body::serve(body& self, client* who) {
    co_await talk(self, *who);
    boost::system::error_code ignored;
    who->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    self.clients_.remove_if([who](const client& one) { return &one == who; });
    if (self.ending_ && self.clients_.empty()) self.parting_.cancel();
}

asio::awaitable<void> port::body::talk(body& self, client& who) {
    beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.header_limit(header_bytes_max);
    parser.body_limit(body_bytes_max);
    who.stream.expires_after(patience);
    const auto [error, size] = co_await http::async_read(who.stream, buffer, parser, as_result);
    if (self.ending_) co_return;
    boost::system::error_code unknown;
    const auto at = who.stream.socket().local_endpoint(unknown);
    owned_answer refused;
    if (error == http::error::body_limit) {
        refused = refusal({413, "no body here is longer than 256 bytes"});
    } else if (error == http::error::header_limit) {
        refused = refusal({431, "no header here is longer than 8 KiB"});
    } else if (error || unknown) {
        co_return;
    } else {
        const auto decision =
            decide(request_of(parser.get()), {address_of(at), self.options_.token});
        if (const auto* const what = std::get_if<asked_for>(&decision)) {
            who.heard = true;
            co_return co_await answer(self, who, parser.get(), *what);
        }
        refused = refusal(std::get<codec::port_refusal>(decision));
    }
    co_await say(who, {refused.status, refused.type, refused.body}, true);
    if (error) co_await let_finish(who);
}

owned_answer port::body::steered(std::string_view line) {
    if (run_ == nullptr) return refusal({503, "the run is not sending now"});
    const auto done = run_->steer(line);
    if (!done) return refusal({400, done.error().text});
    return {.body = "{\"ok\":true}\n"};
}

// What there is to say, in place or in `room`.
port_answer port::body::found(const port_http& asked, asked_for what, owned_answer& room) {
    constexpr std::string_view json = "application/json";
    const bool of_the_run = what == asked_for::metrics || what == asked_for::status;
    if (of_the_run && !telling_.begun())
        room = refusal({503, "the run has not begun: its list is being read"});
    switch (what) {
        case asked_for::file: return file_named(view_of(asked.target()));
        case asked_for::metrics: {
            if (!telling_.begun()) break;
            const bool open =
                view_of(asked[http::field::accept]).find("application/openmetrics-text") !=
                std::string_view::npos;
            return {.type = open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                 : "text/plain; version=0.0.4; charset=utf-8",
                    .body = telling_.metrics(open)};
        }
        case asked_for::status:
            if (!telling_.begun()) break;
            return {.type = json, .body = telling_.status()};
        case asked_for::history: room.body = telling_.history(!options_.token.empty()); break;
        case asked_for::health:
            if (telling_.healthy(options_.clock()))
                room.body = "{\"ok\":true}\n";
            else
                room = refusal({503, "the run's process has not moved for 15 s"});
            break;
        case asked_for::control: room = steered(asked.body()); break;
        case asked_for::events: break;  // follow()
    }
    return {room.status, room.type, room.body};
}

asio::awaitable<void> port::body::answer(body& self, client& who, const port_http& asked,
                                         asked_for what) {
    if (what == asked_for::events) co_return co_await follow(self, who);
    owned_answer room;
    // Looks may come while it is written, and make what it says of the last one anew.
    auto said = self.found(asked, what, room);
    if (what == asked_for::metrics || what == asked_for::status) {
        room.body = said.body;
        said.body = room.body;
    }
    co_await say(who, said, true);
}

// Every look that finds the reader ready; the others are not for it.
asio::awaitable<void> port::body::follow(body& self, client& who) {
    if (!co_await say(who, {.type = "text/event-stream", .body = "retry: 2000\n\n"}, false))
        co_return;
    std::uint64_t told = 0;
    for (;;) {
        const bool last = self.ending_;
        if (told != self.looks_) {
            told = self.looks_;
            const auto event = "event: status\ndata: " + std::string(self.telling_.status()) +
                               "\n\n" + (self.telling_.over() ? "event: end\ndata: {}\n\n" : "");
            who.stream.expires_after(patience);
            const auto [error, size] =
                co_await asio::async_write(who.stream, asio::buffer(event), as_result);
            if (error) co_return;
        }
        if (last) co_return;
        if (told != self.looks_ || self.ending_) continue;
        who.stream.expires_never();
        who.news.expires_after(patience);
        co_await who.news.async_wait(as_result);
        if (!who.stream.socket().is_open()) co_return;
    }
}

asio::awaitable<void> port::body::let_finish(client& who) {
    boost::system::error_code ignored;
    who.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> room{};
    who.stream.expires_after(unread_patience);
    for (std::size_t taken = 0; taken < unread_max;) {
        const auto [error, size] =
            co_await who.stream.async_read_some(asio::buffer(room), as_result);
        if (error) co_return;
        taken += size;
    }
}

asio::awaitable<bool> port::body::say(client& who, port_answer what, bool sized) {
    const auto head = head_of(what, sized ? std::optional(what.body.size()) : std::nullopt);
    const std::array<asio::const_buffer, 2> both = {
        asio::buffer(head), asio::buffer(what.body.data(), what.body.size())};
    who.stream.expires_after(patience);
    const auto [error, size] = co_await asio::async_write(who.stream, both, as_result);
    co_return !error;
}

core::result<std::unique_ptr<port>> port::open(port_options options) {
    auto made = std::make_unique<body>(std::move(options));
    if (const auto listening = made->listen(); !listening) return listening.error();
    made->start();
    return std::unique_ptr<port>(new port(std::move(made)));
}

port::port(std::unique_ptr<body> own) : body_(std::move(own)) {}
port::~port() {
    body_->part();
}
codec::listen_address port::where() const {
    return body_->where();
}
void port::attach(told_run& run) {
    body_->attach(&run);
}
void port::detach() {
    body_->attach(nullptr);
}

}  // namespace tidings::live
