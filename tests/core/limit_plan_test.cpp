#include "core/limit_plan.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using rates = std::vector<double>;

bot_plan bot(std::string account, std::vector<rate_limit> limits,
             std::vector<std::vector<rate_limit>> senders) {
    bot_plan made{"st", std::move(account), std::move(limits), pace::earliest, {}};
    for (auto& one : senders)
        made.senders.push_back({"+1", std::move(one)});
    return made;
}

TEST(lane_rates, are_what_a_senders_limits_allow_in_the_long_run) {
    const limit_plan plan{
        {}, {bot("", {}, {{{10, seconds(1)}}, {{1, seconds(1)}, {1'800, hours(1)}}, {}})}};
    EXPECT_EQ(lane_rates(plan), (rates{10, 0.5, rate_without_limits}));
}

TEST(lane_rates, share_what_their_bot_and_account_allow) {
    // One that wants less than its part leaves the rest to the others.
    const limit_plan one_bot{{}, {bot("", {{9, seconds(1)}}, {{}, {{1, seconds(1)}}, {}})}};
    EXPECT_EQ(lane_rates(one_bot), (rates{4, 1, 4}));
    const limit_plan account{{{"main", {{12, seconds(1)}}}, {"other", {}}},
                             {bot("main", {{2, seconds(1)}}, {{}, {}}), bot("main", {}, {{}}),
                              bot("other", {}, {{}}), bot("", {{5, seconds(1)}}, {{}})}};
    EXPECT_EQ(lane_rates(account), (rates{1, 1, 10, rate_without_limits, 5}));
}

TEST(one_more, is_a_sender_beside_its_like_or_a_bot_behind_all) {
    limit_plan plan{{{"main", {{5, seconds(1)}}}},
                    {bot("main", {}, {{{1, seconds(1)}}, {}}), bot("main", {}, {{}})}};
    plan.bots[0].name = "st-0";
    plan.bots[0].senders[0].name = "+1";
    plan.bots[0].senders[1].name = "+2";
    plan.bots[1].senders[0].name = "+3";
    const auto sender = with_one_more(plan, scope_kind::sender, "+1");
    EXPECT_EQ(sender.first, 2U);
    EXPECT_EQ(sender.added, 1U);
    ASSERT_EQ(sender.plan.bots[0].senders.size(), 3U);
    EXPECT_EQ(sender.plan.bots[0].senders[2].limits, plan.bots[0].senders[0].limits);
    for (const auto what : {scope_kind::bot, scope_kind::account}) {
        const auto wider = with_one_more(plan, what, what == scope_kind::bot ? "st-0" : "main");
        EXPECT_EQ(wider.first, 3U);
        EXPECT_EQ(wider.added, what == scope_kind::bot ? 2U : 1U);
        ASSERT_EQ(wider.plan.bots.size(), 3U);
        EXPECT_EQ(wider.plan.bots[2].account, "main");
        EXPECT_NE(wider.plan.bots[2].senders[0].name, plan.bots[0].senders[0].name);
    }
}

}  // namespace
}  // namespace tidings::core
