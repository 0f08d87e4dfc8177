// Decides what one attempt meant for its row: contract.md section 5 as a table. It never decides
// when to try again (core/retry), nor what a refusal teaches the limits (core/limiter).
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
    misdirected,    // a redirect, or a page where the answer should be: somebody else answered
    in_doubt,       // it may have been processed, and no answer says so
};

std::string_view name_of(verdict what);

// Never fails: what no row of the table knows is in_doubt.
verdict judge(const attempt_report& report);

// A line of the table for answers, as documentation and tests see it. First match wins.
struct answer_rule {
    std::uint16_t status_from;
    std::uint16_t status_to;
    std::int16_t text;        // an answer_text, or any_text
    std::int8_t retry_after;  // 1: must be there, 0: does not matter
    verdict means;
    std::string_view source;
};

inline constexpr std::int16_t any_text = -1;

std::span<const answer_rule> answer_rules();

}  // namespace tidings::core
