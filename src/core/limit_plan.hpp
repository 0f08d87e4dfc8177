// The limits of a campaign as the campaign file tells them: accounts, bots, senders. Made into a
// limiter whose lanes are the senders in that order; core/forecast asks what one bot more would do.
#pragma once

#include "core/limiter.hpp"
#include "core/rate_limit.hpp"

#include <string>
#include <vector>

namespace tidings::core {

struct account_plan {
    std::string name;
    std::vector<rate_limit> limits;
};

struct sender_plan {
    std::string name;  // its number, or bot and number where two bots have the same
    std::vector<rate_limit> limits;
};

struct bot_plan {
    std::string name;
    std::string account;  // empty, or one of limit_plan::accounts
    std::vector<rate_limit> limits;
    pace how = pace::earliest;
    std::vector<sender_plan> senders;  // at least one
};

struct limit_plan {
    std::vector<account_plan> accounts;
    std::vector<bot_plan> bots;
};

// Lane 0 is the first bot's first sender. Accounts and senders go at the pace of their bot; several
// bots of an account at that of the first. An account that is not listed has no limits.
limiter make_limiter(const limit_plan& plan);

// How many messages a second each lane can be counted on for while all have work, in the order of
// the lanes: what its limits allow in the long run, and no more than its part of what those of its
// bot and account do. Where nothing limits, rate_without_limits.
inline constexpr double rate_without_limits = 16'384;
std::vector<double> lane_rates(const limit_plan& plan);

// The same with another bot like the last one, of the same account. Pre: at least one bot.
limit_plan with_one_more_bot(limit_plan plan);

}  // namespace tidings::core
