// A TLS server whose every move a test writes down: it accepts on a free loopback port, shakes
// hands (unless told to stall) and calls the script with what came in. The script answers, slices,
// cuts, resets. It runs on the test's own io_context and has no time of its own.
#pragma once

#include "support/test_certificates.hpp"
#include "wire/listener.hpp"
#include "wire/tls_channel.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::tests {

class scripted_server;

class scripted_peer final : public wire::ready_object {
  public:
    scripted_peer(scripted_server& server, wire::readiness& set, SSL_CTX& context,
                  wire::socket_handle socket, std::size_t number)
        : server_(server),
          set_(set),
          channel_(context, std::move(socket), wire::tls_channel::side::server, received_),
          number_(number) {
        set_.add(channel_.fd(), *this).value();
    }
    ~scripted_peer() { finish(); }

    // Everything that came in since the script last took it; the script may eat from the front.
    std::string received;
    std::size_t number() const { return number_; }  // of the connection, from 0
    bool over() const { return over_; }
    bool open() const { return shaken_ && !over_; }
    bool client_said_goodbye() const { return goodbye_; }

    void say(std::string_view text) {
        unsent_.append(text);
        push();
    }
    // Each byte in a TLS record of its own.
    void say_in_slices(std::string_view text) {
        for (const char c : text)
            say({&c, 1});
    }
    void close_politely() {
        channel_.close_notify();
        finish();
    }
    void close() { finish(); }  // FIN without close_notify
    void reset() {
        if (over_) return;
        over_ = true;
        set_.remove(channel_.fd(), *this);
        channel_.reset();
    }
    wire::tls_channel& channel() { return channel_; }

  private:
    void on_ready(std::uint32_t events) override;

    void push() {
        if (over_) return;
        while (!unsent_.empty()) {
            const auto wrote = channel_.write(unsent_);
            unsent_.erase(0, wrote.bytes);
            if (wrote.status != wire::channel_status::done) return;
        }
        channel_.flush();
    }
    void finish() {
        if (over_) return;
        over_ = true;
        set_.remove(channel_.fd(), *this);
        channel_.close();
    }

    scripted_server& server_;
    wire::readiness& set_;
    wire::receive_buffer received_;
    wire::tls_channel channel_;
    std::string unsent_;
    std::size_t number_;
    bool shaken_ = false;
    bool over_ = false;
    bool goodbye_ = false;
};

class scripted_server final : public wire::accept_sink {
  public:
    using script = std::function<void(scripted_peer&)>;

    // `context` as test_authority::server_context makes it.
    scripted_server(boost::asio::io_context& io, wire::openssl_ptr<SSL_CTX> context)
        : set_(io), context_(std::move(context)) {
        listener_ = std::move(wire::listener::open(set_, {}, *this).value());
        set_.start();
    }
    ~scripted_server() { set_.stop(); }

    // Called after each round of bytes, and once with nothing after the handshake.
    script on_bytes = [](scripted_peer&) {};
    script on_open = [](scripted_peer&) {};
    bool stalls_in_handshake = false;  // accepts and then says nothing
    bool resets_in_handshake = false;
    bool stops_reading = false;  // from now on, on every connection
    bool accepts = true;         // false: takes the connection and closes it

    std::string url() const { return "https://localhost:" + std::to_string(port()); }
    std::uint16_t port() const { return listener_->port(); }
    wire::listener& door() { return *listener_; }
    SSL_CTX& context() { return *context_; }
    std::size_t connections() const { return peers_.size(); }
    scripted_peer& peer(std::size_t i) { return *peers_.at(i); }
    std::size_t open_connections() const {
        std::size_t n = 0;
        for (const auto& one : peers_)
            n += one->open() ? 1U : 0U;
        return n;
    }

  private:
    void on_accepted(wire::socket_handle socket) override {
        if (!accepts) return socket.reset();
        peers_.push_back(std::make_unique<scripted_peer>(*this, set_, *context_, std::move(socket),
                                                         peers_.size()));
    }

    wire::readiness set_;
    wire::openssl_ptr<SSL_CTX> context_;
    std::vector<std::unique_ptr<scripted_peer>> peers_;
    std::unique_ptr<wire::listener> listener_;
};

inline void scripted_peer::on_ready(std::uint32_t events) {
    channel_.on_events(events);
    if (!shaken_) {
        if (server_.stalls_in_handshake) return;
        if (server_.resets_in_handshake) return reset();
        const auto status = channel_.handshake();
        if (status == wire::channel_status::again) return;
        if (status != wire::channel_status::done) return finish();
        shaken_ = true;
        server_.on_open(*this);
    }
    push();
    if (server_.stops_reading) return;
    std::vector<char> into(wire::tls_channel::record_max);
    for (bool got_some = false; !over_;) {
        const auto got = channel_.read(into);
        if (got.status == wire::channel_status::done) {
            received.append(into.data(), got.bytes);
            got_some = true;
            continue;
        }
        if (got_some) server_.on_bytes(*this);
        if (got.status == wire::channel_status::again) return;
        goodbye_ = got.status == wire::channel_status::closed;
        if (!over_) finish();
    }
}

// Takes one whole HTTP/1.1 request off the front of what was received; "" when there is none yet.
inline std::string take_request(std::string& received) {
    const auto head_end = received.find("\r\n\r\n");
    if (head_end == std::string::npos) return {};
    constexpr std::string_view label = "Content-Length: ";
    const auto at = received.find(label);
    const std::size_t body = at < head_end ? std::stoul(received.substr(at + label.size(), 8)) : 0;
    const std::size_t size = head_end + 4 + body;
    if (received.size() < size) return {};
    std::string request = received.substr(0, size);
    received.erase(0, size);
    return request;
}

}  // namespace tidings::tests
