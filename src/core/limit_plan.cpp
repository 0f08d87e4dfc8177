#include "core/limit_plan.hpp"

#include <algorithm>
#include <utility>

namespace tidings::core {

limiter make_limiter(const limit_plan& plan) {
    limiter made;
    std::vector<std::pair<std::string, scope_id>> accounts;
    const auto account_of = [&](const bot_plan& bot) {
        const auto known = std::find_if(accounts.begin(), accounts.end(),
                                        [&](const auto& one) { return one.first == bot.account; });
        if (known != accounts.end()) return known->second;
        const auto listed = std::find_if(plan.accounts.begin(), plan.accounts.end(),
                                         [&](const auto& one) { return one.name == bot.account; });
        const auto limits =
            listed == plan.accounts.end() ? std::vector<rate_limit>{} : listed->limits;
        const scope_id id = made.add_scope(scope_kind::account, bot.account, limits, bot.how);
        accounts.emplace_back(bot.account, id);
        return id;
    };
    for (const auto& bot : plan.bots) {
        std::vector<scope_id> scopes;
        if (!bot.account.empty()) scopes.push_back(account_of(bot));
        scopes.push_back(made.add_scope(scope_kind::bot, bot.name, bot.limits, bot.how));
        for (const auto& sender : bot.senders) {
            scopes.push_back(
                made.add_scope(scope_kind::sender, sender.name, sender.limits, bot.how));
            made.add_lane(scopes);
            scopes.pop_back();
        }
    }
    return made;
}

limit_plan with_one_more_bot(limit_plan plan) {
    bot_plan another = plan.bots.back();
    another.name += "+1";
    for (auto& sender : another.senders)
        sender.name += "+1";
    plan.bots.push_back(std::move(another));
    return plan;
}

}  // namespace tidings::core
