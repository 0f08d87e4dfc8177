// Every reason for which the endpoint refuses, with the words it does it in: contract.md section 4
// as a table. Where the documents are silent the words are only a default, and a file can say
// otherwise. When a reason applies is rules.hpp's business.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::gateway {

// In the order in which they are looked for.
enum class verdict_case : std::uint8_t {
    triggered,            // no refusal: the flow was triggered
    no_route,             // not the path of this call
    wrong_method,         // not POST
    no_auth,              // no `auth` header
    not_a_jwt,            // `auth` is not a JWT, or cannot be decrypted
    jwe_missing,          // a plain token where encrypted ones are enforced
    bad_signature,        // unknown app, algorithm not allowed, signature wrong
    sub_missing,          // no `sub` claim
    token_expired,        // `exp` has passed
    token_not_yet,        // `nbf` has not come
    wrong_bot,            // the app is not allowed to use this bot
    jti_missing,          // JTI is enforced and the token has none
    jti_lifetime,         // jti without exp, or exp more than an hour ahead
    jti_replay,           // jti seen before
    jti_memory_full,      // no room to remember one more jti
    app_unpublished,      // the app's scopes were never published
    wrong_scope,          // the app lacks "Outbound SMS"
    unknown_bot,          // an admin-level app asks for a bot that is not there
    limit_minute,         // a window of up to a minute is full
    limit_hour,           // a longer one is full
    wrong_content_type,   // not application/json
    bad_body,             // missing, empty or malformed
    number_not_e164,      // fromNo or toNo
    channel_off,          // the bot has no SMS channel
    number_unknown,       // fromNo is not a number of this bot
    number_without_flow,  // fromNo is attached to no experience flow
    number_inbound_only,  // fromNo is attached for inbound messages only
    ledger_full,          // what cannot be entered in the ledger must not happen
};

inline constexpr std::size_t verdict_case_count = 28;

// The key of a case in the file: [reply.<name>].
std::string_view name_of(verdict_case what);
std::optional<verdict_case> verdict_case_named(std::string_view name);

// Cases about which the documents are silent, and without which there is still a message to
// trigger.
bool can_be_ignored(verdict_case what);

// What is said in one case.
struct reply_words {
    std::uint16_t status = 200;
    std::string msg = {};
    std::string code = {};        // empty: no code
    bool code_is_string = false;  // "4002" instead of 4002
    bool as_message = false;      // {"message": ...} instead of "msg" in the error entry
    std::string body = {};        // taken as it is when not empty: HTML, other JSON
    std::string content_type = "application/json; charset=utf-8";
    bool ignore = false;  // let the request pass as if the case did not exist
};

using reply_table = std::array<reply_words, verdict_case_count>;

// The words of the documents, and plausible ones where they are silent.
reply_table documented_replies();
// The older text of a refusal by limit.
inline constexpr std::string_view old_limit_text =
    "Rate limit for this API has been reached. Please try again after some time.";

// The body those words make: {"errors":[{"msg":"...","code":401}]}.
std::string render_body(const reply_words& words);

// A page like the ones that proxies show.
std::string proxy_page(std::string_view title);

// `text` with the quotes and escapes of a JSON string.
std::string json_quoted(std::string_view text);

}  // namespace tidings::gateway
