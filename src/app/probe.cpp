#include "app/probe.hpp"

#include "tidings/codec/outcome_line.hpp"
#include "tidings/net/probe.hpp"
#include "tidings/runner/clock.hpp"

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace tidings::app {

namespace {

struct meaning {
    exit_status status;
    std::string text;
};

void print_json(const std::string& bot, const core::result<net::probe_answer>& answer,
                const meaning& told) {
    std::string text;
    codec::append_escaped(text, told.text);
    std::printf("%s\n",
                fmt::format(R"({{"type":"probe","bot":"{}","right":{},"status":{},"text":"{}"}})",
                            bot, told.status == exit_status::accepted,
                            answer ? std::to_string(answer->status) : "null", text)
                    .c_str());
}

meaning meaning_of(const net::probe_answer& answer) {
    const auto said =
        " (status " + std::to_string(answer.status) + ": " + answer.body.substr(0, 120) + ")";
    switch (answer.status) {
        case 412: return {exit_status::accepted, "address, TLS, token and scope are right"};
        case 400:
            return {exit_status::unusable, "the request was refused; is bot_id right?" + said};
        case 401:
            return {exit_status::credentials,
                    "the token was refused: check client_id, client_secret and the "
                    "app's scope \"Outbound SMS\"" +
                        said};
        case 404:
            return {exit_status::unusable,
                    "nothing is served at that path: check url and bot_id" + said};
        case 429:
            return {exit_status::work_left, "the bot's rate limit is used up at the moment" + said};
        default:
            return {exit_status::unusable, "not what the endpoint answers to an empty body" + said};
    }
}

}  // namespace

core::result<exit_status> probe_bots(const campaign& settings,
                                     std::vector<runner::campaign_bot> bots,
                                     const display_arguments& display) {
    const runner::system_clock clock;
    auto worst = exit_status::accepted;
    for (std::size_t i = 0; i < bots.size(); ++i) {
        auto trust = net::trust::make(bots[i].trust);
        if (!trust) return trust.error();
        auto tokens = runner::bot_tokens::make(bots[i].signer, false, 0);
        if (!tokens) return tokens.error();
        const auto now = clock.wall_now();
        const auto answer = net::probe(**trust, bots[i].where, tokens->token_for(0, now, now),
                                       settings.bots[i].connect_timeout);
        const auto told =
            answer ? meaning_of(*answer) : meaning{exit_status::unusable, answer.error().text};
        worst = worst_of({worst, told.status});
        if (display.json)
            print_json(bots[i].id, answer, told);
        else
            std::printf("probe of %s: %s\n", bots[i].id.c_str(), told.text.c_str());
    }
    return worst;
}

}  // namespace tidings::app
