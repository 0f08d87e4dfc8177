#include "app/session_line.hpp"

#include "codec/messages/retry_after.hpp"

#include <string>
#include <utility>

namespace tidings::app {

core::result<std::unique_ptr<session_line>> session_line::make(const runner::campaign_bot& bot,
                                                               core::duration patience,
                                                               const runner::system_clock& clock) {
    auto trust = net::trust::make(bot.trust);
    if (!trust) return trust.error();
    // Not the run's ids: those belong to its messages, and each works once.
    auto tokens = runner::bot_tokens::make(bot.signer, bot.token_each, runner::random_seed());
    if (!tokens) return tokens.error();
    auto writer = codec::request_writer::make(
        {.path = net::sessions_target(bot.where), .host = bot.where.authority});
    if (!writer) return writer.error();
    return std::unique_ptr<session_line>(new session_line(
        std::move(*trust), bot.where, std::move(*writer), std::move(*tokens), patience, clock));
}

session_line::session_line(std::unique_ptr<net::trust> trust, net::endpoint where,
                           codec::request_writer writer, runner::bot_tokens tokens,
                           core::duration patience, const runner::system_clock& clock)
    : trust_(std::move(trust)),
      where_(std::move(where)),
      writer_(std::move(writer)),
      tokens_(std::move(tokens)),
      patience_(patience),
      clock_(clock) {}

core::result<run::platform_reply> session_line::ask(const codec::session_question& question) {
    if (!call_) {
        auto opened = net::plain_call::open(*trust_, where_, patience_);
        if (!opened) return opened.error();
        call_.emplace(std::move(*opened));
    }
    const auto now = clock_.wall_now();
    tokens_.renew_if_due(now);
    const auto token = tokens_.token_for(++asked_, now, now);
    auto reply = call_->ask(writer_.question(token, codec::session_question_body(question)));
    if (!reply || !reply->keep_alive) call_.reset();
    if (!reply) return reply.error();
    return run::platform_reply{
        .status = reply->status,
        .body = std::move(reply->body),
        .wait = codec::read_retry_after(reply->retry_after, clock_.wall_now())};
}

}  // namespace tidings::app
