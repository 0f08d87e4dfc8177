#include "gateway/settings/gateway_keys.hpp"

#include "gateway/rules/ledger.hpp"
#include "gateway/rules/windows.hpp"
#include "gateway/settings/gateway_kinds.hpp"

#include <array>

namespace tidings::gateway {
namespace {

namespace kind = tidings::settings::kind;
using tidings::settings::key_of;
using tidings::settings::word_table;

constexpr word_table<tls_version, 2> tls_words = {
    {{"1.2", tls_version::v1_2}, {"1.3", tls_version::v1_3}}};
constexpr word_table<bool, 2> limit_text_words = {{{"new", false}, {"old", true}}};
constexpr word_table<bool, 2> jti_use_words = {{{"verification", false}, {"trigger", true}}};
constexpr word_table<bool, 2> level_words = {{{"bot", false}, {"admin", true}}};
constexpr word_table<jwe_rule, 3> jwe_words = {
    {{"off", jwe_rule::off}, {"optional", jwe_rule::optional}, {"enforced", jwe_rule::enforced}}};
constexpr word_table<number_direction, 3> direction_words = {
    {{"inbound", number_direction::inbound},
     {"outbound", number_direction::outbound},
     {"both", number_direction::both}}};

using limits = kind::limits<call_window::count_max>;
using span = kind::span<1, 31'536'000>;
using O = server_options;
constexpr auto in_server = &settings::server;

constexpr std::array server_table = {
    key_of<listen_address, in_server>("listen", "Address and port; port 0: a free one.").at_start(),
    key_of<admin_address, in_server>("admin", "The admin port, on 127.0.0.1 alone. \"\": off.")
        .at_start(),
    key_of<kind::flag, in_server, &O::http2>("http2", "HTTP/2 by ALPN, beside HTTP/1.1.")
        .at_start(),
    key_of<kind::choice<tls_words>, in_server, &O::tls_min>("tls_min", "The oldest TLS.")
        .at_start(),
    key_of<kind::choice<tls_words>, in_server, &O::tls_max>("tls_max", "The newest TLS.")
        .at_start(),
    key_of<kind::file, in_server, &O::certificate_file>(
        "certificate_file",
        "PEM, with key_file. Without them a certificate for localhost, 127.0.0.1 and ::1 is made.")
        .at_start(),
    key_of<kind::file, in_server, &O::key_file>("key_file", "PEM, the certificate's key.")
        .at_start(),
    key_of<kind::file_from_here, in_server, &O::folder>(
        "folder", "Where ca.pem and keys that were made on the spot are written. \"\": nowhere.")
        .at_start(),
    key_of<kind::file_from_here, in_server, &O::ledger_file>(
        "ledger_file", "Every triggered message, appended as NDJSON. \"\": in memory only.")
        .at_start(),
    key_of<kind::text<path_prefix>, &settings::service, &service_options::path_prefix>(
        "path_prefix", "\"/xo\": before /api/public/bot/...")
        .at_start(),
    key_of<kind::number<1, 1'000'000>, in_server, &O::connections_max>("connections_max",
                                                                       "Connections at once.")
        .at_start(),
    key_of<kind::number<1'024, 1 << 20>, in_server, &O::header_bytes_max>(
        "header_bytes_max", "All of a request's header; above it 431.")
        .at_start(),
    key_of<kind::number<8, 10'000>, in_server, &O::headers_max>("headers_max",
                                                                "Its fields; above it 431.")
        .at_start(),
    key_of<kind::number<10, 1'000'000>, in_server, &O::control_frames_max>(
        "control_frames_max",
        "HTTP/2 frames without a request (PING, SETTINGS ...) between two answers.")
        .at_start(),
    key_of<kind::number<256, 65'536>, in_server, &O::body_bytes_max>("body_bytes_max",
                                                                     "Of a request's body.")
        .at_start(),
    key_of<kind::number<0, 1'000'000'000>, in_server, &O::requests_per_connection_max>(
        "requests_per_connection_max", "0: no end; else \"Connection: close\" comes with the last.")
        .at_start(),
    key_of<kind::number<1, 10'000>, in_server, &O::streams_max>(
        "streams_max", "HTTP/2 requests at the same time on one connection.")
        .at_start(),
    key_of<span, in_server, &O::idle_time>("idle_time",
                                           "A connection without a request is closed after that.")
        .at_start(),
    key_of<kind::flag, in_server, &O::idle_told>(
        "idle_told", "Over HTTP/1.1 by a 408 before the close, as some proxies do.")
        .at_start(),
    key_of<span, in_server, &O::request_time>("request_time",
                                              "From a request's first byte to its last.")
        .at_start(),
    key_of<span, in_server, &O::handshake_time>("handshake_time", "For a TLS handshake.")
        .at_start(),
    key_of<kind::span<0, 31'536'000>, in_server, &O::drain_time>(
        "drain_time", "How long a stop waits for what is under way.")
        .at_start(),
    key_of<kind::number<1, ledger::entries_max>, in_server, &O::ledger_entries_max>(
        "ledger_entries_max", "Then 503 and nothing is triggered; about 50 bytes of memory each.")
        .at_start(),
    key_of<clock_offset, in_server, &O::clock_offset>(
        "clock_offset", "Tokens are judged by a clock that is so much ahead ..."),
    key_of<clock_behind, in_server, &O::clock_offset>("clock_behind", "... or behind."),
};

constexpr std::array limits_table = {
    key_of<kind::flag, &limit_options::count_refused>(
        "count_refused", "Refused calls to a known bot take a slot, too."),
    key_of<kind::choice<limit_text_words>, &limit_options::old_text>(
        "text", "old: the older text, which does not name the window."),
    key_of<kind::flag, &limit_options::retry_after>(
        "retry_after", "Retry-After with the seconds until a slot is free."),
};

constexpr std::array replay_table = {
    key_of<kind::choice<jti_use_words>, &service_options::jti_used_by_trigger_only>(
        "used_by",
        "When a jti is used up: as soon as its token was verified, or by a triggered message "
        "only."),
    key_of<kind::number<1, 200'000'000>, &service_options::jti_remembered_max>(
        "remembered_max", "Token ids that are remembered, each until its token expires.")
        .at_start(),
};

constexpr std::string_view profile_meaning =
    "runtime: 600/60s and 18000/1h; contact-center: 60/60s; design: 60/60s and 1800/1h; none. "
    "Instead of limits.";

constexpr std::array account_table = {
    key_of<kind::text<>, &account_options::name>("name", "How apps and bots name it."),
    key_of<limits, &account_options::limits>("limits", "Of all its bots together, [\"60/60s\"]."),
    key_of<profile, &account_options::limits>("profile", profile_meaning).optional(),
};

constexpr std::array app_table = {
    key_of<kind::text<plain_id>, &app_options::client_id>("client_id", "The token's appId.")
        .needed("\"cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5\""),
    key_of<kind::text<>, &app_options::client_secret>(
        "client_secret", "Signs HS256 and HS512. For rehearsals only: it stands here readable."),
    key_of<pem_of_file, &app_options::public_key_pem>("public_key_file",
                                                      "PEM, for RS256 and RS512.")
        .at_start(),
    key_of<algorithms, &app_options::algorithms>("algorithms", "HS256, HS512, RS256, RS512."),
    key_of<kind::texts, &app_options::scopes>("scopes", "What the app may do."),
    key_of<kind::flag, &app_options::published>("published", "Its scopes are in force."),
    key_of<kind::text<>, &app_options::account>("account", "The account it belongs to."),
    key_of<kind::choice<level_words>, &app_options::admin_level>(
        "level", "admin: may use every bot of its account."),
    key_of<kind::texts, &app_options::bots>("bots", "The bots it may use."),
    key_of<kind::choice<jti_words>, &app_options::jti>(
        "jti", "Whether token ids are not looked at, may come, or must come."),
    key_of<kind::choice<jwe_words>, &app_options::jwe>(
        "jwe",
        "Whether tokens come encrypted. The public key to encrypt to is written to "
        "<folder>/jwe-<client_id>.jwk.json."),
    key_of<pem_of_file, &app_options::jwe_private_key_pem>(
        "jwe_key_file", "PEM, the private key; made on the spot when there is none.")
        .at_start(),
    key_of<kind::text<>, &app_options::jwe_key_id>("jwe_key_id",
                                                   "The kid that tokens name; \"\": any."),
    key_of<kind::texts, &app_options::accept_tokens>(
        "accept_tokens", "These very tokens count as well signed, byte for byte."),
};

constexpr std::array bot_table = {
    key_of<kind::text<plain_id>, &bot_options::id>("id", "As in the call's path.")
        .needed("\"st-26d52ba6-7a77-56b2-be4e-a8db1da7e440\""),
    key_of<kind::text<>, &bot_options::account>("account", "The account it belongs to."),
    key_of<kind::flag, &bot_options::sms_channel>("sms_channel", "It has an SMS channel."),
    key_of<limits, &bot_options::limits>("limits", "Its own, [\"5/1s\"]. []: none."),
    key_of<profile, &bot_options::limits>("profile", profile_meaning).optional(),
};

constexpr std::array number_table = {
    key_of<e164, &number_options::number>("number", "A sender of the bot.")
        .needed("\"+16693422058\""),
    key_of<kind::text<>, &number_options::flow>(
        "flow", "The experience flow it is attached to; \"\": none."),
    key_of<kind::choice<direction_words>, &number_options::direction>("direction",
                                                                      "What the flow is for."),
    key_of<limits, &number_options::limits>("limits", "A US long code: [\"1/1s\"]."),
    key_of<profile, &number_options::limits>("profile", profile_meaning).optional(),
};

constexpr std::array reply_table_keys = {
    key_of<kind::number<200, 599>, &reply_words::status>("status", "The status.").optional(),
    key_of<said, &reply_words::msg>("msg", "The error's text.").optional(),
    key_of<error_code, reply_words>("code", "400, or as a text: \"400\". \"\": no code.")
        .optional(),
    key_of<kind::flag, &reply_words::as_message>("as_message",
                                                 "{\"errors\":[{\"message\": ... instead of msg."),
    key_of<said, &reply_words::body>("body", "All of the body, instead of the shape above."),
    key_of<kind::text<>, &reply_words::content_type>("content_type", "The header's text."),
};
constexpr std::array ignore_table = {
    key_of<kind::flag, &reply_words::ignore>(
        "ignore", "Lets the request pass. Not every case can be: a forged token stays refused."),
};

constexpr std::array faults_table = {
    key_of<kind::number<0, INT64_MAX>, &fault_options::seed>(
        "seed", "The same seed gives the same faults to the same requests."),
};

using F = fault_rule;
constexpr auto many = 1'000'000'000'000U;

constexpr std::array fault_table = {
    key_of<fault_name, &F::what>("what", "Which one: conf/gateway.toml has the list.")
        .needed("\"delay\""),
    key_of<kind::share, &F::probability>("probability", "Of those that all else here fits."),
    key_of<number_spans, &F::nth>(
        "nth", "\"5, 17, 100-200\": of the requests (for connections: of those), from 1 on."),
    key_of<kind::number<1, many>, &F::every>("every", "Every tenth: 10."),
    key_of<kind::number<0, INT64_MAX>, &F::times_max>("times_max", "At most so often.").optional(),
    key_of<kind::text<>, &F::to>("to", "The recipient: \"+1555*\"; * any rest, ? one character."),
    key_of<kind::text<>, &F::from>("from", "The sender, alike."),
    key_of<between, F>("between",
                       "\"10s..20s\" since the start, or since the faults were changed."),
    key_of<kind::number<0, INT64_MAX>, &F::at>("at", "After so many bytes."),
    key_of<size_or_endless, &F::size>("size", "How much: \"1MiB\", or \"endless\"."),
    key_of<kind::number<1, 1'000'000'000>, &F::rate>("rate", "Bytes a second."),
    key_of<kind::number<1, 1'000>, &F::count>("count", "Interim answers."),
    key_of<wait, F>("wait", "\"2s\", or \"10ms..2s\" for a random one in between."),
    key_of<last_stream_named, &F::goaway_last>(
        "last_stream", "Of GOAWAY: \"before\" this one, its \"own\", \"all\", or a number."),
};
constexpr std::array fault_reply_table = {
    key_of<html_page, F>("html", "A page like the ones that proxies show, with that status."),
    key_of<kind::text<>, &F::retry_after>("retry_after", "The header's text."),
    key_of<kind::text<>, &F::location>("location", "The header's text."),
};
constexpr std::array fault_processed_table = {
    key_of<kind::flag, &F::processed>("processed",
                                      "The message was triggered before; usual for unavailable."),
};

constexpr std::array scope_table = {
    key_of<kind::text<>, &limit_change::account>("account", "One of these three."),
    key_of<kind::text<>, &limit_change::bot>("bot", "One of these three."),
    key_of<kind::text<>, &limit_change::sender>("sender", "\"<bot id> <number>\"."),
    key_of<limits, &limit_change::limits>("limits", "From now on."),
    key_of<profile, &limit_change::limits>("profile", profile_meaning).optional(),
};

constexpr std::string_view document_head =
    R"(# The gateway's file

Made from the table in `src/gateway/settings/gateway_keys.cpp`; a test keeps the two the same.
`conf/gateway.toml` is an example with every key and every fault.

- Any key can be given by `--set section.key=value`, with a file and without one. `bot.limits` means
  the first bot's, `bot.1.limits` the second's; `limits` and `profile` take each other's place.
- As soon as a file has an `[[account]]`, `[[app]]` or `[[bot]]`, those of the sample are gone.
- `POST /_gateway/settings` takes the same keys, as TOML or as JSON of the same shape, but for those
  that count at the start: `[server]` without its clock, `remembered_max`, and all files.
- Files named in it are relative to it; `folder` and `ledger_file` to the current folder.
)";

}  // namespace

key_table<settings> server_keys() {
    return server_table;
}
key_table<limit_options> limits_keys() {
    return limits_table;
}
key_table<service_options> replay_keys() {
    return replay_table;
}
key_table<account_options> account_keys() {
    return account_table;
}
key_table<app_options> app_keys() {
    return app_table;
}
key_table<bot_options> bot_keys() {
    return bot_table;
}
key_table<number_options> number_keys() {
    return number_table;
}
key_table<reply_words> reply_keys() {
    return reply_table_keys;
}
key_table<reply_words> ignore_keys() {
    return ignore_table;
}
key_table<fault_options> faults_keys() {
    return faults_table;
}
key_table<fault_rule> fault_keys() {
    return fault_table;
}
key_table<fault_rule> fault_reply_keys() {
    return fault_reply_table;
}
key_table<fault_rule> fault_processed_keys() {
    return fault_processed_table;
}
key_table<limit_change> scope_keys() {
    return scope_table;
}

std::vector<tidings::settings::key_description> gateway_keys() {
    std::vector<tidings::settings::key_description> all;
    describe("[server]", server_keys(), all);
    describe("[limits]", limits_keys(), all);
    describe("[replay]", replay_keys(), all);
    describe("[[account]]", account_keys(), all);
    describe("[[app]]", app_keys(), all);
    describe("[[bot]]", bot_keys(), all);
    describe("[[bot.number]]", number_keys(), all);
    describe("[reply.CASE]", reply_keys(), all);
    describe("[reply.CASE]", ignore_keys(), all);
    describe("[faults]", faults_keys(), all);
    describe("[[fault]]", fault_keys(), all);
    describe("[[fault]] with another answer", reply_keys(), all);
    describe("[[fault]] with another answer", fault_reply_keys(), all);
    describe("[[fault]] with an answer of the platform's, or refuse_stream", fault_processed_keys(),
             all);
    return all;
}

std::string gateway_keys_document() {
    return std::string(document_head) + tidings::settings::document_of(gateway_keys());
}

}  // namespace tidings::gateway
