// What a session tells about one request: how far it got, and the answer if there was one. What it
// means is core/verdict.hpp's; how the bytes travelled is net's.
#pragma once

#include "core/answer.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::core {

// The furthest step a request reached. Never derived from a byte count that an error reports
// (design.md section 5): the session counts what the kernel took.
enum class attempt_step : std::uint8_t {
    not_started,  // given back before anything was done with it
    idle_check,   // the kept connection turned out closed; not a byte of the request was taken
    writing,      // the kernel took at least one byte of it
    written,      // the kernel took all of it
    status_line,  // an answer began
    answered,     // the answer was read to its end
};

// What the peer said by protocol about a request's HTTP/2 stream before any answer.
enum class stream_end : std::uint8_t {
    open,          // nothing
    above_goaway,  // GOAWAY named a lower stream as the last one it would look at
    refused,       // RST_STREAM with REFUSED_STREAM: proxies say it of what was processed, too
};

// Index of an attempt in flight; given by the dispatcher, handed back in the report.
using ticket = std::uint32_t;

struct attempt_report {
    ticket which = 0;
    attempt_step furthest = attempt_step::not_started;
    stream_end stream = stream_end::open;
    bool late = false;  // the request timeout had passed when this came
    std::optional<answer> reply;
    std::string_view trouble;  // what went wrong in words, when reply is empty or cut; call-scoped
    instant begun{};           // when it was handed to a connection; instant{}: not known
    instant ended{};           // when the last of it was seen, or it was given up and closed
};

}  // namespace tidings::core
