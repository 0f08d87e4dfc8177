// One bot on the network thread: whom it trusts, its connections, its tokens.
#pragma once

#include "tidings/core/dispatcher.hpp"
#include "tidings/net/pool.hpp"
#include "tidings/net/trust.hpp"
#include "tidings/runner/bot_tokens.hpp"
#include "tidings/runner/campaign.hpp"

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

namespace tidings::runner {

// Told about trouble that concerns no message, with the bot it came from.
class bot_listener {
  public:
    virtual void on_bot_trouble(core::bot_id bot, const net::pool_trouble& what) = 0;

  protected:
    ~bot_listener() = default;
};

class network_bot final : public net::pool_listener {
  public:
    network_bot(core::bot_id id, bot_tokens signs, std::unique_ptr<net::trust> trust,
                const campaign_bot& setup, boost::asio::io_context& io, wire::readiness& set,
                const wire::clock& clock, net::attempt_sink& sink, bot_listener& listener)
        : tokens(std::move(signs)),
          trust_(std::move(trust)),
          pool(io, set, clock, *trust_, setup.where, setup.pool, sink, *this),
          id_(id),
          listener_(listener) {}

    void on_pool_trouble(const net::pool_trouble& what) override {
        listener_.on_bot_trouble(id_, what);
    }

    core::bot_id id() const { return id_; }

    bot_tokens tokens;

  private:
    std::unique_ptr<net::trust> trust_;

  public:
    net::pool pool;
    bool reached = false;  // a handshake has succeeded
    std::string trouble;   // the last one, while nothing has worked since

  private:
    core::bot_id id_;
    bot_listener& listener_;
};

}  // namespace tidings::runner
