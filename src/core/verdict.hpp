// Decides what one attempt meant, for its row and for the endpoint: contract.md section 5 as a
// table. It never decides when to try again (core/retry), nor what a refusal teaches the limits
// (core/limiter).
//
// Between us and the platform stands somebody whose make nobody knows. An answer means only what no
// real proxy contradicts: "not processed" is certain where the bytes never left, where the platform
// itself says so, and where the peer cannot have looked at the request.
#pragma once

#include "core/attempt.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tidings::core {

enum class verdict : std::uint8_t {
    accepted,       // 2xx with the documented body
    accepted_odd,   // 2xx with another body, or a cut one: accepted, and shown
    rejected,       // this recipient was refused
    untouched,      // nothing left this machine: try again at once, no attempt was made
    not_processed,  // it left, and was certainly not processed: try again later
    limited,        // refused by limit: the whole scope waits, no attempt of the message
    replayed,       // the token's jti had been seen: an earlier copy reached the platform
    refused_token,  // token, scope, bot or path refused: the campaign's problem, not the row's
    misdirected,    // a redirect: `url` is wrong
    not_platform,   // somebody else answered for the platform, which never saw it: it goes back
    in_doubt,       // it may have been processed, and no answer says so
};

inline constexpr std::size_t verdict_count = 11;

std::string_view name_of(verdict what);

// What an attempt says about the endpoint as a whole.
enum class endpoint_sign : std::uint8_t {
    none,     // nothing: it says as much of a server that is well as of one that is not
    well,     // the platform itself spoke
    trouble,  // a few of these in a row, and nothing more may be sent there
};

endpoint_sign sign_of(verdict what);

// Never fails: what no row of the table knows is in_doubt.
verdict judge(const attempt_report& report);

// A line of the table for answers, as documentation and tests see it. First match wins.
struct answer_rule {
    std::uint16_t status_from;
    std::uint16_t status_to;
    std::int16_t text;  // an answer_text, any_text, or any_refusal: the platform's own shape
    verdict means;
    std::string_view source;
};

inline constexpr std::int16_t any_text = -1;
inline constexpr std::int16_t any_refusal = -2;

std::span<const answer_rule> answer_rules();

}  // namespace tidings::core
