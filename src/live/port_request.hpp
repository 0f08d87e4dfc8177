// What a request to a run's port asks for, and whether it gets it: a table of what there is, and
// the order in which a request is refused. It reads no socket (live/port) and makes no answer's
// body (live/telling). Pure.
#pragma once

#include "codec/messages/port_gate.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace tidings::live {

enum class asked_for : std::uint8_t {
    file,     // a part of the page, built in
    metrics,  // for Prometheus
    status,   // what `tidings status --json` prints
    history,  // outcomes and latencies over time, for the charts
    events,   // status, again and again
    health,   // whether the run's process does its work
    control,  // a steering act
};

struct port_request {
    std::string_view method;
    std::string_view target;
    codec::port_claims claims;
    std::string_view mark{};  // of what changes something: the field Tidings-Control
    bool has_body = false;
};

struct port_rules {
    codec::listen_address here;  // where the connection arrived
    std::string_view token;      // empty: whoever reaches the port may look, and nobody steers
};

// What is asked for, or why not.
using port_decision = std::variant<asked_for, codec::port_refusal>;
port_decision decide(const port_request& asked, const port_rules& rules);

}  // namespace tidings::live
