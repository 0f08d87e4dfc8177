// Asks endpoints whether they are well: a request with an empty body, which can text nobody, on a
// fresh connection and a thread of its own, because net/probe blocks. When to ask, and what an
// answer says, is core/endpoint_watch's.
#pragma once

#include "core/attempt.hpp"
#include "core/departure.hpp"
#include "net/probe.hpp"
#include "net/trust.hpp"
#include "runner/campaign.hpp"
#include "runner/clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tidings::runner {

// How a question ended.
struct asked_endpoint {
    core::bot_id bot = 0;
    std::optional<net::probe_answer> answer;
    std::string trouble;   // why there is none
    bool written = false;  // the server may have read it
};

class question_desk {
  public:
    // `on_ended` is called on the question's thread.
    question_desk(const std::vector<campaign_bot>& bots, const system_clock& clock,
                  std::function<void(asked_endpoint)> on_ended);
    // Ends what is under way; it is not told any more.
    ~question_desk();
    question_desk(const question_desk&) = delete;
    question_desk& operator=(const question_desk&) = delete;

    // Pre: the bot's last question has ended.
    void ask(core::bot_id bot);

  private:
    struct place {
        std::unique_ptr<net::trust> trust;  // made for the first question
        std::jthread thread;
    };

    core::result<net::probe_answer> answer_of(core::bot_id bot, const std::stop_token& stop,
                                              bool& written);

    const std::vector<campaign_bot>& bots_;
    const system_clock& clock_;
    std::function<void(asked_endpoint)> on_ended_;
    std::vector<place> places_;  // by bot
};

}  // namespace tidings::runner
