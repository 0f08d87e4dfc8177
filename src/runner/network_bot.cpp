#include "runner/network_bot.hpp"

#include <algorithm>
#include <utility>

namespace tidings::runner {

namespace {

// A thread's part of what the bot may use; each has at least one.
std::size_t share(std::size_t all, std::size_t threads) {
    return std::max<std::size_t>(1, all / std::max<std::size_t>(1, threads));
}

net::pool_options share_of(net::pool_options all, std::size_t threads) {
    all.connections_max = share(all.connections_max, threads);
    all.dials_max = share(all.dials_max, threads);
    return all;
}

}  // namespace

core::result<std::unique_ptr<carrier>> network_bot::make(const campaign_bot& setup,
                                                         std::uint64_t run_id,
                                                         const wire::clock& clock,
                                                         const carrier_place& where) {
    auto trust = net::trust::make(setup.trust);
    if (!trust) return trust.error();
    auto tokens = bot_tokens::make(setup.signer, setup.token_each, run_id);
    if (!tokens) return tokens.error();
    return std::unique_ptr<carrier>(
        new network_bot(where, std::move(*trust), std::move(*tokens), setup, clock));
}

network_bot::network_bot(const carrier_place& where, std::unique_ptr<net::trust> trust,
                         bot_tokens signs, const campaign_bot& setup, const wire::clock& clock)
    : id_(where.bot),
      sink_(where.sink),
      listener_(where.listener),
      clock_(clock),
      tokens_(std::move(signs)),
      trust_(std::move(trust)),
      pool_(where.io, where.set, clock, *trust_, setup.where, share_of(setup.pool, where.threads),
            where.sink, *this) {}

void network_bot::begin(const core::departure& one, core::phone_number from, core::wall_time now) {
    const auto token = tokens_.token_for(one.row, one.released_at, now);
    if (token.empty()) {
        unsigned_.push_back(one.which);
        return;
    }
    pool_.begin({.which = one.which, .from = from, .to = one.to, .token = token});
}

void network_bot::flush() {
    pool_.flush();
    if (unsigned_.empty()) return;
    listener_.on_carrier_note("no token could be signed: out of memory?");
    for (const auto which : std::exchange(unsigned_, {})) {
        core::attempt_report untouched;
        untouched.which = which;
        untouched.ended = clock_.now();
        sink_.on_attempt_ended(untouched);
    }
}

void network_bot::on_tick(core::time_stamp now) {
    pool_.on_tick(now.steady);
    tokens_.renew_if_due(now.wall);
}

void network_bot::renew_token() {
    if (const auto renewed = tokens_.renew_after_refusal(); !renewed)
        listener_.on_carrier_note("no new token can be made: " + renewed.error().text);
}

}  // namespace tidings::runner
