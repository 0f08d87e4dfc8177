#include "core/lane_turns.hpp"

#include "core/limit_plan.hpp"

#include <queue>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

limit_plan pool(std::size_t bots, std::size_t senders, std::vector<rate_limit> account,
                std::vector<rate_limit> bot, std::vector<rate_limit> sender,
                pace how = pace::burst) {
    limit_plan plan;
    if (!account.empty()) plan.accounts.push_back({"main", std::move(account)});
    for (std::size_t b = 0; b < bots; ++b) {
        bot_plan one{"st-" + std::to_string(b), plan.accounts.empty() ? "" : "main", bot, how, {}};
        for (std::size_t s = 0; s < senders; ++s)
            one.senders.push_back({std::to_string(b) + "/" + std::to_string(s), sender});
        plan.bots.push_back(one);
    }
    return plan;
}

// Takes what may leave at `now`, at most `most`; everything is answered at once.
std::vector<lane_id> leave(lane_turns& turns, limiter& limits, instant now, std::size_t most = 99) {
    std::vector<lane_id> who;
    while (who.size() < most) {
        const lane_id lane = turns.next(now);
        if (lane == lane_none) break;
        limits.take(lane, now);
        limits.answered(lane, now);
        turns.left();
        turns.wake(lane);
        who.push_back(lane);
    }
    return who;
}

TEST(lane_turns, nobody_has_a_turn_who_wants_none) {
    limiter limits = make_limiter(pool(1, 3, {}, {}, {}));
    lane_turns turns(limits);
    EXPECT_EQ(turns.next_due(), never);
    EXPECT_EQ(turns.next(instant(seconds(1))), lane_none);
    turns.wants(1);
    EXPECT_LE(turns.next_due(), instant{});
    EXPECT_EQ(turns.next(instant(seconds(1))), 1);
    turns.rests();
    EXPECT_EQ(turns.next(instant(seconds(1))), lane_none);
}

TEST(lane_turns, go_round) {
    limiter limits = make_limiter(pool(2, 2, {}, {}, {}));
    lane_turns turns(limits);
    for (lane_id lane = 0; lane < 4; ++lane)
        turns.wants(lane);
    // Bot by bot, and in each sender by sender.
    EXPECT_EQ(leave(turns, limits, instant(seconds(1)), 6),
              (std::vector<lane_id>{0, 2, 1, 3, 0, 2}));
}

TEST(lane_turns, a_limit_of_its_own_holds_back_one_lane_only) {
    auto plan = pool(1, 3, {}, {}, {});
    plan.bots[0].senders[1].limits = {{1, seconds(1)}};
    limiter limits = make_limiter(plan);
    lane_turns turns(limits);
    for (lane_id lane = 0; lane < 3; ++lane)
        turns.wants(lane);
    EXPECT_EQ(leave(turns, limits, instant(seconds(1)), 7),
              (std::vector<lane_id>{0, 1, 2, 0, 2, 0, 2}));
    EXPECT_EQ(turns.shared_waits(), 0U);
}

// A slot at a time comes free of the bot, and a thousand wait for it.
TEST(lane_turns, who_waits_for_the_same_is_not_asked) {
    limiter limits = make_limiter(pool(1, 1'000, {}, {{1, seconds(1)}}, {}));
    lane_turns turns(limits);
    for (lane_id lane = 0; lane < 1'000; ++lane)
        turns.wants(lane);
    instant now(seconds(1));
    std::vector<lane_id> order;
    while (order.size() < 1'100) {
        for (const auto lane : leave(turns, limits, now))
            order.push_back(lane);
        now = std::max(now, turns.next_due());
    }
    for (std::size_t i = 0; i < order.size(); ++i)
        ASSERT_EQ(order[i], i % 1'000);
    EXPECT_LE(turns.shared_waits(), order.size() + 1) << "one is asked in vain each time";
}

// Neither may the lanes run to and fro between two scopes that hold them back in turn.
TEST(lane_turns, two_scopes_that_hold_back_cost_a_few_steps_a_message) {
    limiter limits =
        make_limiter(pool(10, 100, {{40, seconds(1)}}, {{5, seconds(1)}}, {}, pace::earliest));
    lane_turns turns(limits);
    for (lane_id lane = 0; lane < 1'000; ++lane)
        turns.wants(lane);
    std::size_t left = 0;
    for (instant now(seconds(1)); left < 1'000; now = std::max(now, turns.next_due()))
        left += leave(turns, limits, now).size();
    EXPECT_LE(turns.shared_waits(), 4 * left);
}

TEST(lane_turns, an_answer_wakes_who_waited_for_it) {
    limiter limits = make_limiter(pool(1, 2, {}, {{1, seconds(1)}}, {}));
    lane_turns turns(limits);
    turns.wants(0);
    turns.wants(1);
    const instant start(seconds(1));
    ASSERT_EQ(turns.next(start), 0);
    limits.take(0, start);
    turns.left();
    EXPECT_EQ(turns.next(start), lane_none);
    EXPECT_EQ(turns.next_due(), never) << "the slot is out";
    limits.answered(0, start + milliseconds(50));
    turns.wake(0);
    EXPECT_EQ(turns.next(start + milliseconds(50)), lane_none);
    EXPECT_GT(turns.next_due(), start + seconds(1));
    EXPECT_EQ(turns.next(turns.next_due()), 1);
}

struct scopes {
    std::vector<rate_limit> account, bot, sender;
};

// Whenever nobody has a turn nobody could go, and nobody could go sooner than is said.
TEST(lane_turns, forget_nobody_and_wake_nobody_too_late) {
    const std::vector<scopes> all = {
        {{}, {}, {{1, seconds(1)}}},
        {{{7, seconds(1)}}, {{3, seconds(1)}, {20, seconds(10)}}, {{1, seconds(1)}}},
        {{{30, seconds(10)}}, {}, {{2, seconds(1)}, {5, seconds(20)}}},
        {{}, {{9, milliseconds(500)}}, {}},
    };
    std::mt19937_64 dice(18);
    for (const auto& limited : all) {
        for (const pace how : {pace::earliest, pace::even, pace::burst}) {
            limiter limits =
                make_limiter(pool(3, 4, limited.account, limited.bot, limited.sender, how));
            lane_turns turns(limits);
            std::vector<int> rows(limits.lane_count());
            using coming = std::pair<instant, lane_id>;
            std::priority_queue<coming, std::vector<coming>, std::greater<>> out;
            instant now(seconds(1));
            for (int step = 0; step < 2'000; ++step) {
                const auto some = static_cast<lane_id>(dice() % rows.size());
                rows[some] += static_cast<int>(dice() % 3);
                if (rows[some] > 0) turns.wants(some);
                for (lane_id lane; (lane = turns.next(now)) != lane_none;) {
                    if (rows[lane] == 0) {
                        turns.rests();
                        continue;
                    }
                    --rows[lane];
                    limits.take(lane, now);
                    out.emplace(now + milliseconds(dice() % 300), lane);
                    turns.left();
                }
                instant first = never;
                for (lane_id lane = 0; lane < rows.size(); ++lane)
                    if (rows[lane] > 0) first = std::min(first, limits.earliest(lane, now));
                ASSERT_GT(first, now);
                ASSERT_LE(turns.next_due(), first);
                now = std::min(now + milliseconds(dice() % 200),
                               std::min(turns.next_due(), out.empty() ? never : out.top().first));
                for (; !out.empty() && out.top().first <= now; out.pop()) {
                    limits.answered(out.top().second, out.top().first);
                    turns.wake(out.top().second);
                }
            }
        }
    }
}

}  // namespace
}  // namespace tidings::core
