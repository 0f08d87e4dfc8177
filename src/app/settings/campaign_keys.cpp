#include "app/settings/campaign_keys.hpp"

#include <algorithm>
#include <array>

namespace tidings::app {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view text, std::string_view besides) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || besides.find(c) != std::string_view::npos;
    });
}

wrong_with not_empty(const std::string& text) {
    if (text.empty()) return "is empty";
    return std::nullopt;
}

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

struct sender_number_reader {
    static std::string kind() { return "E.164 number"; }
    static wrong_with read(const setting& at, sender_settings& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const auto number = core::phone_number::from_e164(*text);
        if (!number) return "\"" + text->substr(0, 30) + "\" is not E.164: write \"+16693422058\"";
        into.from = *number;
        return std::nullopt;
    }
};

struct weekdays_reader {
    static std::string kind() { return "list of days"; }
    static wrong_with read(const setting& at, schedule_settings& into) {
        static constexpr std::array<std::string_view, 7> days = {"mon", "tue", "wed", "thu",
                                                                 "fri", "sat", "sun"};
        wrong_with wrong;
        const auto texts = texts_of(at, days.size(), wrong);
        if (!texts) return wrong;
        unsigned chosen = 0;
        for (const auto& text : *texts) {
            const auto day = std::find(days.begin(), days.end(), text);
            if (day == days.end())
                return "\"" + text.substr(0, 20) + "\" is not a day: write " +
                       "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]";
            chosen |= 1U << (day - days.begin());
        }
        if (chosen == 0) return std::string("names no day, so nothing would ever be sent");
        into.weekdays = static_cast<std::uint8_t>(chosen);
        return std::nullopt;
    }
};

template <class Reader, class Section>
constexpr campaign_key<Section> key_of(std::string_view name, std::string_view initial,
                                       std::string_view meaning) {
    return {name, initial, meaning, &Reader::kind, &Reader::read};
}

using C = campaign;
using R = recipients_settings;
using B = bot_settings;
using S = sender_settings;
using W = schedule_settings;
using T = stop_settings;
using O = output_settings;

constexpr std::array campaign_table = {
    key_of<text_reader<&C::name, folder_safe_name>, C>(
        "name", "", "The campaign's name, and its run's folder. Default: the file's own name."),
    key_of<number_reader<&C::threads, 1, 64>, C>(
        "threads", "1", "Network threads. More than one pays only where one core is the bound."),
};

constexpr std::array recipients_table = {
    key_of<file_reader<&R::file>, R>(
        "file", "", "The list; .gz and .zst are read as they are. \"-\" is standard input."),
    key_of<choice_reader<&R::format>, R>("format", "\"auto\"", "How the list is written."),
    key_of<text_reader<&R::to, not_empty>, R>("to", "\"toNo\"",
                                              "Column or field with the recipient's number."),
    key_of<text_reader<&R::from, any_text>, R>(
        "from", "\"\"",
        "Column with the sender's number. Empty: the senders below share the list."),
    key_of<text_reader<&R::time_zone, any_text>, R>(
        "time_zone", "\"\"", "Column with the recipient's time zone. Empty: told by the number."),
    key_of<text_reader<&R::default_region, region_code>, R>(
        "default_region", "\"\"",
        "Reads numbers in national form as this region's, \"US\". Empty: E.164 only."),
    key_of<files_reader<&R::suppress>, R>(
        "suppress", "[]", "Numbers that are never texted, one a line. Read again while running."),
};

constexpr std::array bot_table = {
    key_of<text_reader<&B::url, https_url>, B>("url", "", "Where the platform is; https only."),
    key_of<text_reader<&B::bot_id, path_safe_id>, B>("bot_id", "", "The bot's id, \"st-...\"."),
    key_of<file_reader<&B::ca_file>, B>("ca_file", "\"\"",
                                        "More trust anchors (PEM), beside the system's."),
    key_of<choice_reader<&B::http>, B>("http", "\"auto\"", "HTTP version; auto asks by ALPN."),
    key_of<number_reader<&B::connections_max, 1, 10'000>, B>("connections_max", "64",
                                                             "Connections at most."),
    key_of<span_reader<&B::connect_timeout, 100, 600>, B>(
        "connect_timeout", "\"10s\"", "To reach the host and finish the handshake."),
    key_of<span_reader<&B::request_timeout, 100, 3'600>, B>(
        "request_timeout", "\"30s\"", "To wait for an answer before the row counts as unknown."),
    key_of<span_reader<&B::late_for, 0, 3'600>, B>(
        "late_for", "\"120s\"", "To go on reading after that: a late answer settles the doubt."),
    key_of<choice_reader<&B::profile>, B>(
        "profile", "\"runtime\"",
        "Limits as the vendor documents them: runtime = 600/60s and 18000/1h a bot, "
        "contact-center = 60/60s an account, design = 60/60s and 1800/1h a bot."),
    key_of<limits_reader<&B::limits>, B>(
        "limits", "", "The bot's own limits instead of a profile, [\"600/60s\"]. []: none."),
    key_of<choice_reader<&B::pace>, B>(
        "pace", "\"earliest\"",
        "earliest: done as early as the windows allow; even: one rate throughout; burst: as slots "
        "come free."),
    key_of<text_reader<&B::account, folder_safe_name>, B>(
        "account", "\"main\"", "Bots of one account share the limits of [account.NAME]."),
    key_of<number_reader<&B::weight, 1, 1'000>, B>("weight", "1",
                                                   "This bot's share of the list, by weight."),
    key_of<text_reader<&B::client_id, not_empty>, B>("client_id", "",
                                                     "The app's Client ID, \"cs-...\"."),
    key_of<secret_reader<&B::client_secret>, B>(
        "client_secret", "", "Where the app's Client Secret lies, for HS256 and HS512."),
    key_of<secret_reader<&B::private_key>, B>(
        "private_key", "", "Where the app's private key (PEM) lies, for RS256 and RS512."),
    key_of<choice_reader<&B::algorithm>, B>("algorithm", "\"HS256\"", "How tokens are signed."),
    key_of<text_reader<&B::subject, not_empty>, B>("subject", "\"1234567890\"", "The token's sub."),
    key_of<span_reader<&B::token_lifetime, 0, 31'536'000>, B>(
        "token_lifetime", "\"30m\"", "How long a token is valid. \"none\": no iat and no exp."),
    key_of<choice_reader<&B::jti>, B>(
        "jti", "\"none\"", "each: every request has a token of its own, which works once."),
    key_of<file_reader<&B::jwe_key_file>, B>(
        "jwe_key_file", "\"\"", "The platform's public key (JWK): wraps the token, JWE."),
    key_of<choice_reader<&B::jwe_algorithm>, B>("jwe_algorithm", "\"RSA-OAEP\"",
                                                "How the JWE's key is wrapped."),
    key_of<choice_reader<&B::jwe_encryption>, B>("jwe_encryption", "\"A128CBC-HS256\"",
                                                 "How the JWE is encrypted."),
};

constexpr std::array sender_table = {
    key_of<sender_number_reader, S>("from", "", "The sender's number."),
    key_of<limits_reader<&S::limits>, S>(
        "limits", "[]", "What its carrier bears, [\"1/1s\"] for a US long code. []: none."),
    key_of<number_reader<&S::weight, 1, 1'000>, S>("weight", "1",
                                                   "Its share of the bot's rows, by weight."),
};

constexpr std::array account_table = {
    key_of<limits_reader<&account_settings::limits>, account_settings>(
        "limits", "[]", "What all bots of the account may send together."),
};

constexpr std::array schedule_table = {
    key_of<unit_reader<&W::start_at, codec::wall_time_from>, W>(
        "start_at", "\"\"", "Nothing goes out before, \"2026-11-23T09:00:00+01:00\". Empty: now."),
    key_of<unit_reader<&W::expires_at, codec::wall_time_from>, W>(
        "expires_at", "\"\"", "Nothing goes out after: what is left is expired. Empty: never."),
    key_of<unit_reader<&W::quiet_hours, codec::day_span_from>, W>(
        "quiet_hours", "\"\"",
        "\"21:00-08:00\", at the recipient: rows are postponed, not dropped."),
    key_of<weekdays_reader, W>("weekdays",
                               "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]",
                               "Days on which messages may go out, at the recipient."),
    key_of<file_reader<&W::holidays>, W>(
        "holidays", "\"\"", "File of days without messages, one date a line, 2026-12-25."),
    key_of<text_reader<&W::time_zone, zone_name>, W>(
        "time_zone", "\"\"",
        "Zone of rows whose own is unknown, \"Europe/Paris\". Empty: told by the number."),
};

constexpr std::array retry_table = {
    key_of<number_reader<&retry_settings::attempts_max, 1, 100>, retry_settings>(
        "attempts_max", "5", "Attempts for a row that certainly was not processed; then failed."),
    key_of<unit_reader<&retry_settings::backoff, codec::duration_range_from>, retry_settings>(
        "backoff", "\"1s..60s\"", "Wait between them: from, doubled each time, up to."),
};

constexpr std::array unknown_table = {
    key_of<choice_reader<&unknown_settings::policy>, unknown_settings>(
        "policy", "\"hold\"",
        "Rows that may have reached the server. hold: left for you; probe: asked again with the "
        "same token, which needs jti = \"each\"; resend: sent again, and some people are texted "
        "twice."),
};

constexpr std::array stop_table = {
    key_of<number_reader<&T::rejected_in_a_row, 0, 1'000'000'000>, T>(
        "rejected_in_a_row", "50",
        "Stops after so many refusals in a row; of one sender beside others that go on, that "
        "sender "
        "only. 0: never."),
    key_of<unit_reader<&T::rejected_share, codec::share_of_last_from>, T>(
        "rejected_share", "\"\"", "\"20%/500\": stops when so much of the last 500 is refused."),
    key_of<number_reader<&T::unknown_max, 0, 1'000'000'000>, T>(
        "unknown_max", "0", "Stops when more rows than this are unknown. 0: never."),
    key_of<span_reader<&T::latency_p99_max, 0, 3'600>, T>(
        "latency_p99_max", "\"none\"", "Stops when the slowest hundredth takes longer."),
    key_of<number_reader<&T::first, 0, 1'000'000'000>, T>(
        "first", "0", "Canary: sends so many, waits for their outcomes, then goes on. 0: off."),
    key_of<number_reader<&T::messages_max, 0, 1'000'000'000'000>, T>(
        "messages_max", "0", "Sends at most so many, then stops with work left. 0: no cap."),
    key_of<span_reader<&T::duration_max, 0, 31'536'000>, T>(
        "duration_max", "\"none\"", "Sends for at most so long, then stops with work left."),
};

constexpr std::array output_table = {
    key_of<file_reader<&O::dir, true>, O>("dir", "\"runs\"",
                                          "Where run folders lie, relative to the current folder."),
    key_of<choice_reader<&O::numbers>, O>(
        "numbers", "\"full\"", "masked: +9177******84 in the outcome log and on screen."),
    key_of<choice_reader<&O::log_format>, O>("log_format", "\"text\"", "Of tidings.log."),
    key_of<unit_reader<&O::rotate, codec::byte_size_from>, O>(
        "rotate", "\"256MiB\"", "Outcome log: a new piece after so much. \"0B\": never."),
};

template <class Section>
void describe(const std::string& section, std::vector<key_description>& into) {
    for (const auto& key : keys_of<Section>())
        into.push_back({section, key.name, key.kind(), key.initial, key.meaning});
}

}  // namespace

wrong_with folder_safe_name(const std::string& name) {
    if (!name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '-' &&
        all_of(name, "._-"))
        return std::nullopt;
    return "\"" + name.substr(0, 60) +
           "\" cannot name a folder: up to 100 letters, digits, dots, dashes and underscores, "
           "\"november-reminder\"";
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

template <>
std::span<const campaign_key<campaign>> keys_of() {
    return campaign_table;
}
template <>
std::span<const campaign_key<recipients_settings>> keys_of() {
    return recipients_table;
}
template <>
std::span<const campaign_key<bot_settings>> keys_of() {
    return bot_table;
}
template <>
std::span<const campaign_key<sender_settings>> keys_of() {
    return sender_table;
}
template <>
std::span<const campaign_key<account_settings>> keys_of() {
    return account_table;
}
template <>
std::span<const campaign_key<schedule_settings>> keys_of() {
    return schedule_table;
}
template <>
std::span<const campaign_key<retry_settings>> keys_of() {
    return retry_table;
}
template <>
std::span<const campaign_key<unknown_settings>> keys_of() {
    return unknown_table;
}
template <>
std::span<const campaign_key<stop_settings>> keys_of() {
    return stop_table;
}
template <>
std::span<const campaign_key<output_settings>> keys_of() {
    return output_table;
}

std::vector<key_description> campaign_keys() {
    std::vector<key_description> all;
    describe<campaign>("", all);
    describe<recipients_settings>("recipients", all);
    describe<bot_settings>("bot", all);
    describe<sender_settings>("bot.sender", all);
    describe<account_settings>("account.NAME", all);
    describe<schedule_settings>("schedule", all);
    describe<retry_settings>("retry", all);
    describe<unknown_settings>("unknown", all);
    describe<stop_settings>("stop", all);
    describe<output_settings>("output", all);
    return all;
}

}  // namespace tidings::app
