#include "core/limit_plan.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tidings::core {

namespace {

double rate_of(const std::vector<rate_limit>& limits) {
    double rate = rate_without_limits;
    for (const auto& one : limits)
        rate = std::min(rate, one.count / std::chrono::duration<double>(one.window).count());
    return rate;
}

// Together they get no more than `most`: whoever wants less than an equal part has what it wants,
// and the others share the rest alike. That is what turns that go round come to.
void share_out(const std::vector<double*>& wanted, double most) {
    auto ascending = wanted;
    std::sort(ascending.begin(), ascending.end(), [](auto* a, auto* b) { return *a < *b; });
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        const double part = most / static_cast<double>(ascending.size() - i);
        *ascending[i] = std::min(*ascending[i], part);
        most -= *ascending[i];
    }
}

}  // namespace

std::vector<double> lane_rates(const limit_plan& plan) {
    std::size_t lanes = 0;
    for (const auto& bot : plan.bots)
        lanes += bot.senders.size();
    std::vector<double> rates;
    rates.reserve(lanes);  // pointers into it stay
    std::vector<std::vector<double*>> of_account(plan.accounts.size());
    for (const auto& bot : plan.bots) {
        std::vector<double*> of_bot;
        for (const auto& sender : bot.senders)
            of_bot.push_back(&rates.emplace_back(rate_of(sender.limits)));
        if (!bot.limits.empty()) share_out(of_bot, rate_of(bot.limits));
        for (std::size_t a = 0; a < plan.accounts.size(); ++a)
            if (plan.accounts[a].name == bot.account)
                of_account[a].insert(of_account[a].end(), of_bot.begin(), of_bot.end());
    }
    for (std::size_t a = 0; a < plan.accounts.size(); ++a)
        if (!plan.accounts[a].limits.empty())
            share_out(of_account[a], rate_of(plan.accounts[a].limits));
    return rates;
}

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

wider_plan with_one_more(limit_plan plan, scope_kind what, const std::string& name) {
    wider_plan made{.plan = std::move(plan)};
    auto& bots = made.plan.bots;
    const auto is_named = [&](const auto& one) { return one.name == name; };
    for (auto bot = bots.begin(); what == scope_kind::sender && bot != bots.end(); ++bot) {
        made.first += bot->senders.size();
        const auto like = std::find_if(bot->senders.begin(), bot->senders.end(), is_named);
        if (like == bot->senders.end()) continue;
        auto another = *like;
        another.name += "+1";
        bot->senders.push_back(std::move(another));
        made.added = 1;
        return made;
    }
    const auto like = std::find_if(bots.begin(), bots.end(), is_named);
    bot_plan another = what == scope_kind::bot && like != bots.end() ? *like : bots.back();
    another.name += "+1";
    for (auto& sender : another.senders)
        sender.name += "+1";
    made.first = 0;
    for (const auto& bot : bots)
        made.first += bot.senders.size();
    made.added = another.senders.size();
    bots.push_back(std::move(another));
    return made;
}

}  // namespace tidings::core
