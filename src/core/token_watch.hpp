// Judges refused tokens: one refusal has a new one signed, a refusal of the new one ends the bot's
// part of the run. It signs nothing (runner/bot_tokens).
#pragma once

#include "core/departure.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tidings::core {

class token_watch {
  public:
    enum class verdict : std::uint8_t {
        known,    // of a token that has been renewed since
        renewed,  // a new one is being signed
        hopeless  // the new one is refused, too
    };

    explicit token_watch(std::size_t bots) : bots_(bots) {}

    // Of the token that departures of the bot carry now.
    std::uint32_t generation(bot_id bot) const noexcept { return bots_[bot].generation; }
    void on_believed(bot_id bot) noexcept { bots_[bot].renewed_in_doubt = false; }
    verdict on_refused(bot_id bot, std::uint32_t generation) {
        auto& its = bots_[bot];
        if (generation != its.generation) return verdict::known;
        if (its.renewed_in_doubt) return verdict::hopeless;
        its.renewed_in_doubt = true;
        ++its.generation;
        renewals_.push_back(bot);
        return verdict::renewed;
    }
    // A bot whose token must be signed anew; each is said once.
    std::optional<bot_id> take_renewal() {
        if (renewals_.empty()) return std::nullopt;
        const bot_id bot = renewals_.back();
        renewals_.pop_back();
        return bot;
    }

  private:
    struct bot_token {
        std::uint32_t generation = 0;
        bool renewed_in_doubt = false;  // renewed after a refusal, and not believed since
    };

    std::vector<bot_token> bots_;
    std::vector<bot_id> renewals_;
};

}  // namespace tidings::core
