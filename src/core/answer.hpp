// What a server's answer says, once it has been read: status, and which of the documented texts it
// carries. codec/messages/answer reads the bytes; core/verdict decides what it means for the row.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::core {

// Which documented text the body carries (contract.md sections 1 to 4). From `replay` to `refusal`
// the body has the platform's own shape of a refusal as well: no proxy speaks so.
enum class answer_text : std::uint8_t {
    none,             // empty body
    triggered,        // the documented success
    limit_minute,     // "... per-minute rate limit ..."
    limit_hour,       // "... hourly ..."
    limit_other,      // a rate limit without a named window
    replay,           // "... possibly a replay"
    jti_lifetime,     // jti with an exp too far ahead
    bad_credentials,  // "Invalid SDK credentials", "Invalid JWT token"
    wrong_scope,      // "Permission denied. Scope is incorrect!"
    unknown_bot,      // "Invalid StreamId"
    validation,       // "Validation errors/ Invalid arguments"
    wrong_method,     // "Method Not Allowed"
    refusal,          // the platform's shape, none of the texts above
    failure,          // 2xx whose JSON speaks of a failure
    other_json,       // JSON, none of the above
    html,             // a proxy's page
    cut,              // its end is missing, and what came of it says nothing
    unreadable,       // whole, and neither: broken JSON, plain text, binary, over the cap
};

// The platform itself refused, in its own shape.
constexpr bool is_refusal(answer_text text) noexcept {
    return text >= answer_text::replay && text <= answer_text::refusal;
}

// Whoever says so did not look at the request, and may say it again on the same connection: it was
// idle for too long, belongs to another server, or is too young (RFC 9110, RFC 8470).
constexpr bool wants_another_connection(std::uint16_t status) noexcept {
    return status == 408 || status == 421 || status == 425;
}

// A whole or cut answer. `message` points into the session's buffer: valid during the call only.
struct answer {
    std::uint16_t status = 0;  // 100 .. 599
    answer_text text = answer_text::none;
    bool complete = false;  // the body was read to its end
    // Retry-After, or the body's retryAfterMs: the longer one, made relative; never negative.
    std::optional<duration> retry_after;
    std::string_view message;  // the server's own words, at most 200 bytes, raw
    // The headers that own rules look at (core/own_rules), a line "name: value" each.
    std::string_view headers{};
};

}  // namespace tidings::core
