// What a person is told when the endpoint starts.
#include "core/wording.hpp"
#include "gateway/server/descriptor_room.hpp"
#include "gateway/server/keys_on_the_spot.hpp"
#include "gateway/server/server.hpp"

#include <iterator>

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

using out_text = std::back_insert_iterator<std::string>;

std::string spelled_all(const std::vector<core::rate_limit>& limits) {
    if (limits.empty()) return "no limits";
    std::string text;
    for (const auto& limit : limits)
        text += (text.empty() ? "" : " and ") + core::spelled(limit);
    return text;
}

void describe_service(out_text out, const settings& how) {
    for (const auto& account : how.service.accounts)
        fmt::format_to(out, "account  {}: {}\n", account.name, spelled_all(account.limits));
    for (const auto& bot : how.service.bots) {
        fmt::format_to(out, "bot      {} of {}: {}{}\n", bot.id, bot.account,
                       spelled_all(bot.limits), bot.sms_channel ? "" : ", SMS channel off");
        for (const auto& number : bot.numbers)
            fmt::format_to(out, "  from   {}: {}, {}\n", number.number.text(),
                           number.flow.empty() ? "no flow" : "flow \"" + number.flow + "\"",
                           spelled_all(number.limits));
    }
    for (const auto& app : how.service.apps) {
        fmt::format_to(out, "app      {}: secret \"{}\", jti {}{}\n", app.client_id,
                       app.client_secret, tidings::settings::word_for(jti_words, app.jti),
                       app.published ? "" : ", unpublished");
        const auto jwk = jwk_file_of(how, app);
        if (!jwk.empty()) fmt::format_to(out, "  jwe    encrypt to the key in {}\n", jwk);
    }
    if (!how.faults.rules.empty())
        fmt::format_to(out, "faults   {} rules, seed {}\n", how.faults.rules.size(),
                       how.faults.seed);
}

// For a shell, if it needs it.
std::string quoted(const std::string& text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:=@%,";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string made = "'";
    for (const char c : text)
        made += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return made + "'";
}

// The vendor's page shows this very call; the token is the one printed there where it is accepted.
void describe_call(out_text out, const settings& how, const served& where,
                   const std::string& host) {
    const auto& bots = how.service.bots;
    if (bots.empty() || bots[0].numbers.empty() || how.service.apps.empty()) return;
    const auto& accepted = how.service.apps[0].accept_tokens;
    fmt::format_to(out, "\ncurl {}--location 'https://{}:{}{}/api/public/bot/{}/outboundsms' \\\n",
                   where.ca_file.empty() ? "" : "--cacert " + quoted(where.ca_file) + " ", host,
                   where.port, how.service.path_prefix, bots[0].id);
    fmt::format_to(out,
                   "--header 'Content-Type: application/json;charset=UTF-8' \\\n"
                   "--header 'auth: {}' \\\n"
                   "--data '{{\n    \"fromNo\": \"{}\",\n    \"toNo\": \"+917760336484\"\n}}'\n",
                   accepted.empty() ? "<a token signed with the secret above>" : accepted[0],
                   bots[0].numbers[0].number.text());
}

}  // namespace

std::string describe(const settings& how, const served& where) {
    std::string text;
    const auto out = std::back_inserter(text);
    const auto& server = how.server;
    const std::string host =
        server.address == "127.0.0.1" || server.address == "::1" ? "localhost" : server.address;
    fmt::format_to(out, "serving  https://{}:{} ({}HTTP/1.1, TLS {} to {})\n", host, where.port,
                   server.http2 ? "HTTP/2, " : "",
                   server.tls_min == tls_version::v1_2 ? "1.2" : "1.3",
                   server.tls_max == tls_version::v1_2 ? "1.2" : "1.3");
    if (!where.ca_file.empty()) fmt::format_to(out, "trust    {}\n", where.ca_file);
    if (where.connections_max < server.connections_max)
        fmt::format_to(out,
                       "limit    {} connections at once, not {}: this process may open no more "
                       "files; ulimit -n {} before starting it raises that\n",
                       where.connections_max, server.connections_max,
                       server.connections_max + descriptors_spared);
    if (where.admin_port != 0)
        fmt::format_to(out,
                       "admin    http://127.0.0.1:{}/_gateway/stats and /_gateway/ledger, by\n"
                       "         curl --header {}\n",
                       where.admin_port,
                       where.admin_token_file.empty()
                           ? "'Authorization: Bearer " + where.admin_token + "'"
                           : "@" + quoted(where.admin_token_file));
    if (!server.ledger_file.empty()) fmt::format_to(out, "ledger   {}\n", server.ledger_file);
    describe_service(out, how);
    describe_call(out, how, where, host);
    return text;
}

}  // namespace tidings::gateway
