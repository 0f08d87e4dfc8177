// The carrier of a real campaign: whom a bot trusts, its connections, its tokens.
#pragma once

#include "net/pool.hpp"
#include "net/trust.hpp"
#include "runner/bot_tokens.hpp"
#include "runner/campaign.hpp"
#include "runner/carrier.hpp"

#include <memory>
#include <vector>

namespace tidings::runner {

class network_bot final : public carrier, private net::pool_listener {
  public:
    // Fails before anything is sent: trust anchors, keys.
    static core::result<std::unique_ptr<carrier>> make(const campaign_bot& setup,
                                                       std::uint64_t run_id,
                                                       const wire::clock& clock,
                                                       const carrier_place& where);

    std::size_t room() const override { return pool_.room(); }
    void begin(const core::departure& one, core::phone_number from, core::wall_time now) override;
    void flush() override;
    void append_midway(std::vector<int>& into) const override { pool_.append_midway(into); }
    void want(std::size_t messages) override { pool_.want(messages); }
    void on_tick(core::time_stamp now) override;
    void renew_token() override;
    void drain() override { pool_.drain(); }
    void abort() override { pool_.abort(); }
    net::pool_stats stats() const override { return pool_.stats(); }

  private:
    network_bot(const carrier_place& where, std::unique_ptr<net::trust> trust, bot_tokens signs,
                const campaign_bot& setup, const wire::clock& clock);

    void on_pool_trouble(const net::pool_trouble& what) override {
        listener_.on_carrier_trouble(id_, what);
    }

    core::bot_id id_;
    net::attempt_sink& sink_;
    carrier_listener& listener_;
    const wire::clock& clock_;
    bot_tokens tokens_;
    std::vector<core::ticket> unsigned_;  // no token could be made; told at the next flush
    std::unique_ptr<net::trust> trust_;
    net::pool pool_;
};

}  // namespace tidings::runner
