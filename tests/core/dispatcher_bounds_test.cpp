// What the dispatcher holds at most, what it leaves for another walk through the list, and the
// rules of time and number that end or hold a campaign; all on a virtual clock.
#include "core/dispatcher_rig.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Walks through a list for the dispatcher as the reader would, batch by batch, and sends what may
// leave: `speed[b]` messages of bot b a step, each accepted at once.
class walk {
  public:
    walk(dispatcher_rig& rig, row_number rows, std::vector<std::size_t> speed)
        : rig_(rig), rows_(rows), speed_(std::move(speed)) {}

    void step(duration by = milliseconds(10)) {
        rig_.pass(by);
        read();
        rig_.commit();
        for (bot_id bot = 0; bot < speed_.size(); ++bot)
            for (const auto& one : rig_.leave(bot, speed_[bot])) {
                EXPECT_TRUE(sent.insert(one.row).second) << one.row;
                rig_.accept(one);
            }
        rig_.commit();
    }
    bool done() const { return rig_.made->finished(); }

    std::set<row_number> sent;
    std::size_t passes = 1;
    std::uint64_t rows_walked = 0;

  private:
    void read() {
        if (next_ > rows_) {
            if (!rig_.made->wants_pass()) return;
            rig_.made->on_pass_begun();
            ++passes;
            next_ = 1;
        }
        while (next_ <= rows_ && rig_.made->wants_rows()) {
            const auto last =
                std::min<row_number>(rows_, next_ + dispatcher::rows_per_batch_max - 1);
            rig_.read(next_, last, last == rows_);
            rows_walked += last - next_ + 1;
            next_ = last + 1;
        }
    }

    dispatcher_rig& rig_;
    row_number rows_;
    std::vector<std::size_t> speed_;
    row_number next_ = 1;
};

// What leaves in so many turns, each accepted at once.
std::vector<departure> accepted_in(int turns, dispatcher_rig& rig, std::size_t room = 100) {
    std::vector<departure> all;
    for (int turn = 0; turn < turns; ++turn) {
        rig.commit();
        for (const auto& one : rig.leave(0, room)) {
            all.push_back(one);
            rig.accept(one);
        }
    }
    return all;
}

rig_setup two_bots(std::size_t delayed_max = 64) {
    rig_setup setup;
    setup.lane_bots = {0, 1};
    setup.options.lane_capacity = 4096;
    setup.options.delayed_max = delayed_max;
    return setup;
}

// Its rows are skipped while it is full, and nobody else has use for another walk.
TEST(dispatcher_bounds, a_slow_lane_does_not_make_the_list_be_walked_again_and_again) {
    dispatcher_rig rig(two_bots());
    constexpr row_number rows = 40'000;
    walk through(rig, rows, {1'000, 4});
    for (int i = 0; i < 20'000 && !through.done(); ++i)
        through.step();
    EXPECT_TRUE(through.done());
    EXPECT_EQ(through.sent.size(), rows);
    EXPECT_LE(through.passes, 3U);
    EXPECT_LE(through.rows_walked, 3 * rows);
}

// Rows whose hours come later than there is room for: they wait in the list.
// No lane expects a row of it any more, so none is hungry, and yet the pass has to end.
TEST(dispatcher_bounds, a_pass_whose_rest_has_its_outcomes_comes_to_its_end) {
    rig_setup setup;
    setup.lane_bots = {0, 0};
    setup.options.lane_capacity = 8;
    dispatcher_rig rig(setup);
    listed_batch rest;
    for (row_number row = 41; row <= 60; ++row) {
        listed_row one;
        one.row = row;
        one.found = screening::invalid;
        rest.rows.push_back(one);
    }
    const auto send_all = [&] {
        std::size_t count = 0;
        for (int step = 0; step < 20; ++step) {
            rig.commit();
            for (const auto& one : rig.leave()) {
                rig.accept(one);
                ++count;
            }
        }
        return count;
    };
    rig.read(1, 40, false);
    rig.made->on_rows_read(rest, rig.now);
    rig.made->on_pass_ended();
    auto sent = send_all();
    ASSERT_GT(sent, 0U);
    ASSERT_LT(sent, 40U);
    for (int pass = 0; pass < 10 && !rig.made->finished(); ++pass) {
        ASSERT_TRUE(rig.made->wants_pass());
        rig.made->on_pass_begun();
        rig.read(1, 40, false);
        sent += send_all();
        ASSERT_TRUE(rig.made->wants_rows()) << "the rest of the list is left to be read";
        rig.made->on_rows_read(rest, rig.now);
        rig.made->on_pass_ended();
        rig.commit();
    }
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(sent, 40U);
}

TEST(dispatcher_bounds, what_cannot_be_postponed_any_more_is_skipped_and_read_again) {
    rig_setup setup;
    setup.options.delayed_max = 2'000;
    dispatcher_rig rig(setup);
    const auto opens = rig.now.wall + hours(3);
    rig.hours.set_default_zone(rig.hours.add_zone("x", {{opens, opens + hours(12)}}));
    constexpr row_number rows = 20'000;
    walk through(rig, rows, {500});
    for (int i = 0; i < 1'000; ++i)
        through.step(seconds(10));
    EXPECT_EQ(through.sent.size(), 0U);
    EXPECT_EQ(rig.made->delayed(), 2'000U);
    EXPECT_EQ(through.passes, 1U) << "there was nothing to gain by another";
    for (int i = 0; i < 2'000 && !through.done(); ++i)
        through.step(seconds(10));
    EXPECT_TRUE(through.done());
    EXPECT_EQ(through.sent.size(), rows);
    EXPECT_LE(through.passes, 5U);
}

TEST(dispatcher_bounds, a_lane_takes_in_no_more_than_it_holds) {
    rig_setup setup;
    setup.options.lane_capacity = 2'048;
    dispatcher_rig rig(setup);
    EXPECT_TRUE(rig.made->wants_rows());
    rig.read(1, 1'024, false);
    EXPECT_TRUE(rig.made->wants_rows());
    rig.read(1'025, 2'048, false);
    EXPECT_FALSE(rig.made->wants_rows());
    rig.read(2'049, 2'100);  // nobody asked; nothing is lost and nothing overflows
    EXPECT_EQ(accepted_in(200, rig, 4'000).size(), 2'048U);
    EXPECT_FALSE(rig.made->finished());
    EXPECT_TRUE(rig.made->wants_pass());
}

// One recipient's night stops nobody else.
TEST(dispatcher_bounds, a_postponed_row_does_not_stop_the_others) {
    dispatcher_rig rig;
    const auto opens = rig.now.wall + hours(3);
    const auto closed = rig.hours.add_zone("x", {{opens, opens + hours(12)}});
    rig.hours.set_row_zone(1, closed);
    listed_batch batch;
    for (row_number row = 1; row <= 10; ++row) {
        listed_row one;
        one.row = row;
        one.to = dispatcher_rig::number(row);
        one.zone = row == 3 ? 1 : 0;
        batch.rows.push_back(one);
    }
    rig.made->on_rows_read(batch, rig.now);
    rig.made->on_pass_ended();
    const auto left = accepted_in(6, rig);
    EXPECT_EQ(left.size(), 9U);
    EXPECT_TRUE(std::none_of(left.begin(), left.end(), [](auto& one) { return one.row == 3; }));
    rig.pass(hours(3) + seconds(1));
    rig.commit();
    ASSERT_EQ(rig.leave().size(), 1U);
}

// Close to the end of its hours a row waits for the next day.
TEST(dispatcher_bounds, a_row_close_to_the_end_of_its_hours_is_postponed) {
    rig_setup setup;
    setup.hours.margin = minutes(2);
    dispatcher_rig rig(setup);
    const auto now = rig.now.wall;
    rig.hours.set_default_zone(rig.hours.add_zone(
        "x",
        {{now - hours(1), now + minutes(2) + seconds(30)}, {now + hours(20), now + hours(24)}}));
    rig.read(1, 2);
    rig.commit();
    ASSERT_EQ(rig.leave(0, 1).size(), 1U);
    rig.pass(minutes(1));  // 90 s before the end
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 0U);
    rig.pass(hours(20));
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 1U);
}

TEST(dispatcher_bounds, the_canary_goes_alone) {
    rig_setup setup;
    setup.stop.canary = 5;
    dispatcher_rig rig(setup);
    rig.read(1, 100);
    std::vector<departure> out;
    for (int i = 0; i < 10; ++i) {
        rig.commit();
        for (const auto& one : rig.leave())
            out.push_back(one);
    }
    ASSERT_EQ(out.size(), 5U);
    for (const auto& one : out)
        rig.accept(one);
    rig.commit();
    EXPECT_GT(rig.leave().size(), 0U);
}

TEST(dispatcher_bounds, messages_max_is_kept_and_ends_with_work_left) {
    rig_setup setup;
    setup.stop.messages_max = 7;
    dispatcher_rig rig(setup);
    rig.read(1, 100);
    EXPECT_EQ(accepted_in(20, rig).size(), 7U);
    ASSERT_TRUE(rig.made->halted());
    EXPECT_EQ(rig.made->halted()->status, stop_status::stopped);
    EXPECT_NE(rig.made->halted()->text.find("messages_max"), std::string::npos);
}

TEST(dispatcher_bounds, duration_max_ends_with_work_left) {
    rig_setup setup;
    setup.stop.duration_max = minutes(10);
    dispatcher_rig rig(setup);
    rig.accept(rig.sent());
    rig.read(2, 9);
    EXPECT_LE(rig.made->next_due(rig.now), rig.now.steady + minutes(10));
    rig.pass(minutes(10));
    ASSERT_TRUE(rig.made->halted());
    EXPECT_NE(rig.made->halted()->text.find("duration_max"), std::string::npos);
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 0U);
}

// Started after its deadline, or asleep over it: nothing goes out, everything has its outcome.
TEST(dispatcher_bounds, a_late_job_never_fires) {
    for (const duration asleep : {duration(hours(0)), duration(hours(30))}) {
        rig_setup setup;
        const auto now = dispatcher_rig().now.wall;
        setup.hours.expires_at = asleep.count() == 0 ? now : now + hours(1);
        dispatcher_rig rig(setup);
        rig.read(1, 10);
        rig.commit();
        rig.pass(asleep);
        EXPECT_EQ(rig.leave().size(), 0U);
        rig.commit();
        EXPECT_EQ(rig.made->counts()[outcome::expired], 10U);
        EXPECT_TRUE(rig.made->finished());
    }
}

// The machine slept, or its calendar was set: the pace goes on from there.
TEST(dispatcher_bounds, no_catching_up_after_a_sleep_or_a_jump_of_the_calendar) {
    for (const duration jump :
         {duration(hours(1)), duration(-hours(1)), duration(hours(24 * 30))}) {
        dispatcher_rig rig;
        rig.limits.set_rate(rate_limit{10, seconds(10)}, rig.now.steady);
        rig.read(1, 500);
        rig.commit();
        EXPECT_EQ(rig.leave().size(), 1U);
        rig.now.wall += std::chrono::duration_cast<std::chrono::microseconds>(jump);
        rig.pass(milliseconds(1));
        rig.commit();
        EXPECT_EQ(rig.leave().size(), 0U) << "the calendar alone";
        if (jump.count() > 0) rig.pass(jump);
        rig.pass(seconds(1));
        rig.commit();
        // One that was due, and no more.
        EXPECT_EQ(rig.leave().size(), 1U);
        EXPECT_EQ(rig.leave().size(), 0U);
    }
}

// Absurd words of a server hold up neither the scope nor the row that was refused.
TEST(dispatcher_bounds, an_absurd_retry_after_is_bounded) {
    for (const auto text : {answer_text::limit_minute, answer_text::limit_other}) {
        dispatcher_rig rig;
        rig.read(1, 3);
        rig.commit();
        rig.answer(rig.leave(0, 1).at(0), 429, text, hours(24 * 365 * 100));
        rig.commit();
        const auto why = rig.limits.why_waiting(0, rig.now.steady);
        EXPECT_EQ(why.what, wait_reason::cause::refusal);
        EXPECT_LE(why.until, rig.now.steady + minutes(1));
        rig.pass(minutes(1) + seconds(1));
        rig.commit();
        const auto trial = rig.leave();
        ASSERT_EQ(trial.size(), 1U);
        rig.accept(trial[0]);
        rig.pass(seconds(1));
        rig.commit();
        EXPECT_EQ(rig.leave().size(), 2U) << "the refused one among them";
    }
}

// A busy server too: longer than an hour is no word at all, and the backoff counts.
TEST(dispatcher_bounds, an_absurd_wait_of_a_busy_server_is_bounded) {
    dispatcher_rig rig;
    rig.read(1, 1);
    rig.commit();
    rig.answer(rig.leave().at(0), 408, answer_text::other_json, hours(24));
    rig.commit();
    rig.pass(minutes(2));
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 1U);
}

rig_setup told(std::uint64_t bound, std::uint32_t first = 4) {
    rig_setup setup;
    setup.bound_told = bound;
    setup.options.in_doubt_first = first;
    return setup;
}

TEST(dispatcher_bounds, nothing_is_released_before_people_were_told_that_it_may_be_in_doubt) {
    dispatcher_rig rig(told(0));
    rig.read(1, 50);
    EXPECT_TRUE(rig.commit().released.empty());
    EXPECT_TRUE(rig.leave().empty());
    EXPECT_EQ(rig.made->in_doubt_told(), 0U);
    EXPECT_EQ(rig.made->in_doubt_asked(), 4U);
    rig.made->on_bound_told(4);
    rig.commit();
    EXPECT_FALSE(rig.leave().empty());
}

TEST(dispatcher_bounds, rows_at_risk_stay_within_what_was_told_however_many_are_wanted) {
    dispatcher_rig rig(told(4));
    rig.read(1, 200);
    std::size_t left = 0;
    for (int turn = 0; turn < 100; ++turn) {
        rig.commit();
        left += rig.leave().size();  // and no answer comes
        EXPECT_LE(rig.made->at_risk(), 4U);
        rig.pass(milliseconds(10));
    }
    EXPECT_EQ(left, 4U);
    EXPECT_GE(rig.made->in_doubt_asked(), 8U) << "who needs more asks for it";
}

TEST(dispatcher_bounds, a_bound_that_nobody_is_told_does_not_make_more_be_released_later) {
    dispatcher_rig rig(told(4));
    rig.read(1, 200);
    for (int turn = 0; turn < 100; ++turn) {
        rig.commit();
        rig.leave();
        rig.pass(milliseconds(10));
    }
    EXPECT_LE(rig.made->in_doubt_asked(), 16U) << "starved for want of the bound, not of rows";
}

TEST(dispatcher_bounds, an_answer_makes_room_for_the_next_row_once_it_is_durable) {
    dispatcher_rig rig(told(1));
    rig.read(1, 3);
    rig.commit();
    const auto first = rig.leave();
    ASSERT_EQ(first.size(), 1U);
    rig.accept(first[0]);
    EXPECT_EQ(rig.made->at_risk(), 1U) << "not before its outcome is durable";
    rig.commit();
    rig.commit();
    EXPECT_EQ(rig.leave().size(), 1U);
}

TEST(dispatcher_bounds, rows_in_doubt_from_before_are_within_the_bound_from_the_start) {
    auto setup = told(0);
    setup.past.states.set_run(1, 3, row_state::released);
    dispatcher_rig rig(std::move(setup));
    EXPECT_EQ(rig.made->in_doubt_told(), 3U);
    EXPECT_EQ(rig.made->in_doubt_asked(), 7U);
    rig.read(1, 50);
    EXPECT_TRUE(rig.commit().released.empty()) << "they are recorded first";
    EXPECT_EQ(rig.made->at_risk(), 0U);
}

TEST(doubt_bound, asks_for_twice_as_much_or_for_all_that_is_wanted) {
    doubt_bound bound(0, 16);
    EXPECT_EQ(bound.asked(), 16U);
    bound.on_told(16);
    bound.ask(1);
    EXPECT_EQ(bound.asked(), 32U);
    bound.ask(100);
    EXPECT_EQ(bound.asked(), 116U);
    bound.on_told(20);  // an older screen
    EXPECT_EQ(bound.told(), 20U);
    EXPECT_EQ(bound.asked(), 116U);
    bound.on_told(116);
    EXPECT_EQ(bound.room(), 116U);
}

}  // namespace
}  // namespace tidings::core
