// What goes into a pool and what comes out of it: a message, the end of an attempt, and trouble
// that concerns no message. Plain types, so that the runner's tests need no socket.
#pragma once

#include "core/attempt.hpp"
#include "core/phone_number.hpp"

#include <cstdint>
#include <string_view>

namespace tidings::net {

// One message, ready to leave now. Neither number is empty.
struct message {
    core::ticket which = 0;
    core::phone_number from{};
    core::phone_number to{};
    std::string_view token{};  // the auth header's value; need only live during begin()
};

class attempt_sink {
  public:
    // Exactly once for each begin(). `report` and what it points to live during the call only. It
    // may call begin(), want() and room() of the pool; not flush(), drain(), abort(), on_tick().
    virtual void on_attempt_ended(const core::attempt_report& report) = 0;

  protected:
    ~attempt_sink() = default;
};

// Why a connection could not be had, or was lost without a message on it.
enum class trouble_kind : std::uint8_t {
    resolve,      // the host name has no address, or nobody could be asked
    refused,      // a machine answered, nobody listens there
    unreachable,  // no route, or the network is down
    proxy,        // it refuses the way, or does not speak as one
    timeout,      // connect or handshake took longer than connect_timeout
    certificate,  // expired, wrong name, unknown issuer: retrying does not help
    tls,          // the handshake failed otherwise
    protocol,     // not the HTTP that was asked for
    lost,         // closed or reset before it carried a message
    resources,    // this machine: no descriptors, no memory, no ports
};

struct pool_trouble {
    trouble_kind kind = trouble_kind::lost;
    std::string_view text;                // one line: what, where, what to do; call-scoped
    bool fatal = false;                   // waiting does not help: certificate, name, protocol
    std::uint32_t failures_in_a_row = 0;  // of dials, this one included
};

class pool_listener {
  public:
    virtual void on_pool_trouble(const pool_trouble& what) = 0;

  protected:
    ~pool_listener() = default;
};

}  // namespace tidings::net
