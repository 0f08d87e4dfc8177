#include "runner/progress_meter.hpp"

#include "core/dispatcher_rig.hpp"
#include "core/wording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using core::run_phase;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// What a person is told of a run on a desk.
core::progress_snapshot told(core::dispatcher_rig& rig, progress_meter& meter) {
    rig.made->next_due(rig.now);  // as the turn asks before it rests
    return meter.snapshot(*rig.made, rig.now);
}

progress_meter meter_of(core::dispatcher_rig& rig) {
    return progress_meter("november", rig.limits, rig.rules, rig.hours.starts_at());
}

TEST(progress_meter, start_at) {
    core::rig_setup setup;
    setup.hours.starts_at = core::dispatcher_rig().now.wall + hours(2);
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.read(1, 5);
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_EQ(now.waiting_for, "start_at");
    EXPECT_EQ(now.waiting_until, setup.hours.starts_at);
}

TEST(progress_meter, the_hours_of_recipients) {
    core::dispatcher_rig rig;
    const auto opens = rig.now.wall + hours(3);
    rig.hours.set_default_zone(rig.hours.add_zone("x", {{opens, opens + hours(12)}}));
    auto meter = meter_of(rig);
    rig.read(1, 5);
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_EQ(now.postponed, 5U);
    EXPECT_EQ(now.waiting_for, "the hours of 5 recipients, or their next try");
    EXPECT_EQ(now.waiting_until, opens);
}

TEST(progress_meter, the_next_try_of_a_row) {
    core::rig_setup setup;
    setup.retry.base = seconds(60);
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.answer(rig.sent(), 408, core::answer_text::other_json, minutes(2));
    rig.commit();
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_THAT(now.waiting_for, HasSubstr("next try"));
    EXPECT_EQ(now.waiting_until, rig.now.wall + minutes(2));
}

TEST(progress_meter, a_full_limit_and_a_frozen_scope) {
    core::dispatcher_rig rig;
    rig.limits.set_rate(core::rate_limit{1, minutes(1)}, rig.now.steady);
    auto meter = meter_of(rig);
    rig.read(1, 5);
    rig.commit();
    const auto first = rig.leave().at(0);
    rig.accept(first);
    auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_THAT(now.waiting_for, StartsWith("1/60s"));
    ASSERT_TRUE(now.waiting_until);
    EXPECT_GE(*now.waiting_until, rig.now.wall + minutes(1));
    ASSERT_EQ(now.limits.size(), 1U);
    EXPECT_EQ(now.limits[0].used, 1U);
    EXPECT_EQ(core::in_words(now.limits[0].scope, now.limits[0].scope_name), "this run");
    rig.pass(minutes(2));
    EXPECT_EQ(told(rig, meter).limits[0].used, 0U);

    rig.limits.set_rate(std::nullopt, rig.now.steady);
    rig.commit();
    rig.answer(rig.leave(0, 1).at(0), 429, core::answer_text::limit_minute, seconds(45));
    now = told(rig, meter);
    EXPECT_THAT(now.waiting_for, HasSubstr("a refusal by limit of bot"));
    EXPECT_EQ(now.waiting_until, rig.now.wall + seconds(45));
    // Then one message goes alone.
    rig.pass(seconds(91));
    rig.commit();
    ASSERT_EQ(rig.leave().size(), 1U);
    now = told(rig, meter);
    EXPECT_THAT(now.waiting_for, HasSubstr("a single trial message"));
    EXPECT_FALSE(now.waiting_until);
}

TEST(progress_meter, a_wait_that_is_over_within_a_second_is_not_told) {
    core::dispatcher_rig rig;
    rig.limits.set_rate(core::rate_limit{1, minutes(1)}, rig.now.steady);
    auto meter = meter_of(rig);
    rig.read(1, 5);
    rig.commit();
    const auto first = rig.leave().at(0);
    EXPECT_EQ(told(rig, meter).phase, run_phase::waiting) << "for an answer, however long it takes";
    EXPECT_FALSE(told(rig, meter).waiting_until);
    rig.accept(first);
    rig.pass(seconds(58));
    EXPECT_EQ(told(rig, meter).phase, run_phase::waiting);
    rig.pass(milliseconds(1'500));
    ASSERT_TRUE(rig.leave().empty()) << "the window is still full";
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::running);
    EXPECT_EQ(now.waiting_for, "");
    EXPECT_FALSE(now.waiting_until);

    rig.limits.set_rate(std::nullopt, rig.now.steady);
    rig.made->on_limits_changed();
    rig.commit();
    rig.answer(rig.leave(0, 1).at(0), 429, core::answer_text::limit_minute, seconds(1));
    EXPECT_THAT(told(rig, meter).waiting_for, HasSubstr("refusal")) << "a refusal is";
}

TEST(progress_meter, an_endpoint_in_trouble_is_waited_for_and_told_once) {
    core::rig_setup setup;
    setup.options.endpoints = {.trouble = {}, .names = {{"st-0", "sms.example"}}};
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.read(1, 50);
    EXPECT_THAT(told(rig, meter).answers.troubles, IsEmpty());
    for (int i = 0; i < 5; ++i) {
        rig.commit();
        rig.answer(rig.leave(0, 1).at(0), 503, core::answer_text::html);
    }
    auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_EQ(now.waiting_for,
              "sms.example, in trouble (status 503, \"words\"), to be well again; 0 questions so "
              "far");
    ASSERT_TRUE(now.waiting_until);
    EXPECT_GT(*now.waiting_until, rig.now.wall);
    ASSERT_EQ(now.answers.troubles.size(), 1U);
    EXPECT_EQ(now.answers.troubles[0].since, rig.now.wall);
    EXPECT_EQ(now.answers.trouble.times, 1U);
    EXPECT_THAT(meter.take_news(),
                ElementsAre(StartsWith("sms.example is in trouble (status 503, \"words\")")));
    rig.pass(minutes(1));
    told(rig, meter);
    EXPECT_THAT(meter.take_news(), IsEmpty());
}

TEST(progress_meter, why_a_bot_ended_its_part_while_the_others_go_on) {
    core::rig_setup setup;
    setup.lane_bots = {0, 1, 2};
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.read(1, 5);
    EXPECT_THAT(told(rig, meter).notes, IsEmpty());
    rig.made->give_up_bot(0, {core::stop_status::unusable, "its certificate has expired"});
    for (int i = 0; i < 2; ++i) {
        const auto now = told(rig, meter);
        EXPECT_EQ(now.phase, run_phase::running);
        EXPECT_THAT(now.notes, ElementsAre("its certificate has expired"));
    }
    rig.made->give_up_bot(1, {core::stop_status::stopped, "it cannot be reached"});
    EXPECT_THAT(told(rig, meter).notes,
                ElementsAre("its certificate has expired", "it cannot be reached"));
    rig.made->give_up_bot(2, {core::stop_status::unusable, "nor has the last one any"});
    EXPECT_THAT(told(rig, meter).notes, IsEmpty()) << "the end says it";
}

TEST(progress_meter, the_oldest_notes_go_when_there_are_too_many) {
    core::rig_setup setup;
    setup.lane_bots = {0, 1};
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.read(1, 5);
    for (int i = 0; i < 25; ++i)
        meter.note(std::to_string(i));
    rig.made->give_up_bot(0, {core::stop_status::unusable, "its certificate has expired"});
    const auto notes = told(rig, meter).notes;
    EXPECT_EQ(notes.size(), core::progress_snapshot::notes_max);
    EXPECT_EQ(notes.front(), "6");
    EXPECT_EQ(notes.back(), "its certificate has expired");
}

TEST(progress_meter, the_canary) {
    core::rig_setup setup;
    setup.stop.canary = 2;
    core::dispatcher_rig rig(setup);
    auto meter = meter_of(rig);
    rig.read(1, 50);
    for (int i = 0; i < 3; ++i) {
        rig.commit();
        rig.leave();
    }
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_EQ(now.waiting_for, "the outcomes of the first 2 (stop.first)");
}

TEST(progress_meter, pause_full_disk_and_drain) {
    core::dispatcher_rig rig;
    auto meter = meter_of(rig);
    rig.sent();
    rig.made->pause();
    EXPECT_EQ(told(rig, meter).phase, run_phase::paused);
    EXPECT_THAT(told(rig, meter).waiting_for, HasSubstr("control RUN continue"));
    rig.made->go_on();
    meter.set_obstacle("the disk is full");
    EXPECT_EQ(told(rig, meter).phase, run_phase::paused);
    EXPECT_EQ(told(rig, meter).waiting_for, "the disk is full");
    meter.clear_obstacle();
    EXPECT_EQ(told(rig, meter).phase, run_phase::running);
    rig.made->drain({});
    meter.set_drain_deadline(rig.now.steady + seconds(30));
    EXPECT_EQ(told(rig, meter).phase, run_phase::draining);
    EXPECT_EQ(told(rig, meter).waiting_until, rig.now.wall + seconds(30));
}

TEST(progress_meter, a_connection_with_the_reason_of_the_last_failure) {
    core::dispatcher_rig rig;
    auto meter = meter_of(rig);
    rig.read(1, 5);
    rig.commit();
    meter.set_unreached("127.0.0.1:1: connection refused");
    const auto now = told(rig, meter);
    EXPECT_EQ(now.phase, run_phase::waiting);
    EXPECT_EQ(now.waiting_for, "a connection: 127.0.0.1:1: connection refused");
    meter.set_unreached({});
    EXPECT_EQ(told(rig, meter).phase, run_phase::running);
}

}  // namespace
}  // namespace tidings::runner
