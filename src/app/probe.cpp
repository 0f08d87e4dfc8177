#include "app/probe.hpp"

#include <cstdio>
#include <string>
#include <utility>

#include "tidings/codec/answer.hpp"
#include "tidings/net/probe.hpp"
#include "tidings/runner/clock.hpp"

namespace tidings::app {

namespace {

struct meaning {
    bool right;
    std::string text;
};

meaning meaning_of(const net::probe_answer& answer) {
    const auto said = " (status " + std::to_string(answer.status) + ": " +
                      answer.body.substr(0, 120) + ")";
    switch (answer.status) {
        case 412: return {true, "address, TLS, token and scope are right"};
        case 400: return {false, "the request was refused; is bot_id right?" + said};
        case 401: return {false, "the token was refused: check client_id, client_secret and the "
                                 "app's scope \"Outbound SMS\"" + said};
        case 404: return {false, "nothing is served at that path: check url and bot_id" + said};
        case 429: return {false, "the bot's rate limit is used up at the moment" + said};
        default: return {false, "not what the endpoint answers to an empty body" + said};
    }
}

}  // namespace

core::result<exit_status> probe_bots(const campaign& settings,
                                     std::vector<runner::campaign_bot> bots,
                                     const display_arguments& display) {
    const runner::system_clock clock;
    bool all_right = true;
    for (std::size_t i = 0; i < bots.size(); ++i) {
        auto trust = net::trust::make(bots[i].trust);
        if (!trust) return trust.error();
        auto tokens = runner::bot_tokens::make(bots[i].signer, false, 0);
        if (!tokens) return tokens.error();
        const auto now = clock.wall_now();
        const auto answer = net::probe(**trust, bots[i].where, tokens->token_for(0, now, now),
                                       settings.bots[i].connect_timeout);
        const auto told = answer ? meaning_of(*answer) : meaning{false, answer.error().text};
        all_right = all_right && told.right;
        if (!display.json) std::printf("probe of %s: %s\n", bots[i].id.c_str(), told.text.c_str());
    }
    return all_right ? exit_status::accepted : exit_status::unusable;
}

}  // namespace tidings::app
