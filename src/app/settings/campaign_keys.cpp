#include "app/settings/campaign_keys.hpp"

#include "app/settings/campaign_kinds.hpp"
#include "app/settings/campaign_words.hpp"
#include "app/settings/schedule_kinds.hpp"
#include "net/proxy.hpp"

#include <algorithm>
#include <array>

namespace tidings::app {
namespace {

using settings::key_of;
using namespace campaign_kind;
using settings::setting;
using settings::text_of;
using settings::wrong_with;
namespace kind = settings::kind;
using moment = kind::unit<codec::wall_time_from>;

wrong_with path_safe_id(const std::string& text) {
    if (text.empty() || !all_of(text, "-_.~"))
        return "must be letters, digits, - and _, as the bot's general settings show it: "
               "\"st-26d52ba6-7a77-56b2-be4e-a8db1da7e440\"";
    return std::nullopt;
}

wrong_with region_code(const std::string& text) {
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (text.empty() || (text.size() == 2 && is_upper(text[0]) && is_upper(text[1])))
        return std::nullopt;
    return "\"" + text.substr(0, 20) + "\" is not a region: write two capitals, \"US\", or \"\"";
}

wrong_with zone_name(const std::string& text) {
    if (text.size() <= 64 && all_of(text, "/_+-")) return std::nullopt;
    return std::string("is not a time zone: write its IANA name, \"Europe/Paris\"");
}

using C = campaign;
using R = recipients_settings;
using B = bot_settings;
using S = sender_settings;
using W = schedule_settings;
using O = output_settings;
using codec::column_names;
using core::hours_rule;
using core::own_rule;
using core::recipient_rules;
using core::retry_options;
using core::stop_options;
using core::trouble_options;

constexpr std::array top_table = {
    key_of<kind::text<folder_safe_name>, &C::name>(
        "name", "The campaign's name, and its run's folder. Default: the file's own name.")
        .optional(),
    key_of<kind::number<1, 64>, &C::threads>(
        "threads", "Network threads. More than one pays only where one core is the bound."),
    key_of<kind::file, &C::state>(
        "state",
        "Folder for what belongs to bots and people, \"/var/lib/tidings\", when several users or "
        "machines share it. Empty: the user's own. Beside the runs it is kept in any case."),
};

constexpr std::array recipients_table = {
    key_of<kind::file, &R::file>(
        "file", "The list: CSV, TSV, JSON, xlsx or ods, packed or not. \"-\" is standard input.")
        .optional(),
    key_of<kind::files, &R::files>(
        "files",
        "Several lists that are one, in this order, instead of `file`. A run copies them."),
    key_of<kind::texts, &R::command>(
        "command",
        "A program with its words that writes the list, instead of `file`. A run keeps what it "
        "wrote."),
    key_of<kind::choice<list_format_words>, &R::format>("format", "How the list is written."),
    key_of<kind::number<1, 1'000>, &R::header_row>("header_row",
                                                   "Which row that is not empty has the names of "
                                                   "the columns. 1: titles above are recognised."),
    key_of<kind::text<settings::not_empty>, &R::columns, &column_names::to>(
        "to", "Column or field with the recipient's number."),
    key_of<kind::text<>, &R::columns, &column_names::from>(
        "from", "Column with the sender's number. Empty: the senders below share the list."),
    key_of<kind::text<>, &R::columns, &column_names::time_zone>(
        "time_zone", "Column with the recipient's time zone. Empty: told by the number."),
    key_of<kind::text<>, &R::columns, &column_names::region>(
        "region",
        "Column with the recipient's state or postal code, for [[schedule.rule]] and time zones. "
        "Empty: told by the number."),
    key_of<kind::text<region_code>, &R::default_region>(
        "default_region",
        "Reads numbers in national form as this region's, \"US\". Empty: E.164 only."),
    key_of<kind::file, &R::numbering_plan>(
        "numbering_plan",
        "A newer plan of telephone numbers, by scripts/numbering-plan. Empty: the one built in."),
    key_of<kind::files, &R::suppress>(
        "suppress", "Numbers that are never texted, one a line. Read again while running."),
    key_of<kind::choice<unreadable_words>, &R::ignores_unreadable>(
        "suppress_unreadable",
        "Whether a run may begin with opt-outs that cannot be read: they would be texted."),
    key_of<kind::unit<codec::rate_limit_from>, &R::frequency>(
        "frequency",
        "\"1/24h\": whom runs that share the state folder texted so often lately is suppressed. "
        "Empty: nobody."),
    key_of<countries, &R::who, &recipient_rules::countries>(
        "countries",
        "[\"US\", \"CA\"]: numbers of other countries are suppressed. []: all are texted."),
    key_of<countries, &R::who, &recipient_rules::not_countries>(
        "not_countries", "Numbers of these countries are suppressed."),
    key_of<number_types, &R::who, &recipient_rules::types>(
        "types",
        "Numbers of other types are suppressed. Without it: all but premium and shared-cost."),
    key_of<country_caps, &R::caps>(
        "caps",
        "[\"HT:100/1h\"]: at most so many messages to a country in any such time, against those "
        "who are paid for them. []: none."),
    key_of<kind::unit<codec::column_value_from>, &R::who, &recipient_rules::where>(
        "where", "\"column = value\": other rows are suppressed. Empty: all rows."),
    key_of<kind::unit<codec::people_share_from>, &R::who, &recipient_rules::sample>(
        "sample",
        "\"5%\" of the people, the same ones whenever the campaign has this name; others are "
        "suppressed. Empty: everybody."),
    key_of<kind::text<>, &R::columns, &column_names::consent>(
        "consent",
        "Column with the date of consent, 2026-11-23: rows without one are suppressed. Empty: no "
        "such column."),
    key_of<kind::span<0, 315'360'000>, &R::who, &recipient_rules::consent_age_max>(
        "consent_max_age", "Rows whose consent is older are suppressed. \"none\": of any age."),
    key_of<kind::text<>, &R::columns, &column_names::send_at>(
        "send_at",
        "Column with the moment before which a row does not go out. Empty: no such column."),
    key_of<kind::text<>, &R::columns, &column_names::expires_at>(
        "expires_at",
        "Column with the moment from which on a row is expired. Empty: no such column."),
};

constexpr std::array bot_table = {
    key_of<kind::text<https_url>, &B::url>("url", "Where the platform is; https only.")
        .needed("\"https://platform.kore.ai\""),
    key_of<kind::text<path_safe_id>, &B::bot_id>("bot_id", "The bot's id, \"st-...\".")
        .needed("\"st-26d52ba6-7a77-56b2-be4e-a8db1da7e440\""),
    key_of<kind::file, &B::trust, &net::trust_options::ca_file>(
        "ca_file", "More trust anchors (PEM), beside the system's."),
    key_of<kind::file, &B::trust, &net::trust_options::client_certificate>(
        "client_certificate", "For a server that asks for one: PEM, yours first."),
    key_of<kind::file, &B::trust, &net::trust_options::client_key>(
        "client_key", "The key of client_certificate, PEM."),
    key_of<kind::text<>, &B::trust, &net::trust_options::pinned_key>(
        "pinned_key",
        "\"sha256//...\" of the server's public key, as curl's --pinnedpubkey; empty: any that "
        "an authority vouches for."),
    key_of<kind::secret, &B::client_key_password>(
        "client_key_password", "Where the password of an encrypted client_key lies."),
    key_of<kind::choice<http_words>, &B::trust, &net::trust_options::http>(
        "http", "HTTP version; auto asks by ALPN."),
    key_of<kind::text<proxy_url>, &B::proxy>("proxy",
                                             "\"http://[user:password@]host:port\": the way out. "
                                             "Empty: as HTTPS_PROXY and NO_PROXY say; "
                                             "none: straight."),
    key_of<kind::secret, &B::proxy_password>("proxy_password",
                                             "Where the password of the user in proxy lies."),
    key_of<kind::number<1, 10'000>, &B::pool, &net::pool_options::connections_max>(
        "connections_max", "Connections at most."),
    key_of<kind::span<100, 600>, &B::pool, &net::pool_options::connect_timeout>(
        "connect_timeout", "To reach the host and finish the handshake."),
    key_of<kind::span<100, 3'600>, &B::pool, &net::pool_options::request_timeout>(
        "request_timeout", "To wait for an answer before the row counts as unknown."),
    key_of<kind::span<0, 3'600>, &B::pool, &net::pool_options::late_for>(
        "late_for", "To go on reading after that: a late answer settles the doubt."),
    key_of<kind::span<0, 604'800>, &B::pool, &net::pool_options::connection_age_max>(
        "connection_age_max",
        "Then a connection takes no more messages, and another is opened. \"none\": never."),
    key_of<kind::choice<profile_words>, &B::profile>(
        "profile",
        "Limits as the vendor documents them: runtime = 600/60s and 18000/1h a bot, "
        "contact-center = 60/60s an account, design = 60/60s and 1800/1h a bot."),
    key_of<kind::limits<>, &B::limits>(
        "limits", "The bot's own limits instead of a profile, [\"600/60s\"]. []: none.")
        .optional(),
    key_of<kind::choice<pace_words>, &B::pace>(
        "pace",
        "earliest: done as early as the windows allow; even: one rate throughout; burst: as slots "
        "come free."),
    key_of<kind::text<folder_safe_name>, &B::account>(
        "account", "Bots of one account share the limits of [account.NAME]."),
    key_of<kind::number<0, 1'000>, &B::weight>(
        "weight",
        "This bot's share of the list, by weight. 0, and no weight anywhere: what limits allow."),
    key_of<kind::text<settings::not_empty>, &B::token, &codec::token_options::client_id>(
        "client_id", "The app's Client ID, \"cs-...\".")
        .needed("\"cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5\""),
    key_of<kind::secret, &B::client_secret>(
        "client_secret", "Where the app's Client Secret lies, for HS256 and HS512."),
    key_of<kind::secret, &B::private_key>(
        "private_key", "Where the app's private key (PEM) lies, for RS256 and RS512."),
    key_of<kind::choice<algorithm_words>, &B::token, &codec::token_options::algorithm>(
        "algorithm", "How tokens are signed."),
    key_of<kind::text<settings::not_empty>, &B::token, &codec::token_options::subject>(
        "subject", "The token's sub."),
    key_of<kind::span<0, 31'536'000>, &B::token, &codec::token_options::lifetime>(
        "token_lifetime", "How long a token is valid. \"none\": no iat and no exp."),
    key_of<kind::choice<jti_words>, &B::token_each>(
        "jti", "each: every request has a token of its own, which works once."),
    key_of<kind::file, &B::jwe_key_file>("jwe_key_file",
                                         "The platform's public key (JWK): wraps the token, JWE."),
    key_of<kind::choice<jwe_wrap_words>, &B::jwe, &codec::jwe_options::wrap>(
        "jwe_algorithm", "How the JWE's key is wrapped."),
    key_of<kind::choice<jwe_cipher_words>, &B::jwe, &codec::jwe_options::cipher>(
        "jwe_encryption", "How the JWE is encrypted."),
};

constexpr std::array sender_table = {
    key_of<e164, &S::from>("from", "The sender's number.").needed("\"+16693422058\""),
    key_of<kind::limits<>, &S::limits>(
        "limits", "What its carrier bears, [\"1/1s\"] for a US long code. []: none."),
    key_of<kind::number<0, 1'000>, &S::weight>(
        "weight",
        "Its share of the bot's rows, by weight. 0, and no weight anywhere: what limits allow."),
};

constexpr std::array account_table = {
    key_of<kind::limits<>, &account_settings::limits>(
        "limits", "What all bots of the account may send together."),
};

constexpr std::array schedule_table = {
    key_of<moment, &W::span, &core::calendar_options::starts_at>(
        "start_at", "Nothing goes out before, \"2026-11-23T09:00:00+01:00\". Empty: now."),
    key_of<moment, &W::span, &core::calendar_options::expires_at>(
        "expires_at", "Nothing goes out after: what is left is expired. Empty: never."),
    key_of<kind::unit<codec::day_span_from>, &W::hours, &runner::hours_options::quiet_hours>(
        "quiet_hours", "\"21:00-08:00\", at the recipient: rows are postponed, not dropped."),
    key_of<weekdays, &W::hours, &runner::hours_options::weekdays>(
        "weekdays", "Days on which messages may go out, at the recipient."),
    key_of<kind::file, &W::holidays>(
        "holidays", "File of days without messages, one date a line or as iCalendar."),
    key_of<hours_presets, &W::presets>(
        "presets",
        "Rules that lawmakers made, at the recipient: \"us\", or one of \"us-federal\", \"us-fl\", "
        "\"us-tx\" ... (docs/lawful-hours.md). Ask counsel. []: none."),
    key_of<kind::text<zone_name>, &W::hours, &runner::hours_options::time_zone>(
        "time_zone",
        "Zone of rows whose own is unknown, \"Europe/Paris\". Empty: told by the number."),
};

constexpr std::array schedule_rule_table = {
    key_of<rule_place, &schedule_rule::rule, &hours_rule::where>(
        "where", "\"US\", \"US-TX\": whom it is for. Empty: everybody."),
    key_of<rule_days, &schedule_rule::rule, &hours_rule::days>(
        "days", "\"sun\", \"mon-fri\", \"sat sun\": the days that it is for. Empty: every day."),
    key_of<kind::file, &schedule_rule::holidays>(
        "holidays",
        "File of the only dates that it is for, one a line or as iCalendar. Empty: all dates."),
    key_of<rule_hours, &schedule_rule::rule, &hours_rule::open>(
        "hours",
        "Messages go out within them only, at the recipient; \"none\": none on those days. Of all "
        "rules for a recipient the strictest wins.")
        .needed("\"12:00-21:00\""),
};

constexpr std::array retry_table = {
    key_of<kind::number<1, 100>, &retry_options::attempts_max>(
        "attempts_max", "Attempts for a row that certainly was not processed; then failed."),
    key_of<backoff, retry_options>("backoff", "Wait between them: from, doubled each time, up to."),
};

constexpr std::array unknown_table = {
    key_of<kind::choice<unknown_words>, &C::unknown>(
        "policy",
        "Rows that may have reached the server. hold: left for you; probe: asked again with the "
        "same token, which needs jti = \"each\"; resend: sent again, and some people are texted "
        "twice."),
};

constexpr std::array answer_table = {
    key_of<statuses, own_rule>("status", "Answers with it: \"503\", or \"500-599\".").optional(),
    key_of<kind::text<>, &own_rule::words>(
        "body",
        "With this in what the server said: its message, its page's title, or how its body "
        "begins.")
        .optional(),
    key_of<header_words, own_rule>(
        "header", "With this header: \"via\", or \"via: varnish\" for one with that in it.")
        .optional(),
    key_of<kind::choice<frame_words>, &own_rule::refused_stream>(
        "frame", "\"refused_stream\": HTTP/2's RST_STREAM with it, instead of an answer.")
        .optional(),
    key_of<kind::choice<meaning_words>, &own_rule::means>(
        "means",
        "What becomes of the row. Not processed: it is sent again; you vouch for the front.")
        .needed("\"not processed\""),
};

constexpr std::array trouble_table = {
    key_of<kind::number<0, 1'000>, &trouble_options::in_a_row>(
        "in_a_row",
        "Nothing more is sent to an endpoint after so many troubled answers in a row (5xx, pages, "
        "no answer): requests with an empty body ask whether it is over. 0: never."),
    key_of<trouble_share, trouble_options>(
        "share", "\"20%/50\": the same when so much of the last 50 is troubled."),
    key_of<ask_every, trouble_options>("ask_every",
                                       "Wait between questions: from, doubled, up to."),
    key_of<kind::span<0, 31'536'000>, &trouble_options::give_up>(
        "give_up", "A bot ends its part, rows kept, when its endpoint is in trouble for so long."),
};

constexpr std::array stop_table = {
    key_of<kind::number<0, 1'000'000'000>, &stop_options::rejected_in_a_row>(
        "rejected_in_a_row",
        "Stops after so many refusals in a row; of one sender beside others that go on, that "
        "sender only. 0: never."),
    key_of<rejected_share, stop_options>(
        "rejected_share", "\"20%/500\": stops when so much of the last 500 is refused."),
    key_of<kind::number<0, 1'000'000'000>, &stop_options::unknown_max>(
        "unknown_max", "Stops when more rows than this are unknown. 0: never."),
    key_of<kind::span<0, 3'600>, &stop_options::latency_p99_max>(
        "latency_p99_max", "Stops when the slowest hundredth takes longer."),
    key_of<kind::number<0, 1'000'000'000>, &stop_options::canary>(
        "first", "Canary: sends so many, waits for their outcomes, then goes on. 0: off."),
    key_of<kind::number<0, 1'000'000'000'000>, &stop_options::messages_max>(
        "messages_max", "Sends at most so many, then stops with work left. 0: no cap."),
    key_of<kind::span<0, 31'536'000>, &stop_options::duration_max>(
        "duration_max", "Sends for at most so long, then stops with work left."),
    key_of<number_or_true, &stop_options::unreadable_opt_outs>(
        "optout_unreadable",
        "Stops when so many opt-outs that were added meanwhile cannot be read; true: at the first. "
        "0: they are told and counted."),
};

constexpr std::array output_table = {
    key_of<kind::file_from_here, &O::dir>("dir",
                                          "Where run folders lie, relative to the current folder."),
    key_of<kind::choice<number_words>, &O::numbers>(
        "numbers", "masked: +9177******84 in the outcome log and on screen."),
    key_of<kind::choice<log_format_words>, &O::log_format>("log_format", "Of tidings.log."),
    key_of<kind::byte_size, &O::rotate>("rotate",
                                        "Outcome log: a new piece after so much. \"0B\": never."),
};

}  // namespace

wrong_with folder_safe_name(const std::string& name) {
    if (!name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '-' &&
        all_of(name, "._-"))
        return std::nullopt;
    return "\"" + name.substr(0, 60) +
           "\" cannot name a folder: up to 100 letters, digits, dots, dashes and underscores, "
           "\"november-reminder\"";
}

wrong_with proxy_url(const std::string& url) {
    if (url.empty() || url == proxy_none) return std::nullopt;
    if (const auto made = net::make_proxy(url); !made)
        return "cannot be used: " + made.error().text;
    return std::nullopt;
}

wrong_with https_url(const std::string& url) {
    constexpr auto fix = ": write \"https://platform.kore.ai\"";
    constexpr std::string_view scheme = "https://";
    if (url.starts_with("http://"))
        return std::string("is plain http, and the token would travel readable") + fix;
    if (!url.starts_with(scheme)) return std::string("must begin with https://") + fix;
    const auto rest = std::string_view(url).substr(scheme.size());
    const auto authority = rest.substr(0, rest.find('/'));
    if (authority.empty() || authority.front() == ':') return std::string("names no host") + fix;
    if (authority.find('@') != std::string_view::npos)
        return std::string("holds a user name, which has no use here") + fix;
    if (rest.find_first_of("?# \\") != std::string_view::npos)
        return std::string("holds ?, #, \\ or a space; it is host, port and path prefix only") +
               fix;
    if (!all_of(authority, ".-:[]")) return std::string("has an odd host") + fix;
    return std::nullopt;
}

key_table<campaign> top_keys() {
    return top_table;
}
key_table<recipients_settings> recipients_keys() {
    return recipients_table;
}
key_table<bot_settings> bot_keys() {
    return bot_table;
}
key_table<sender_settings> sender_keys() {
    return sender_table;
}
key_table<account_settings> account_keys() {
    return account_table;
}
key_table<schedule_settings> schedule_keys() {
    return schedule_table;
}
key_table<schedule_rule> schedule_rule_keys() {
    return schedule_rule_table;
}
key_table<retry_options> retry_keys() {
    return retry_table;
}
key_table<campaign> unknown_keys() {
    return unknown_table;
}
key_table<own_rule> answer_keys() {
    return answer_table;
}
key_table<trouble_options> trouble_keys() {
    return trouble_table;
}
key_table<stop_options> stop_keys() {
    return stop_table;
}
key_table<output_settings> output_keys() {
    return output_table;
}

std::vector<settings::key_description> campaign_keys() {
    const campaign usual;
    std::vector<settings::key_description> all;
    describe("", top_keys(), all);
    describe("[recipients]", recipients_keys(), all);
    describe("[[bot]]", bot_keys(), all);
    describe("[[bot.sender]]", sender_keys(), all);
    describe("[account.NAME]", account_keys(), all);
    describe("[schedule]", schedule_keys(), all);
    describe("[[schedule.rule]]", schedule_rule_keys(), all);
    describe("[retry]", retry_keys(), all);
    describe("[unknown]", unknown_keys(), all);
    describe("[[answer]]", answer_keys(), all);
    describe("[trouble]", trouble_keys(), all);
    describe("[stop]", stop_keys(), all, usual.stop);
    describe("[output]", output_keys(), all);
    return all;
}

}  // namespace tidings::app
