// The line on which a bot's platform is asked for sessions: the campaign's endpoint, trust and app,
// with a token of its own. What is asked, and when, is run/inquiry's.
#pragma once

#include "app/this_machine.hpp"
#include "codec/messages/request.hpp"
#include "core/failure.hpp"
#include "net/plain_call.hpp"
#include "run/inquiry.hpp"
#include "runner/campaign.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace tidings::app {

class session_line {
  public:
    // `patience`: for connecting, and for each answer.
    static core::result<std::unique_ptr<session_line>> make(const runner::campaign_bot& bot,
                                                            core::duration patience,
                                                            const runner::system_clock& clock);

    // On the connection of before while it lasts.
    core::result<run::platform_reply> ask(const codec::session_question& question);

  private:
    session_line(std::unique_ptr<net::trust> trust, net::endpoint where,
                 codec::request_writer writer, runner::bot_tokens tokens, core::duration patience,
                 const runner::system_clock& clock);

    std::unique_ptr<net::trust> trust_;
    net::endpoint where_;
    codec::request_writer writer_;
    runner::bot_tokens tokens_;
    core::duration patience_;
    const runner::system_clock& clock_;
    std::optional<net::plain_call> call_;
    std::uint64_t asked_ = 0;
};

}  // namespace tidings::app
