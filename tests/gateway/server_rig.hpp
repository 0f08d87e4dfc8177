// A gateway that really serves, on a thread of its own and a free port, and blocking clients of it
// that are nothing but a socket and OpenSSL.
#pragma once

#include "gateway/server/server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <openssl/ssl.h>

namespace tidings::gateway::testing {

// Certificates are judged by the system's time, so this clock tells it.
class real_clock final : public wire::clock {
  public:
    core::instant now() const noexcept override;
    core::wall_time wall_now() const noexcept override;
};

// The sample service without limits, in memory alone, on free ports.
settings quiet_settings();
// The same with one [[fault]] table, given in TOML.
settings faulty_settings(const std::string& fault);

class serving_gateway {
  public:
    explicit serving_gateway(settings how = quiet_settings());
    ~serving_gateway();

    const served& where() const noexcept { return where_; }
    // Runs `ask` on the server's thread and waits for it.
    void on_server(const std::function<void(server&)>& ask);
    std::uint64_t triggered();
    // Graceful, and waits until it is over.
    void stop();

  private:
    boost::asio::io_context io_{1};
    real_clock clock_;
    server server_;
    served where_;
    std::thread thread_;
};

enum class stream_end { open, close_notify, eof, reset };

class blocking_client {
  public:
    struct options {
        const char* alpn = nullptr;  // "\x02h2"
        int tls_max = TLS1_3_VERSION;
        const char* name = "localhost";
        bool verify = true;
    };
    explicit blocking_client(const served& where) : blocking_client(where, options()) {}
    blocking_client(const served& where, options how);
    ~blocking_client();
    blocking_client(const blocking_client&) = delete;
    blocking_client& operator=(const blocking_client&) = delete;

    // Empty: the handshake was done; else what went wrong.
    const std::string& trouble() const noexcept { return trouble_; }
    bool write(std::string_view bytes);
    // Up to the end of one answer with a Content-Length (interim answers are skipped), or the end.
    std::string read_answer();
    // At most `max` bytes, until the stream ends or that many came.
    std::string read_all(std::size_t max = 1 << 24);
    // One read.
    std::string read_some();
    stream_end ended() const noexcept { return end_; }
    SSL* ssl() const noexcept { return ssl_; }

  private:
    int socket_ = -1;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    stream_end end_ = stream_end::open;
    std::string trouble_;
    std::string unread_;
};

// A socket and nothing on it.
class plain_client {
  public:
    explicit plain_client(std::uint16_t port);
    ~plain_client();
    plain_client(const plain_client&) = delete;
    plain_client& operator=(const plain_client&) = delete;

    // To the end of the stream.
    std::string read_all() const;

  private:
    int socket_ = -1;
};

// Plain HTTP to the admin port; returns the whole answer.
std::string ask_admin(const served& where, std::string_view method, std::string_view target,
                      std::string_view body = "");

// The sample request; `more` are header lines, each with its end.
std::string sample_request(std::string_view more = "", std::string_view to = "+917760336484");

}  // namespace tidings::gateway::testing
