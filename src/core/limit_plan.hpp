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

// A plan with lanes more, which stand from lane `first` on; those behind them have moved up.
struct wider_plan {
    limit_plan plan;
    std::size_t first = 0;
    std::size_t added = 0;
};

// With one more of what is named: a sender like that one, the last of its bot; a bot like that one,
// the last of all, of the same account. What is no sender's and no bot's own is given a bot more
// like the last. Pre: at least one bot, each with a sender.
wider_plan with_one_more(limit_plan plan, scope_kind what, const std::string& name);

}  // namespace tidings::core
