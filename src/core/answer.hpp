// What a server's answer says, once it has been read: status, and which of the documented texts it
// carries. codec/messages/answer reads the bytes; core/verdict decides what it means for the row.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::core {

// Which documented text the body carries (contract.md sections 1 to 4).
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
    other_json,       // JSON, none of the above
    html,             // a proxy's page
    unreadable,       // neither: broken JSON, binary, cut, over the cap
};

// A whole or cut answer. `message` points into the session's buffer: valid during the call only.
struct answer {
    std::uint16_t status = 0;  // 100 .. 599
    answer_text text = answer_text::none;
    bool complete = false;                // the body was read to its end
    std::optional<duration> retry_after;  // Retry-After, already made relative; never negative
    std::string_view message;             // the server's own words, at most 200 bytes, raw
};

}  // namespace tidings::core
