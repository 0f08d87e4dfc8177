// What a pool may use and how long it waits. Options of a session lie beside them, because the
// sessions of a pool have them in common.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidings::net {

struct session_options {
    std::size_t streams_max = 100;          // messages at once on one HTTP/2 connection; 1 .. 1,000
    std::size_t header_max = 16 * 1024;     // bytes of an answer's head
    std::size_t body_kept_max = 64 * 1024;  // handed to codec/messages/answer
    std::size_t body_drained_max = 1024 * 1024;  // read and thrown away to keep a connection
    // An HTTP/2 server says within that time how many streams it allows.
    core::duration settled_within = std::chrono::seconds(10);
    // Names in lower case; handed on as core::answer::headers. Where there are some, no answer's
    // head takes a short cut.
    std::vector<std::string> headers_kept{};
    bool token_varies = false;  // a token of its own for each message: not worth HPACK's table
};

struct pool_options {
    std::size_t connections_max = 64;  // 1 .. 10,000; late ones are counted apart, up to as many
    core::duration request_timeout = std::chrono::seconds(30);
    core::duration late_for = std::chrono::seconds(120);  // after that, an answer is still awaited
    core::duration connect_timeout = std::chrono::seconds(10);  // connect and handshake, an address
    core::duration idle_max = std::chrono::seconds(4);     // then closed, before the server does
    core::duration probe_after = std::chrono::seconds(1);  // idle so long: look before use
    core::duration backoff_min = std::chrono::milliseconds(250);  // after a failed dial, doubling
    core::duration backoff_max = std::chrono::seconds(30);
    // Then it takes no more messages, and another is opened; zero: never.
    core::duration connection_age_max = std::chrono::minutes(10);
    std::size_t dials_max = 32;  // connections being opened at once
    // Nothing more is dialed until the first connection of all has been answered, or this long
    // after its handshake: by then the server's session tickets are here, and the others resume
    // instead of verifying the same certificate again. Zero: all at once.
    core::duration first_goes_ahead{};
    std::uint64_t seed = 1;  // of the jitter in the backoff
    session_options sessions{};
};

}  // namespace tidings::net
