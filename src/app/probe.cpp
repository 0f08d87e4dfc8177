#include "app/probe.hpp"

#include "core/foreign_text.hpp"
#include "net/probe.hpp"
#include "run/bot_windows.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace tidings::app {

namespace {

struct meaning {
    exit_status status;
    std::string text;
};

std::string json_line(const std::string& bot, const core::result<net::probe_answer>& answer,
                      const meaning& told) {
    std::string text;
    core::append_json(text, told.text);
    return fmt::format(R"({{"type":"probe","bot":"{}","right":{},"status":{},"text":"{}"}})", bot,
                       told.status == exit_status::accepted,
                       answer ? std::to_string(answer->status) : "null", text) +
           '\n';
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

core::result<probe_findings> probe_bots(const campaign& settings,
                                        std::vector<runner::campaign_bot> bots,
                                        std::size_t requests, this_machine& machine,
                                        const store::state_folders& state, bool json) {
    const auto& clock = machine.clock;
    probe_findings found;
    for (std::size_t i = 0; i < bots.size(); ++i) {
        auto trust = net::trust::make(bots[i].trust);
        if (!trust) return trust.error();
        auto tokens =
            runner::bot_tokens::make(bots[i].signer, bots[i].token_each, runner::random_seed());
        if (!tokens) return tokens.error();
        core::row_number asked = 0;
        const auto token = [&] {
            const auto now = clock.wall_now();
            return std::string(tokens->token_for(++asked, now, now));
        };
        const auto answer = net::probe(**trust, bots[i].where, token,
                                       settings.bots[i].pool.connect_timeout, clock, requests);
        const auto told =
            answer ? meaning_of(*answer) : meaning{exit_status::unusable, answer.error().text};
        found.status = worst_of({found.status, told.status});
        found.text += json ? json_line(bots[i].id, answer, told)
                           : fmt::format("probe of {}: {}\n", bots[i].id, told.text);
        if (!answer) continue;
        const bool usable = told.status == exit_status::accepted;
        const auto took = usable ? answer->took : std::vector<core::duration>{};
        const auto& bot = settings.bots[i];
        std::vector<store::bot_key> keys = {{.url = bot.url, .bot = bot.bot_id}};
        if (const auto account = settings.accounts.find(bot.account);
            account != settings.accounts.end() && !account->second.limits.empty())
            keys.push_back({.url = {}, .bot = bot.account, .account = true});
        run::keep_probe(machine.around(), state, keys, static_cast<std::uint32_t>(asked), took);
        const auto middle = [](const auto& times) {
            return run::answer_times::measured(run::answer_times::source::probed, times).typical;
        };
        if (!took.empty() && (found.took.empty() || middle(took) > middle(found.took)))
            found.took = took;
    }
    return found;
}

}  // namespace tidings::app
