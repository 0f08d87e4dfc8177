#include "runner/question_desk.hpp"

#include "runner/bot_tokens.hpp"

#include <utility>

namespace tidings::runner {

question_desk::question_desk(const std::vector<campaign_bot>& bots, const system_clock& clock,
                             std::function<void(asked_endpoint)> on_ended)
    : bots_(bots), clock_(clock), on_ended_(std::move(on_ended)), places_(bots.size()) {}

question_desk::~question_desk() {
    for (auto& one : places_)
        one.thread.request_stop();
}

void question_desk::ask(core::bot_id bot) {
    places_[bot].thread = std::jthread([this, bot](const std::stop_token& stop) {
        asked_endpoint told{.bot = bot, .answer = std::nullopt, .trouble = {}};
        auto answer = answer_of(bot, stop, told.written);
        if (stop.stop_requested()) return;
        if (answer)
            told.answer = std::move(*answer);
        else
            told.trouble = answer.error().text;
        on_ended_(std::move(told));
    });
}

// With a secret that is read anew: it may be the one of tomorrow by now. An id of a token of its
// own is nobody else's.
core::result<net::probe_answer> question_desk::answer_of(core::bot_id bot,
                                                         const std::stop_token& stop,
                                                         bool& written) {
    const auto& setup = bots_[bot];
    auto& trust = places_[bot].trust;
    if (!trust) {
        auto made = net::trust::make(setup.trust);
        if (!made) return made.error();
        trust = std::move(*made);
    }
    auto tokens = bot_tokens::make(setup.signer, setup.token_each, random_seed());
    if (!tokens) return tokens.error();
    // It is asked for when the connection stands, and written then.
    const auto token = [&] {
        written = true;
        const auto now = clock_.wall_now();
        return std::string(tokens->token_for(1, now, now));
    };
    return net::probe(*trust, setup.where, token, setup.pool.connect_timeout, clock_, 1, stop);
}

}  // namespace tidings::runner
