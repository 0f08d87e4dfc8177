#include "gateway/rules/replies.hpp"

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

constexpr std::array<std::string_view, verdict_case_count> names = {
    "triggered",           "no_route",
    "wrong_method",        "no_auth",
    "not_a_jwt",           "jwe_missing",
    "bad_signature",       "sub_missing",
    "token_expired",       "token_not_yet",
    "wrong_bot",           "jti_missing",
    "jti_lifetime",        "jti_replay",
    "jti_memory_full",     "app_unpublished",
    "wrong_scope",         "unknown_bot",
    "limit_minute",        "limit_hour",
    "wrong_content_type",  "bad_body",
    "number_not_e164",     "channel_off",
    "number_unknown",      "number_without_flow",
    "number_inbound_only", "ledger_full"};

constexpr std::string_view bad_credentials = "Invalid SDK credentials";
constexpr std::string_view scope_denied = "Permission denied. Scope is incorrect!";
constexpr std::string_view bad_arguments = "Validation errors/ Invalid arguments";

}  // namespace

std::string_view name_of(verdict_case what) {
    return names[static_cast<std::size_t>(what)];
}

std::optional<verdict_case> verdict_case_named(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<verdict_case>(i);
    return std::nullopt;
}

reply_table documented_replies() {
    reply_table table;
    const auto say = [&table](verdict_case what, std::uint16_t status, std::string_view msg,
                              std::string_view code) {
        auto& words = table[static_cast<std::size_t>(what)];
        words.status = status;
        words.msg = msg;
        words.code = code;
    };
    using enum verdict_case;
    table[static_cast<std::size_t>(triggered)].body =
        R"({"message":"Triggered the configured Experience flow to deliver message )"
        R"(via SMS channel"})";
    say(no_route, 404, "Not Found", "404");
    say(wrong_method, 405, "Method Not Allowed", "405");
    say(no_auth, 401, bad_credentials, "4002");
    say(not_a_jwt, 401, "Invalid JWT token", "4002");
    say(jwe_missing, 401, "Invalid JWT token", "4002");
    say(bad_signature, 401, bad_credentials, "4002");
    say(sub_missing, 401, bad_credentials, "4002");
    say(token_expired, 401, "error verifying the jwt: jwt expired", "401");
    say(token_not_yet, 401, "error verifying the jwt: jwt not active", "401");
    say(wrong_bot, 401, bad_credentials, "4002");
    say(jti_missing, 401, "error verifying the jwt: \"jti\" claim is required", "401");
    say(jti_lifetime, 401, "error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s)",
        "401");
    say(jti_replay, 401, "error verifying the jwt: possibly a replay", "401");
    say(jti_memory_full, 503, "Service Unavailable", "503");
    say(app_unpublished, 401, scope_denied, "4002");
    say(wrong_scope, 401, scope_denied, "4002");
    say(unknown_bot, 400, "Invalid StreamId", "400");
    say(limit_minute, 429,
        "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.",
        "429");
    say(limit_hour, 429,
        "You've exceeded the hourly rate limit. Please wait for sometime before retrying.", "429");
    say(wrong_content_type, 412, bad_arguments, "412");
    say(bad_body, 412, bad_arguments, "412");
    say(number_not_e164, 412, bad_arguments, "412");
    say(channel_off, 400, "SMS channel is not configured", "400");
    say(number_unknown, 400, "fromNo is not configured for this bot", "400");
    say(number_without_flow, 400, "fromNo is not attached to an experience flow", "400");
    say(number_inbound_only, 400, "fromNo is not enabled for outbound messages", "400");
    say(ledger_full, 503, "Service Unavailable", "503");
    return table;
}

bool can_be_ignored(verdict_case what) {
    using enum verdict_case;
    switch (what) {
        case jwe_missing:
        case sub_missing:
        case token_expired:
        case token_not_yet:
        case jti_missing:
        case app_unpublished:
        case wrong_content_type:
        case channel_off:
        case number_without_flow:
        case number_inbound_only: return true;
        default: return false;
    }
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    out += '"';
    return out;
}

std::string proxy_page(std::string_view title) {
    return fmt::format(
        "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center>"
        "<hr><center>proxy</center></body></html>\n",
        title);
}

std::string render_body(const reply_words& words) {
    if (!words.body.empty()) return words.body;
    std::string out = R"({"errors":[{)";
    out += words.as_message ? R"("message":)" : R"("msg":)";
    out += json_quoted(words.msg);
    if (!words.code.empty()) {
        out += R"(,"code":)";
        out += words.code_is_string ? json_quoted(words.code) : words.code;
    }
    out += "}]}";
    return out;
}

}  // namespace tidings::gateway
