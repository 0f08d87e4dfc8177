// What core/limiter.hpp takes and tells, as plain data: scopes, refusals, why it waits, how a limit
// did, and the windows as they are kept for the next run. Nothing here decides.
#pragma once

#include "core/answer.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::core {

// Index of a scope inside one limiter, in the order of add_scope; 0 is the run itself.
using scope_id = std::uint16_t;

// A refusal by limit, as far as the answer says what it is about.
struct refusal {
    answer_text text = answer_text::limit_other;  // limit_minute, limit_hour or limit_other
    std::optional<duration> retry_after;          // the server's own word; never negative
};

// What holds a lane back, and until when.
struct wait_reason {
    enum class cause : std::uint8_t {
        nothing,  // it may leave now
        pace,     // the next departure is not due yet
        limit,    // no slot of `limit` is free
        refusal,  // the server refused by limit: the scope is frozen
        trial,    // a single message is out to see whether the limit holds; its answer decides
    };
    cause what = cause::nothing;
    scope_kind scope = scope_kind::run;
    std::string name;  // of the scope
    rate_limit limit;  // as believed; set for `limit` and `pace`
    instant until{};   // never: an answer must come first
    duration asked{};  // with `refusal`: the Retry-After that is not waited out; 0: it is
};

// A Retry-After that no window of its scope explains, so that it was not waited out.
struct overlong_wait {
    scope_kind scope = scope_kind::bot;
    std::string name;  // of the scope
    duration asked{};
};
// "the server asked bot st-26d5 to wait 24h (Retry-After), ..."
std::string in_words(const overlong_wait& wait);

// "18,000/1h of bot st-26d5", "a refusal by limit of account main": for a person, without the time.
std::string in_words(const wait_reason& why);

// How one limit did so far.
struct limit_report {
    scope_kind scope = scope_kind::run;
    std::string name;
    rate_limit asked;              // what the campaign configured
    std::uint32_t believed = 0;    // what the server seems to grant; below asked.count: learned
    std::uint32_t worst_used = 0;  // the most slots ever taken: no window held more at the server
    duration waited{};             // time in which this limit alone held back work
    std::uint32_t refusals = 0;    // refusals that were laid to this limit
    std::uint32_t used = 0;        // slots taken at the moment that was asked about
    std::uint64_t taken = 0;       // messages that took a slot of it, in this process
};

// Slots of one limit that count against the next moments, by when their answer came. Quantised.
struct spent_slots {
    instant answered{};  // not earlier than the answer really came
    std::uint32_t count = 0;
};

// One limit's window as it must be known to whoever sends on the same scope next.
struct window_snapshot {
    scope_kind scope = scope_kind::bot;
    std::string name;
    rate_limit limit;
    std::uint32_t believed = 0;
    instant believed_at{};           // when that was found, where it is below limit.count
    std::uint32_t in_flight = 0;     // taken, not yet answered: will count as taken at restore
    std::uint32_t unread = 0;        // given up, and the server may still read them
    std::vector<spent_slots> spent;  // ascending
};

using limiter_snapshot = std::vector<window_snapshot>;

}  // namespace tidings::core
