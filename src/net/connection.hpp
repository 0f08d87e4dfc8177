// One connection of a pool: non-blocking connect, the way through a proxy where there is one, TLS,
// and the session that ALPN chose. It performs
// what net/connection_life decides, turns events into bytes for the session, and tells the pool
// when its state changes; when one is opened or given up is the pool's to say.
#pragma once

#include "net/address_list.hpp"
#include "net/connection_life.hpp"
#include "net/dial_failure.hpp"
#include "net/noise_budget.hpp"
#include "net/proxy_tunnel.hpp"
#include "net/ready_list.hpp"
#include "net/session.hpp"
#include "net/trust.hpp"
#include "wire/readiness.hpp"
#include "wire/tls_channel.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::net {

class connection_host {
  public:
    virtual void on_dial_succeeded(connection& which) = 0;
    virtual void on_dial_failed(connection& which, const dial_failure& why) = 0;
    // After a round of reading and whatever else: its room may have changed, or it is over.
    virtual void on_connection_changed(connection& which) = 0;

  protected:
    ~connection_host() = default;
};

class connection final : public wire::ready_object {
  public:
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
    std::unique_ptr<dial_failure> dial(const address& to);

    const connection_life& life() const noexcept { return life_; }
    session& messages() noexcept { return *session_; }
    const session& messages() const noexcept { return *session_; }
    wire::tls_channel& channel() noexcept { return *channel_; }
    const wire::tls_channel* channel_or_null() const noexcept { return channel_.get(); }
    // The socket or TLS failed, or the peer was found to have gone.
    bool broken() const noexcept { return peer_gone_ || (channel_ && channel_->failed()); }
    // Pre: its dial has just succeeded.
    bool resumed() const noexcept { return SSL_session_reused(channel_->ssl()) == 1; }
    core::instant since() const noexcept { return since_; }
    // Whom it was dialed at: the server, or its proxy.
    const address& to() const noexcept { return to_; }
    // The server never finished the handshake, because of our certificate or for want of one.
    std::optional<dial_failure> refusal() const;
    // What the peer did wrong, if that ended it.
    std::string_view trouble() const noexcept;

    // Looks whether the peer has closed it meanwhile. Pre: open, nothing in flight.
    bool still_alive();
    // Something was done to its session: what does that make of the connection?
    void review();
    // Writes what is gathered, and reviews.
    void flush();
    // It may end when nothing is in flight; with `drained` it takes no more in any case, with
    // `stopped` it ends now. With `dial_timed_out` the dial fails.
    void tell(life_event::kind what);

    // The pool's bookkeeping about it.
    struct books {
        std::size_t number = 0;  // in the roster
        bool to_flush = false;
        bool dialing = false;  // counted as being opened: no message could be begun yet
        bool late = false;
        bool carried = false;   // a message was begun on it
        bool answered = false;  // and one came to its end
        bool retired = false;
    } noted;
    ready_place ready;

  private:
    void on_ready(std::uint32_t events) override;
    life_act look_at_connect(std::uint32_t events);
    life_act talk_to_proxy();
    wire::channel_status say_to_proxy();
    life_event hear_proxy();
    life_event how_it_stands(life_event::kind what) const noexcept;
    void read_round();
    void perform(life_act act, wire::channel_status how = wire::channel_status::done);
    bool make_channel();
    bool choose_session();
    bool has_certificate() const noexcept;
    void break_off(wire::channel_status how);
    void fail_dial();
    dial_step slow_step() const noexcept;
    dial_failure tunnel_failure() const;
    dial_failure failure() const;
    void close(bool politely, wire::channel_status how, std::string_view why);
    void drop(bool politely) noexcept;

    surroundings around_;
    wire::socket_handle socket_;  // until the channel has it
    std::unique_ptr<wire::tls_channel> channel_;
    std::unique_ptr<session> session_;
    std::unique_ptr<proxy_tunnel> tunnel_;  // until there is a way
    address to_;
    std::string peer_;  // for messages
    core::instant since_;
    connection_life life_;
    int connect_error_ = 0;  // errno's
    noise_budget records_;   // of TLS's own, without data
    bool watched_ = false;
    bool peer_gone_ = false;
};

}  // namespace tidings::net
