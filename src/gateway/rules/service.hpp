// What the endpoint pretends to be: accounts, apps, bots, their numbers, and the limits of each.
// Plain data; it decides nothing. rules.hpp judges requests by it, settings.hpp reads it from a
// file.
#pragma once

#include "core/phone_number.hpp"
#include "core/rate_limit.hpp"
#include "settings/words.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::gateway {

// How an app treats the token id claim (contract.md section 2).
enum class jti_rule : std::uint8_t {
    off,       // the claim is not looked at
    optional,  // a token that carries one works once, and at most an hour ahead
    enforced,  // every token must carry one
};

inline constexpr tidings::settings::word_table<jti_rule, 3> jti_words = {
    {{"off", jti_rule::off}, {"optional", jti_rule::optional}, {"enforced", jti_rule::enforced}}};

// Whether tokens come encrypted to the platform's key.
enum class jwe_rule : std::uint8_t {
    off,       // an encrypted token is no token
    optional,  // both are taken
    enforced,  // a plain one is refused
};

enum class signature_algorithm : std::uint8_t { hs256, hs512, rs256, rs512 };

struct app_options {
    std::string client_id;  // the token's appId
    std::string
        client_secret;  // HS keys: the raw bytes, never decoded; empty: no HS token verifies
    std::string public_key_pem;  // RS keys: SubjectPublicKeyInfo; empty: no RS token verifies
    std::vector<signature_algorithm> algorithms = {signature_algorithm::hs256};
    std::vector<std::string> scopes = {"Outbound SMS", "Bot Sessions"};
    bool published = true;
    std::string account = "main";
    // An admin-level app reaches every bot of its account; the others only these.
    bool admin_level = false;
    std::vector<std::string> bots;
    jti_rule jti = jti_rule::optional;
    jwe_rule jwe = jwe_rule::off;
    std::string jwe_private_key_pem;  // what encrypted tokens are opened with
    std::string jwe_key_id;           // the `kid` they name; empty: any
    // Tokens that count as well signed, byte for byte, although no key here made them. Meant for
    // the sample token of the vendor's page, whose secret nobody outside knows.
    std::vector<std::string> accept_tokens;
};

enum class number_direction : std::uint8_t { inbound, outbound, both };

struct number_options {
    core::phone_number number;
    std::string flow = "Welcome";  // the experience flow it is attached to; empty: none
    number_direction direction = number_direction::both;
    std::vector<core::rate_limit> limits;
};

struct bot_options {
    std::string id;  // st-<uuid>
    std::string account = "main";
    bool sms_channel = true;
    std::vector<core::rate_limit> limits;
    std::vector<number_options> numbers;
};

struct account_options {
    std::string name = "main";
    std::vector<core::rate_limit> limits;
};

// How a refusal by limit looks, and what fills a window.
struct limit_options {
    bool count_refused = true;  // refused calls to a known bot take a slot too
    bool old_text = false;      // the older text, which names no window
    bool retry_after = false;   // say when the next slot is free
};

struct service_options {
    std::vector<account_options> accounts;
    std::vector<app_options> apps;
    std::vector<bot_options> bots;
    limit_options limits;
    std::string path_prefix;  // before /api/public/bot/...; empty or "/..." without a final slash
    // When a token id counts as used: as soon as its token was verified (as middleware does), or
    // only by a message that was triggered.
    bool jti_used_by_trigger_only = false;
    std::uint32_t jti_remembered_max = 20'000'000;
};

// One account, the bot and the number of the vendor's sample request, and an app that may use them.
service_options sample_service();

}  // namespace tidings::gateway
