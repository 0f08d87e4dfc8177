// Whole small runs, in which the n-th action that can fail fails, for every n: each comes to its
// end, and whatever failed, no row is asked for twice and none is forgotten.
#include "core/turn_desk.hpp"

#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using commit_end = turn_desk::commit_end;

constexpr row_number rows = 5;

// What failing means for an action; the others cannot fail.
bool can_fail(asked what) {
    switch (what) {
        case asked::take_rows:
        case asked::take_list_news:
        case asked::look_for_room:
        case asked::depart:
        case asked::commit:
        case asked::tell_bound: return true;
        case asked::tick:
        case asked::take_reports:
        case asked::take_commit:
        case asked::begin_pass:
        case asked::renew_token:
        case asked::ask:
        case asked::drain:
        case asked::abort:
        case asked::publish:
        case asked::rest:
        case asked::end: return false;
    }
    return false;
}

class short_run {
  public:
    // The n-th action that can fail does, from 1; `for_good`: where that makes a difference.
    short_run(int n, bool for_good) : desk_(setup()), n_(n), for_good_(for_good) {
        desk_.list(1, 3, false);
        desk_.list(4, rows);
        desk_.room = {2};
    }

    // False: there was no n-th one.
    bool run() {
        for (int steps = 0; steps < 3000; ++steps) {
            const auto action = desk_.made.next(desk_.rig.now);
            if (can_fail(action.what) && ++number_ == n_)
                fail(action);
            else
                perform(action);
            if (action.what == asked::end) return number_ >= n_;
        }
        ADD_FAILURE() << "it does not end";
        return false;
    }
    void judge() const {
        for (const auto& [row, times] : asked_for_)
            EXPECT_EQ(times, 1) << "row " << row << " was asked for again";
        const auto& made = *desk_.rig.made;
        EXPECT_EQ(made.counts()[outcome::accepted], asked_for_.size());
        EXPECT_EQ(made.at_risk(), 0U);
        EXPECT_EQ(made.halted().has_value(), ended_early_);
        EXPECT_TRUE(ended_early_ || asked_for_.size() == rows) << "some were forgotten";
    }

  private:
    static rig_setup setup() {
        rig_setup made;
        made.bound_told = 0;
        made.options.in_doubt_first = 2;
        return made;
    }

    void perform(const turn_action& action) {
        desk_.perform(action);
        if (action.what == asked::tell_bound) show_at_ = desk_.rig.now.steady;
        if (action.what == asked::rest) let_the_world_go_on(action.until);
    }
    void let_the_world_go_on(instant until) {
        for (const auto& one : std::exchange(desk_.left, {})) {
            ++asked_for_[one.row];
            desk_.rig.accept(one);
        }
        if (desk_.journal_busy) desk_.journal_ends(std::exchange(next_end_, commit_end::durable));
        desk_.pass(until - desk_.rig.now.steady);
        if (show_at_ <= desk_.rig.now.steady) desk_.rig.made->on_bound_told(desk_.bound);
    }
    void fail(const turn_action& action) {
        switch (action.what) {
            case asked::take_rows: return desk_.made.on_no_rows();
            case asked::take_list_news:
                ended_early_ = true;
                return desk_.made.on_list_failed("it is gone");
            case asked::look_for_room: return desk_.made.on_room(0);
            case asked::depart:
                for (const auto& one : desk_.made.leaving())
                    desk_.rig.fail(one, attempt_step::idle_check);
                return;
            case asked::commit:
                ended_early_ = for_good_;
                next_end_ = for_good_ ? commit_end::failed : commit_end::releases_refused;
                return desk_.perform(action);
            case asked::tell_bound:
                show_at_ = desk_.rig.now.steady + std::chrono::seconds(1);
                return desk_.perform(action);
            case asked::tick:
            case asked::take_reports:
            case asked::take_commit:
            case asked::begin_pass:
            case asked::renew_token:
            case asked::ask:
            case asked::drain:
            case asked::abort:
            case asked::publish:
            case asked::rest:
            case asked::end: FAIL() << "cannot fail: " << name_of(action.what);
        }
    }

    turn_desk desk_;
    int n_;
    bool for_good_;
    int number_ = 0;
    commit_end next_end_ = commit_end::durable;
    instant show_at_ = never;
    bool ended_early_ = false;
    std::map<row_number, int> asked_for_;
};

TEST(turn_failures, a_run_in_which_nothing_fails_sends_every_row) {
    short_run whole(0, false);
    EXPECT_TRUE(whole.run());
    whole.judge();
}

class turn_failures : public testing::TestWithParam<bool> {};

TEST_P(turn_failures, whichever_action_fails_nothing_is_twice_and_nothing_forgotten) {
    int n = 1;
    for (;; ++n) {
        SCOPED_TRACE("action " + std::to_string(n));
        short_run one(n, GetParam());
        const bool failed = one.run();
        one.judge();
        if (!failed || HasFailure()) break;
    }
    EXPECT_GT(n, 30) << "few actions were tried";
}

INSTANTIATE_TEST_SUITE_P(for_a_while_or_for_good, turn_failures, testing::Bool());

}  // namespace
}  // namespace tidings::core
