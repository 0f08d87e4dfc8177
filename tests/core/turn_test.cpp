#include "core/turn.hpp"

#include "core/turn_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using commit_end = turn_desk::commit_end;

// Reads rows 1 .. rows, releases and sends them all: none is answered.
turn_desk under_way(row_number rows, bool list_ends = true) {
    turn_desk desk;
    desk.list(1, rows, list_ends);
    desk.room = {100};
    for (int turns = 0; desk.left.size() < rows && turns < 20; ++turns) {
        desk.turn();
        if (desk.journal_busy) desk.journal_ends(commit_end::durable);
        desk.pass(milliseconds(20));
    }
    EXPECT_EQ(desk.left.size(), rows);
    return desk;
}

// --- the order -----------------------------------------------------------------------------------

TEST(turn, hears_all_news_before_it_sends_and_records_what_it_did_last) {
    turn_desk desk;
    desk.list(1, 1);
    desk.room = {1};
    EXPECT_THAT(desk.turn(),
                ElementsAre(asked::take_reports, asked::take_commit, asked::take_rows,
                            asked::take_rows, asked::take_list_news, asked::look_for_room,
                            asked::depart, asked::commit, asked::publish, asked::rest));
}

TEST(turn, with_nothing_to_do_looks_around_and_rests) {
    turn_desk desk;
    desk.turn();
    EXPECT_THAT(desk.turn(), ElementsAre(asked::take_reports, asked::take_commit, asked::take_rows,
                                         asked::take_list_news, asked::look_for_room, asked::depart,
                                         asked::rest));
}

TEST(turn, what_was_released_before_it_leaves_in_the_turn_that_hears_of_it) {
    turn_desk desk;
    desk.list(1, 1);
    desk.room = {1};
    desk.turn();
    ASSERT_EQ(desk.committed.released.size(), 1U);
    EXPECT_TRUE(desk.left.empty());
    desk.turn();
    EXPECT_TRUE(desk.left.empty()) << "the journal is still at it";
    desk.journal_ends(commit_end::durable);
    desk.turn();
    EXPECT_EQ(desk.left.size(), 1U);
}

TEST(turn, bots_are_served_one_after_another_each_with_room_of_its_own) {
    rig_setup setup;
    setup.lane_bots = {0, 1, 2};
    turn_desk desk(setup);
    std::vector<bot_id> looked, sent;
    for (int steps = 0; steps < 30; ++steps) {
        const auto action = desk.step();
        if (action.what == asked::rest) break;
        if (action.what == asked::look_for_room) looked.push_back(action.bot);
        if (action.what == asked::depart) sent.push_back(action.bot);
    }
    EXPECT_THAT(looked, ElementsAre(0, 1, 2));
    EXPECT_THAT(sent, ElementsAre(0, 1, 2));
}

// --- rows ----------------------------------------------------------------------------------------

TEST(turn, takes_rows_as_long_as_there_are_some_and_they_are_wanted) {
    rig_setup setup;
    setup.options.lane_capacity = 2048;
    turn_desk desk(setup);
    for (row_number first = 1; first < 5000; first += 1000)
        desk.list(first, first + 999, false);
    const auto all = desk.turn();
    EXPECT_EQ(std::count(all.begin(), all.end(), asked::take_rows), 2);
    EXPECT_EQ(desk.read.size(), 3U) << "a batch of the largest size would not fit any more";
}

TEST(turn, has_the_list_read_again_for_what_had_no_place) {
    rig_setup setup;
    setup.lane_bots = {0, 0};
    setup.options.lane_capacity = 8;
    turn_desk desk(setup);
    desk.list(1, 40);
    desk.room = {100};
    EXPECT_FALSE(desk.asks(asked::begin_pass)) << "nothing has left yet";
    bool again = false;
    for (int turns = 0; turns < 10 && !again; ++turns) {
        if (desk.journal_busy) desk.journal_ends(commit_end::durable);
        desk.pass(milliseconds(20));
        again = desk.asks(asked::begin_pass);
    }
    EXPECT_TRUE(again);
    EXPECT_FALSE(desk.asks(asked::begin_pass)) << "it is under way";
}

TEST(turn, a_list_that_cannot_be_read_ends_the_run_with_what_is_under_way) {
    auto desk = under_way(1);
    desk.made.on_list_failed("line 7: no number");
    const auto action = desk.until(asked::drain);
    EXPECT_EQ(action.until, desk.rig.now.steady + seconds(30));
    EXPECT_EQ(desk.rig.made->halted()->status, stop_status::unusable);
    desk.turn();
    desk.rig.accept(desk.left.at(0));
    EXPECT_TRUE(desk.asks(asked::commit));
    desk.journal_ends(commit_end::durable);
    EXPECT_TRUE(desk.asks(asked::end));
}

// --- departures ----------------------------------------------------------------------------------

TEST(turn, where_there_is_no_room_nothing_leaves_and_what_waits_is_counted) {
    auto desk = under_way(1, false);
    desk.list(2, 4);
    desk.room = {0};
    desk.until(asked::commit);
    desk.journal_ends(commit_end::durable);
    const auto action = desk.until(asked::depart);
    EXPECT_EQ(action.waiting, 3U);
    EXPECT_EQ(desk.left.size(), 1U);
}

TEST(turn, no_more_is_under_way_than_may_be) {
    turn_options options;
    options.in_flight_max = 2;
    turn_desk desk({}, options);
    desk.list(1, 10);
    desk.room = {100};
    for (int turns = 0; turns < 10; ++turns) {
        desk.turn();
        if (desk.journal_busy) desk.journal_ends(commit_end::durable);
        desk.pass(milliseconds(20));
    }
    EXPECT_EQ(desk.left.size(), 2U);
    desk.rig.accept(desk.left[0]);
    desk.turn();
    EXPECT_EQ(desk.left.size(), 3U);
}

TEST(turn, what_fails_while_it_begins_is_known_in_the_same_turn) {
    auto desk = under_way(1);
    while (desk.step().what != asked::depart) {
    }
    desk.rig.accept(desk.left.at(0));
    desk.until(asked::commit);
    EXPECT_EQ(outcome_in(desk.committed), outcome::accepted);
}

TEST(turn, a_refused_token_is_renewed_once) {
    auto desk = under_way(2);
    desk.rig.answer(desk.left[0], 401, answer_text::bad_credentials);
    desk.rig.answer(desk.left[1], 401, answer_text::bad_credentials);
    const auto all = desk.turn();
    EXPECT_EQ(std::count(all.begin(), all.end(), asked::renew_token), 1);
    EXPECT_FALSE(desk.asks(asked::renew_token));
}

// --- the journal ---------------------------------------------------------------------------------

TEST(turn, gives_the_journal_nothing_while_it_is_busy) {
    turn_desk desk;
    desk.list(1, 1, false);
    desk.room = {1};
    EXPECT_TRUE(desk.asks(asked::commit));
    desk.list(2, 3);
    desk.pass(seconds(1));
    EXPECT_FALSE(desk.asks(asked::commit));
    desk.journal_ends(commit_end::durable);
    EXPECT_TRUE(desk.asks(asked::commit));
}

TEST(turn, answers_are_recorded_together_a_dry_lane_at_once) {
    auto desk = under_way(2, false);
    desk.list(3, 4);
    desk.turn();
    desk.journal_ends(commit_end::durable);
    desk.turn();
    ASSERT_EQ(desk.left.size(), 4U) << "the lane had run dry, so its release was not put off";
    desk.rig.accept(desk.left[0]);
    EXPECT_FALSE(desk.asks(asked::commit)) << "another answer may come along";
    EXPECT_EQ(desk.rests_until, desk.rig.now.steady + milliseconds(10));
    desk.rig.accept(desk.left[1]);
    desk.pass(milliseconds(10));
    EXPECT_TRUE(desk.asks(asked::commit));
    EXPECT_EQ(desk.committed.settled.size(), 2U);
}

TEST(turn, a_full_disk_holds_releases_back_for_a_while) {
    turn_desk desk;
    desk.list(1, 1);
    desk.room = {1};
    desk.turn();
    desk.journal_ends(commit_end::releases_refused);
    EXPECT_FALSE(desk.asks(asked::commit));
    EXPECT_TRUE(desk.left.empty());
    desk.pass(seconds(1));
    EXPECT_TRUE(desk.asks(asked::commit));
    EXPECT_EQ(desk.committed.released.size(), 1U);
}

TEST(turn, a_journal_that_fails_ends_the_run_and_is_told_once) {
    auto desk = under_way(2);
    desk.rig.accept(desk.left[0]);
    desk.pass(milliseconds(20));
    desk.turn();
    desk.journal_ends(commit_end::failed);
    EXPECT_TRUE(desk.asks(asked::drain));
    EXPECT_FALSE(desk.asks(asked::end)) << "one is under way";
    desk.rig.accept(desk.left[1]);
    desk.turn();
    EXPECT_EQ(outcome_in(desk.committed), outcome::accepted) << "for the emergency log";
    desk.journal_ends(commit_end::failed);
    EXPECT_TRUE(desk.asks(asked::end));
    EXPECT_EQ(desk.rig.made->halts().all().size(), 1U);
    EXPECT_EQ(desk.rig.made->halted()->status, stop_status::journal_failed);
}

// --- the bound on rows in doubt ------------------------------------------------------------------

TEST(turn, a_bound_is_told_once_and_nothing_goes_beyond_what_was_shown) {
    rig_setup setup;
    setup.bound_told = 0;
    setup.options.in_doubt_first = 4;
    turn_desk desk(setup);
    desk.list(1, 9);
    desk.room = {100};
    desk.until(asked::tell_bound);
    EXPECT_EQ(desk.bound, 4U);
    for (int turns = 0; turns < 5; ++turns) {
        EXPECT_FALSE(desk.asks(asked::tell_bound));
        desk.pass(milliseconds(20));
    }
    EXPECT_FALSE(desk.journal_busy) << "nobody has seen it yet";
    desk.rig.made->on_bound_told(desk.bound);
    EXPECT_TRUE(desk.asks(asked::commit));
    EXPECT_LE(desk.rig.made->at_risk(), 4U);
}

// --- endings -------------------------------------------------------------------------------------

TEST(turn, an_interruption_lets_what_is_under_way_finish_for_a_while_then_gives_it_up) {
    auto desk = under_way(1);
    desk.made.interrupt("by signal");
    const auto deadline = desk.rig.now.steady + seconds(30);
    EXPECT_EQ(desk.until(asked::drain).until, deadline);
    desk.turn();
    desk.pass(seconds(29));
    const auto all = desk.turn();
    EXPECT_THAT(all, Not(Contains(asked::drain))) << "it is said once";
    EXPECT_THAT(all, Not(Contains(asked::abort)));
    desk.pass(seconds(1));
    EXPECT_TRUE(desk.asks(asked::abort));
    EXPECT_FALSE(desk.asks(asked::abort)) << "it is said once";
    EXPECT_EQ(desk.rig.made->halted()->text, "by signal");
}

TEST(turn, a_second_interruption_ends_it_now) {
    auto desk = under_way(1);
    desk.made.interrupt("by signal");
    desk.until(asked::drain);
    desk.turn();
    desk.made.interrupt("again");
    EXPECT_TRUE(desk.asks(asked::abort));
    EXPECT_EQ(desk.rig.made->halted()->text, "by signal");
}

TEST(turn, two_interruptions_at_once_end_it_now) {
    auto desk = under_way(1);
    desk.made.interrupt("by signal");
    desk.made.interrupt("again");
    EXPECT_TRUE(desk.asks(asked::abort));
}

TEST(turn, is_over_when_everything_is_recorded_and_the_journal_has_written_its_lines) {
    auto desk = under_way(1);
    desk.rig.accept(desk.left[0]);
    desk.turn();
    ASSERT_TRUE(desk.journal_busy);
    desk.news = commit_end::durable;  // and its lines are being written
    EXPECT_FALSE(desk.asks(asked::end));
    desk.journal_busy = false;
    EXPECT_TRUE(desk.asks(asked::end));
    EXPECT_THAT(desk.turn(), ElementsAre(asked::end)) << "and stays over";
}

// --- rests ---------------------------------------------------------------------------------------

TEST(turn, rests_until_something_is_due_within_bounds) {
    turn_desk desk;
    desk.turn();
    EXPECT_EQ(desk.rests_until, desk.rig.now.steady + milliseconds(50)) << "nothing is due";

    auto busy = under_way(1);
    busy.rig.answer(busy.left[0], 408, answer_text::html, seconds(1));  // tried again in a while
    busy.turn();
    busy.journal_ends(commit_end::durable);
    busy.pass(busy.rig.made->next_due(busy.rig.now) - busy.rig.now.steady - milliseconds(5));
    busy.turn();
    EXPECT_EQ(busy.rests_until, busy.rig.now.steady + milliseconds(5));
    busy.pass(milliseconds(5) - std::chrono::nanoseconds(1));
    busy.turn();
    EXPECT_EQ(busy.rests_until, busy.rig.now.steady + std::chrono::nanoseconds(1))
        << "the moment that was named stays";
    busy.room = {0};
    busy.pass(std::chrono::nanoseconds(1));
    busy.turn();
    EXPECT_GE(busy.rests_until, busy.rig.now.steady + std::chrono::microseconds(500));
}

TEST(turn, while_the_journal_is_busy_nothing_is_looked_at_for_its_sake) {
    auto desk = under_way(2);
    desk.rig.accept(desk.left[0]);
    desk.turn();
    ASSERT_TRUE(desk.journal_busy);
    desk.rig.accept(desk.left[1]);
    desk.pass(seconds(1));
    desk.turn();
    EXPECT_EQ(desk.rests_until, desk.rig.now.steady + milliseconds(50));
    desk.journal_ends(commit_end::durable);
    EXPECT_TRUE(desk.asks(asked::commit));
}

TEST(turn, shows_how_it_stands_every_now_and_then) {
    turn_desk desk;
    EXPECT_TRUE(desk.asks(asked::publish));
    desk.pass(milliseconds(199));
    EXPECT_FALSE(desk.asks(asked::publish));
    desk.pass(milliseconds(1));
    EXPECT_TRUE(desk.asks(asked::publish));
}

// A peer that sends without end makes a turn of every moment: the carriers' deadlines come all the
// same, as often as without it.
TEST(turn, tells_the_time_however_often_it_is_woken) {
    turn_desk desk;
    desk.turn();
    int ticks = 0;
    for (int turns = 0; turns < 1000; ++turns) {
        desk.pass(milliseconds(1));
        const auto all = desk.turn();
        ticks += static_cast<int>(std::count(all.begin(), all.end(), asked::tick));
        EXPECT_LE(desk.rests_until, desk.rig.now.steady + milliseconds(50));
    }
    EXPECT_GE(ticks, 19);
    EXPECT_LE(ticks, 20);
}

TEST(turn, tells_the_time_before_anything_else_of_a_turn_that_comes_late) {
    turn_desk desk;
    desk.turn();
    desk.pass(seconds(5));
    EXPECT_EQ(desk.turn().front(), asked::tick);
}

}  // namespace
}  // namespace tidings::core
