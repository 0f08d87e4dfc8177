// The life of one connection, from dialing to its end, without a socket: what happened goes in,
// what is to be done comes out. It decides the order of the steps and what ends them;
// net/connection performs them, and when a connection is dialed at all is net/dial_plan's.
#pragma once

#include "net/proxy_tunnel.hpp"
#include "wire/tls_channel.hpp"

#include <cstddef>
#include <cstdint>

namespace tidings::net {

enum class life_stage : std::uint8_t {
    connecting,   // TCP, to the server or to its proxy
    tunnelling,   // the proxy is asked for the way
    handshaking,  // TLS
    open,         // carries messages
    ending,       // takes no more, awaits the answers of those it has
    over,
};

enum class life_act : std::uint8_t {
    wait,             // for the next event
    talk_to_proxy,    // say and hear what there is, and say how it went
    shake_hands,      // go on with the handshake and say how it went
    choose_protocol,  // start what ALPN agreed on and say which
    admit,            // tell the pool that it is open, and read
    read_on,          // when others have had their turn
    fail_dial,        // close, and tell the pool why, by end()
    part,             // say goodbye and close: nothing is in flight
    break_off,        // close at once; what is in flight is reported
};

// What brought it to its end.
enum class life_end : std::uint8_t {
    none,       // it is not over
    connect,    // failed
    no_tunnel,  // the proxy refused, went away, or is none
    handshake,  // failed
    hung_up,    // in the handshake, by the peer
    timeout,    // of the dial
    protocol,   // ALPN did not choose what was wanted
    resources,  // this machine has none left
    finished,   // the session takes no more, and all of its attempts have ended
    idle,       // for too long
    peer_gone,  // it closed, cut or reset the stream
    broken,     // the socket or TLS failed, or the peer was found to have gone
    flooded,    // the peer sends what carries nothing, without end
    stopped,    // by us
};

struct life_event {
    enum class kind : std::uint8_t {
        connect_seen,    // `error`: errno's, 0 for none; `writable`: and it is through
        tunnel_seen,     // `tunnel`; or `status`, where the proxy has gone
        handshake_seen,  // `status`
        protocol_seen,   // `agreed`
        resources_gone,
        dial_timed_out,
        stream_read,    // `status` of the last read; `done`: there is more; `flooded`
        session_moved,  // something else happened on it: `broken`, `ending`, `in_flight`
        idle_over,
        drained,  // no more messages, ever
        stopped,
    };

    kind what = kind::session_moved;
    int error = 0;
    bool writable = false;
    bool agreed = false;
    proxy_tunnel::progress tunnel = proxy_tunnel::progress::reading;
    wire::channel_status status = wire::channel_status::again;
    bool flooded = false;
    bool broken = false;
    bool ending = false;  // the session takes no more
    std::size_t in_flight = 0;
};

class connection_life {
  public:
    // `proxied`: the connection is to a proxy, which opens the way to the server.
    explicit connection_life(bool proxied = false) noexcept : proxied_(proxied) {}

    life_act resume(const life_event& event) noexcept;

    life_stage at() const noexcept { return stage_; }
    life_end end() const noexcept { return end_; }
    bool dialing() const noexcept {
        return stage_ == life_stage::connecting || stage_ == life_stage::tunnelling ||
               stage_ == life_stage::handshaking;
    }
    bool carries() const noexcept {
        return stage_ == life_stage::open || stage_ == life_stage::ending;
    }

  private:
    life_act while_connecting(const life_event& event) noexcept;
    life_act while_tunnelling(const life_event& event) noexcept;
    life_act while_handshaking(const life_event& event) noexcept;
    life_act while_carrying(const life_event& event) noexcept;
    life_act on_dial_trouble(const life_event& event) noexcept;
    life_act on_session_moved(const life_event& event) noexcept;
    life_act close(life_end why, life_act how) noexcept;

    bool proxied_;
    life_stage stage_ = life_stage::connecting;
    life_end end_ = life_end::none;
};

}  // namespace tidings::net
