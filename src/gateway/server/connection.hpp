// One client: the TLS channel, the handshake, the bytes that wait to be written and the timer. What
// the bytes mean is the protocol's: http1_session or http2_session, chosen by ALPN.
#pragma once

#include "gateway/server/reception.hpp"
#include "wire/readiness.hpp"
#include "wire/tls_channel.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace tidings::gateway {

class connection;

class protocol {
  public:
    virtual ~protocol() = default;

    // How many bytes may be read now. 0: nothing before on_wake (or never: it was closed).
    virtual std::size_t read_allowance() = 0;
    virtual void on_bytes(std::span<const char> bytes) = 0;
    // Everything that was put is with the kernel.
    virtual void on_written() = 0;
    // The moment asked for by connection::wake_at has come.
    virtual void on_wake(core::instant now) = 0;
    // The server stops: finish what is under way, begin nothing.
    virtual void on_drain() = 0;
    // Nothing was asked for so long that the connection is closed.
    virtual void on_idle_too_long() { on_drain(); }
    enum class phase : std::uint8_t {
        idle,       // nothing is under way: not even a part of a request was read
        receiving,  // waits for the rest of a request
        answering,  // waits for nothing of the client's but that it reads
    };
    virtual phase now_in() const = 0;
    // When the first byte of the oldest request came that is not whole yet; never: there is none.
    virtual core::instant receiving_since() const = 0;
};

// What connections need of their server.
class connection_host {
  public:
    virtual reception& desk() = 0;
    virtual wire::readiness& set() = 0;
    virtual boost::asio::io_context& io() = 0;
    virtual std::span<char> read_buffer() = 0;
    virtual wire::receive_buffer& received() = 0;
    // It is over; destroy it once its call has returned.
    virtual void on_connection_over(connection& one) = 0;
    virtual bool draining() const = 0;

  protected:
    ~connection_host() = default;
};

class connection final : public wire::ready_object {
  public:
    connection(connection_host& host, SSL_CTX& context, wire::socket_handle socket,
               connection_fate fate);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    void on_ready(std::uint32_t events) override;

    // For the protocol.
    reception& desk() noexcept { return host_.desk(); }
    bool draining() const { return host_.draining(); }
    std::string& out() noexcept { return out_; }
    // The answer to `entry` ends where `out` ends now.
    void promise(ledger::entry_number entry);
    // `entry`'s answer will not be written.
    void forsake(ledger::entry_number entry);
    enum class ending : std::uint8_t {
        polite,  // everything is written, then the end; what the client still says is read away
        silent,  // the same without close_notify
        reset,   // at once, by a reset; what the kernel has not taken yet is lost
    };
    void end(ending how);
    bool ending_now() const noexcept { return state_ >= state::finishing; }
    void wake_at(core::instant when);
    std::uint64_t bytes_read() const noexcept { return bytes_read_; }
    core::instant last_read() const noexcept { return last_read_; }
    SSL* ssl() noexcept { return channel_.ssl(); }
    int fd() const noexcept { return channel_.fd(); }

    // For the server.
    void begin();
    // Ends it when its time is up.
    void on_tick(core::instant now);
    void drain();
    void abandon();

    std::size_t place = 0;  // in the server's list

  private:
    enum class state : std::uint8_t {
        handshake,
        mute,  // a fault: never answered
        serving,
        finishing,  // writes what waits, then shuts down
        lingering,  // shut down; reads away what the client still sends
        over,
    };
    struct promised {
        ledger::entry_number entry;
        std::uint64_t end;  // position in the outgoing plaintext
    };

    void step();
    void shake();
    void choose_protocol();
    void serve();
    bool flush();
    void confirm();
    void shut_down();
    void linger();
    void on_serving_tick(core::instant now);
    void finish();

    connection_host& host_;
    wire::tls_channel channel_;
    connection_fate fate_;
    state state_ = state::handshake;
    ending ending_ = ending::polite;
    std::unique_ptr<protocol> protocol_;
    std::string out_;
    std::vector<promised> promised_;
    std::uint64_t bytes_read_ = 0;
    core::instant since_{};  // of the state, or of the last byte read, or of a write that was stuck
    core::instant last_read_{};
    std::unique_ptr<boost::asio::steady_timer> timer_;  // made by the first fault that needs it
    // Shared with the handler that waits: a timer that has fired can no longer be cancelled.
    std::shared_ptr<bool> timer_alive_;
    core::instant wake_at_ = core::never;
};

}  // namespace tidings::gateway
