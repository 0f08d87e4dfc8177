// Rows that say themselves when they may leave and from when on not: from the list to departure,
// while they wait, in doubt, and where there is no room for all that wait.
#include "core/dispatcher_rig.hpp"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::uint32_t at(wall_time moment) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<seconds>(moment).time_since_epoch().count());
}

void read(dispatcher_rig& rig, const std::map<row_number, row_span>& rows) {
    listed_batch batch;
    for (const auto& [row, when] : rows) {
        listed_row one;
        one.row = row;
        one.to = dispatcher_rig::number(row);
        one.when = when;
        batch.rows.push_back(one);
    }
    rig.made->on_rows_read(batch, rig.now);
    rig.made->on_pass_ended();
}

std::vector<row_number> left(dispatcher_rig& rig) {
    std::vector<row_number> rows;
    rig.commit();
    for (const auto& one : rig.leave()) {
        rows.push_back(one.row);
        rig.accept(one);
    }
    return rows;
}

TEST(dispatcher_own_times, a_row_waits_for_its_moment) {
    dispatcher_rig rig;
    read(rig, {{1, {}}, {2, {.opens = at(rig.now.wall + hours(1))}}});
    EXPECT_EQ(left(rig), std::vector<row_number>{1});
    EXPECT_LE(rig.made->next_due(rig.now), rig.now.steady + hours(1));
    rig.pass(hours(1) - seconds(1));
    EXPECT_TRUE(left(rig).empty());
    rig.pass(seconds(1));
    EXPECT_EQ(left(rig), std::vector<row_number>{2});
    rig.commit();
    EXPECT_TRUE(rig.made->finished());
}

TEST(dispatcher_own_times, the_later_of_its_moment_and_the_recipients_hours_counts) {
    dispatcher_rig rig;
    const auto opens = rig.now.wall + hours(2);
    rig.hours.set_default_zone(rig.hours.add_zone("here", {{opens, opens + hours(8)}}));
    read(rig, {{1, {.opens = at(opens + hours(1))}}, {2, {.opens = at(opens - hours(1))}}});
    rig.pass(hours(2) - seconds(1));
    EXPECT_TRUE(left(rig).empty());
    rig.pass(seconds(1));
    EXPECT_EQ(left(rig), std::vector<row_number>{2});
    rig.pass(hours(1));
    EXPECT_EQ(left(rig), std::vector<row_number>{1});
}

TEST(dispatcher_own_times, a_row_that_is_read_too_late_is_expired) {
    dispatcher_rig rig;
    read(rig, {{1, {.expires = at(rig.now.wall)}}});
    EXPECT_EQ(outcome_in(rig.commit()), outcome::expired);
    EXPECT_TRUE(rig.leave().empty());
}

// Released and ready, while the run was paused.
TEST(dispatcher_own_times, a_released_row_does_not_leave_after_its_deadline) {
    dispatcher_rig rig;
    read(rig, {{1, {.expires = at(rig.now.wall + minutes(1))}}, {2, {}}});
    rig.commit();
    rig.pass(minutes(1));
    const auto gone = rig.leave();
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].row, 2U);
    const auto batch = rig.commit();
    ASSERT_EQ(batch.settled.size(), 1U);
    EXPECT_EQ(batch.settled[0].row, 1U);
    EXPECT_EQ(batch.settled[0].what, outcome::expired);
    EXPECT_EQ(batch.settled[0].attempts, 0U);
}

TEST(dispatcher_own_times, what_waits_is_expired_at_its_deadline_and_not_when_it_would_open) {
    dispatcher_rig rig;
    const auto opens = rig.now.wall + hours(10);
    rig.hours.set_default_zone(rig.hours.add_zone("here", {{opens, opens + hours(8)}}));
    read(rig, {{1, {.expires = at(rig.now.wall + hours(1))}}});
    rig.pass(hours(1) - seconds(1));
    EXPECT_TRUE(rig.commit().settled.empty());
    rig.pass(seconds(1));
    EXPECT_EQ(outcome_in(rig.commit()), outcome::expired);
}

TEST(dispatcher_own_times, a_retry_does_not_go_beyond_the_deadline) {
    dispatcher_rig rig;
    read(rig, {{1, {.expires = at(rig.now.wall + seconds(30))}}});
    rig.commit();
    const auto first = rig.leave();
    ASSERT_EQ(first.size(), 1U);
    rig.answer(first[0], 429, answer_text::limit_minute, seconds(60));
    rig.commit();
    rig.pass(seconds(61));
    EXPECT_TRUE(left(rig).empty());
    rig.pass(seconds(61));
    EXPECT_TRUE(left(rig).empty());
    EXPECT_EQ(rig.made->counts()[outcome::expired], 1U);
}

// Where the first copy did not arrive, asking is what texts it.
TEST(dispatcher_own_times, who_is_in_doubt_is_not_asked_about_after_the_deadline) {
    dispatcher_rig rig(with_probe());
    read(rig, {{1, {.expires = at(rig.now.wall + minutes(1))}}});
    rig.commit();
    const auto first = rig.leave();
    ASSERT_EQ(first.size(), 1U);
    rig.pass(seconds(30));
    rig.fail(first[0], attempt_step::written);
    rig.pass(minutes(1));
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(outcome_in(rig.commit()), outcome::unknown);
}

TEST(dispatcher_own_times, nor_is_who_was_in_doubt_when_a_process_died) {
    for (const bool late : {true, false}) {
        auto setup = with_probe();
        setup.past.states.set(1, row_state::released);
        setup.options.unknown = unknown_policy::resend;
        dispatcher_rig rig(std::move(setup));
        read(rig, {{1, {.expires = at(late ? rig.now.wall : rig.now.wall + hours(1))}}});
        const auto batch = rig.commit();
        EXPECT_EQ(batch.settled.size(), late ? 1U : 0U);
        if (late) {
            EXPECT_EQ(outcome_in(batch), outcome::unknown);
        }
    }
}

// Rows whose moment is next week fill the room for those that wait; one whose moment comes today
// stands behind them in the list.
TEST(dispatcher_own_times, far_rows_do_not_hold_up_near_ones) {
    rig_setup setup;
    setup.options.delayed_max = 4;
    dispatcher_rig rig(setup);
    std::map<row_number, row_span> rows;
    for (row_number row = 1; row <= 8; ++row)
        rows[row] = {.opens = at(rig.now.wall + hours(24 * 7))};
    rows[9] = {.opens = at(rig.now.wall + hours(2))};
    rows[10] = {};
    read(rig, rows);
    EXPECT_EQ(left(rig), std::vector<row_number>{10});
    EXPECT_FALSE(rig.made->wants_pass());
    EXPECT_LE(rig.made->next_due(rig.now), rig.now.steady + hours(2));
    rig.pass(hours(2));
    ASSERT_TRUE(rig.made->wants_pass());
    rig.made->on_pass_begun();
    read(rig, rows);
    EXPECT_EQ(left(rig), std::vector<row_number>{9});
    EXPECT_FALSE(rig.made->wants_pass()) << "nothing may leave before next week";
    EXPECT_FALSE(rig.made->finished());
}

}  // namespace
}  // namespace tidings::core
