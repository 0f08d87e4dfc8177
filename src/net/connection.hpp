// One connection of a pool, from dialing to its end: non-blocking connect, TLS, and the session
// that ALPN chose. It turns events into bytes for the session and tells the pool when its state
// changes; when to open or close one is the pool's to decide.
#pragma once

#include "net/address_book.hpp"
#include "net/pool_events.hpp"
#include "net/session.hpp"
#include "net/trust.hpp"
#include "wire/readiness.hpp"
#include "wire/tls_channel.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tidings::net {

// Why a dial failed.
struct dial_failure {
    trouble_kind kind = trouble_kind::tls;
    bool fatal = false;
    bool of_address = false;  // the next address may do better
    std::string text;
};

class connection_host {
  public:
    virtual void on_dial_succeeded(connection& which) = 0;
    virtual void on_dial_failed(connection& which, const dial_failure& why) = 0;
    // After a round of reading: its room may have changed, or it is over.
    virtual void on_connection_changed(connection& which) = 0;

  protected:
    ~connection_host() = default;
};

class connection final : public wire::ready_object {
  public:
    enum class phase : std::uint8_t {
        connecting,   // TCP
        handshaking,  // TLS
        open,         // carries messages
        over,         // closed; to be thrown away
    };

    // What a connection uses and does not own.
    struct surroundings {
        wire::readiness& set;
        trust& believes;
        const endpoint& where;
        session_shared& shared;
        connection_host& host;
    };

    connection(const surroundings& around, core::instant now);
    ~connection();

    // Begins to dial. What fails at once is returned, not told to the host.
    std::unique_ptr<dial_failure> dial(const address_book::address& to);

    phase at() const noexcept { return phase_; }
    session& messages() noexcept { return *session_; }
    const session& messages() const noexcept { return *session_; }
    wire::tls_channel& channel() noexcept { return *channel_; }
    const wire::tls_channel* channel_or_null() const noexcept { return channel_.get(); }
    // The socket or TLS failed, or the peer was found to have gone.
    bool broken() const noexcept { return peer_gone_ || (channel_ && channel_->failed()); }
    bool resumed() const noexcept { return resumed_; }
    core::instant since() const noexcept { return since_; }

    // Looks whether the peer has closed it meanwhile. Pre: open, nothing in flight.
    bool still_alive();
    // Reports every flight by `how` and `why` and closes. No effect when it is over already.
    void end(wire::channel_status how, std::string_view why);
    // Closes without a word to anybody.
    void drop(bool politely) noexcept;
    void dial_timed_out();

    // The pool's bookkeeping about it.
    struct ledger {
        connection* before = nullptr;  // neighbours among the ready ones
        connection* after = nullptr;
        std::size_t place = 0;  // in the pool's list
        std::size_t room = 0;   // as counted in the pool's sum
        core::instant idle_since{};
        bool listed_ready = false;
        bool to_flush = false;
        bool dialing = false;  // counted as being opened: no message could be begun yet
        bool late = false;
        bool carried = false;  // a message was begun on it
        bool lost = false;     // the peer ended it
        bool retired = false;
    } books;

  private:
    void on_ready(std::uint32_t events) override;
    void on_connecting(std::uint32_t events);
    void on_handshaking();
    void on_open();
    void fail_dial(dial_failure why);
    dial_failure handshake_failure(wire::channel_status how) const;
    bool choose_session();

    surroundings around_;
    wire::socket_handle socket_;  // until the channel has it
    std::unique_ptr<wire::tls_channel> channel_;
    std::unique_ptr<session> session_;
    std::string peer_;  // for messages
    core::instant since_;
    phase phase_ = phase::connecting;
    bool resumed_ = false;
    bool watched_ = false;
    bool peer_gone_ = false;
};

}  // namespace tidings::net
