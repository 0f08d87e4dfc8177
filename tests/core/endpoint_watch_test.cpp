// What a dispatcher does about endpoints in trouble. When one is so is core/circuit_breaker's.
#include "core/endpoint_watch.hpp"

#include "core/dispatcher_rig.hpp"
#include "core/turn_desk.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

rig_setup watched(std::vector<bot_id> lane_bots = {0}) {
    rig_setup setup;
    setup.options.endpoints.trouble = {};
    setup.options.endpoints.names = {{"st-0", "sms.example"}, {"st-1", "other.example"}};
    setup.lane_bots = std::move(lane_bots);
    return setup;
}

attempt_report replied(std::uint16_t status, answer_text text) {
    attempt_report report;
    report.furthest = attempt_step::answered;
    report.reply = core::answer{.status = status,
                                .text = text,
                                .complete = true,
                                .retry_after = std::nullopt,
                                .message = "Backend fetch failed"};
    return report;
}

// A desk whose endpoints can be asked.
struct desk : dispatcher_rig {
    explicit desk(rig_setup setup = watched()) : dispatcher_rig(std::move(setup)) {}

    // All that may leave, as far as it is released meanwhile.
    std::vector<departure> left(std::size_t most = 100) {
        std::vector<departure> all;
        for (int tries = 0; tries < 10; ++tries) {
            commit();
            for (const auto& one : leave(0, most - all.size()))
                all.push_back(one);
        }
        return all;
    }
    // Everything that may leave is answered like this, until nothing leaves.
    int sent_and_answered(std::uint16_t status, answer_text text, bot_id bot = 0) {
        int count = 0;
        for (bool some = true; some && count < 1000;) {
            commit();
            const auto left = leave(bot);
            some = !left.empty();
            for (const auto& one : left) {
                answer(one, status, text);
                ++count;
            }
        }
        return count;
    }
    int trouble(bot_id bot = 0) { return sent_and_answered(503, answer_text::html, bot); }
    // Its slot is on record first.
    std::optional<bot_id> question_now() {
        if (const auto bot = made->take_question(now)) return bot;
        commit();
        return made->take_question(now);
    }
    // The next question, as soon as there is one.
    bot_id asked() {
        for (int looks = 0; looks < 10'000; ++looks) {
            if (const auto bot = question_now()) return *bot;
            pass(milliseconds(100));
        }
        ADD_FAILURE() << "nobody is asked";
        return 0;
    }
    void question(std::uint16_t status = 412, answer_text text = answer_text::validation) {
        const auto bot = asked();
        made->on_question_ended(bot, replied(status, text), now);
    }
    std::vector<endpoint_trouble> troubles() const { return made->endpoints().troubles(now); }
    // Until messages may go again.
    int questions_until_well() {
        int count = 0;
        for (; made->endpoints().open(0) && count < 1000; ++count)
            question();
        return count;
    }
};

TEST(endpoint_watch, in_trouble_nothing_leaves_and_what_was_released_is_taken_back) {
    desk one;
    one.read(1, 1000);
    EXPECT_EQ(one.left(2).size(), 2U);
    const auto count = one.trouble();
    EXPECT_LE(count, 12);
    EXPECT_TRUE(one.leave().empty());
    one.commit();
    // Those in flight at first are at risk still; a crash leaves no other one in doubt.
    EXPECT_EQ(one.made->at_risk(), 2U);
    EXPECT_FALSE(one.made->wants_batch_now());
    one.commit();
    EXPECT_EQ(one.made->wanting(0, one.now, 100), 0U);
    EXPECT_TRUE(one.made->held_by_trouble());
    EXPECT_EQ(one.made->counts()[outcome::unknown], static_cast<std::uint64_t>(count));
}

// An outage takes the connections with it: what was taken back asks for one when it is over.
TEST(endpoint_watch, when_it_is_over_a_connection_is_wanted_for_what_was_taken_back) {
    desk one;
    one.read(1, 1000);
    one.trouble();
    one.leave();
    one.commit();
    one.leave();
    one.made->set_connected(0, false);
    EXPECT_GT(one.questions_until_well(), 0);
    EXPECT_GT(one.made->wanting(0, one.now, 100), 0U);
    one.made->set_connected(0, true);
    one.commit();
    EXPECT_FALSE(one.leave().empty());
}

TEST(endpoint_watch, a_question_that_is_answered_well_lets_a_few_go_then_all) {
    desk one;
    one.read(1, 1000);
    one.trouble();
    EXPECT_FALSE(one.question_now());
    one.question(503, answer_text::html);
    EXPECT_GT(one.questions_until_well(), 0);
    EXPECT_FALSE(one.troubles().empty());
    EXPECT_TRUE(one.troubles()[0].trying);
    for (const std::size_t few : {1U, 2U, 4U, 8U}) {
        const auto left = one.left();
        ASSERT_EQ(left.size(), few);
        // A slow start releases no more than it can send.
        EXPECT_EQ(one.made->at_risk(), few);
        for (const auto& message : left)
            one.accept(message);
    }
    EXPECT_TRUE(one.troubles().empty());
    EXPECT_EQ(one.made->endpoints().tally(one.now.steady).times, 1U);
    EXPECT_GT(one.made->endpoints().tally(one.now.steady).questions, 1U);
    const auto all = one.sent_and_answered(200, answer_text::triggered);
    EXPECT_EQ(one.made->counts()[outcome::accepted], static_cast<std::uint64_t>(all) + 15);
    EXPECT_TRUE(one.made->finished());
}

TEST(endpoint_watch, a_retry_that_comes_due_in_trouble_goes_back) {
    desk one;
    one.read(1, 100);
    one.commit();
    const auto left = one.leave(0, 1);
    ASSERT_EQ(left.size(), 1U);
    one.trouble();
    one.answer(left[0], 408, answer_text::html);
    one.pass(seconds(3));
    one.commit();
    EXPECT_EQ(one.made->at_risk(), 0U);
    EXPECT_TRUE(one.leave().empty());
}

TEST(endpoint_watch, a_page_is_trouble_and_burns_nothing) {
    for (const std::uint16_t status : {std::uint16_t{200}, std::uint16_t{403}}) {
        desk one;
        one.read(1, 100);
        const auto count = one.sent_and_answered(status, answer_text::html);
        EXPECT_LE(count, 12);
        EXPECT_EQ(one.troubles().size(), 1U);
        EXPECT_EQ(one.made->counts().total(), 0U);
        EXPECT_EQ(one.made->phase(), send_phase::running);
        one.commit();
        EXPECT_EQ(one.made->at_risk(), 0U);
    }
}

TEST(endpoint_watch, the_others_go_on) {
    desk one(watched({0, 1}));
    one.read(1, 400);
    one.trouble(0);
    EXPECT_TRUE(one.leave(0).empty());
    EXPECT_GT(one.sent_and_answered(200, answer_text::triggered, 1), 100);
    EXPECT_EQ(one.troubles().size(), 1U);
    EXPECT_EQ(one.troubles()[0].name, "sms.example");
    EXPECT_EQ(one.troubles()[0].words, "status 503, \"words\"");
}

TEST(endpoint_watch, after_so_long_the_bot_ends_and_its_rows_are_kept) {
    desk one;
    one.read(1, 100);
    const auto unknown = one.trouble();
    const auto began = one.now.steady;
    while (one.made->phase() == send_phase::running && one.now.steady < began + hours(24))
        one.question(503, answer_text::html);
    EXPECT_GE(one.now.steady, began + hours(12));
    EXPECT_LT(one.now.steady, began + hours(12) + minutes(3));
    ASSERT_TRUE(one.made->halted());
    EXPECT_EQ(one.made->halted()->status, stop_status::stopped);
    EXPECT_NE(one.made->halted()->text.find("sms.example"), std::string::npos);
    EXPECT_NE(one.made->halted()->text.find("12h"), std::string::npos);
    EXPECT_EQ(one.made->counts().total(), static_cast<std::uint64_t>(unknown));
    EXPECT_FALSE(one.question_now());
    EXPECT_EQ(one.troubles().size(), 1U);
    EXPECT_TRUE(one.troubles()[0].given_up);
}

TEST(endpoint_watch, with_another_bot_the_rows_of_one_that_is_given_up_go_there) {
    auto setup = watched({0, 1});
    setup.options.endpoints.trouble.give_up = seconds(10);
    desk one(setup);
    one.read(1, 100);
    const auto unknown = one.trouble(0);
    while (!one.troubles().empty() && !one.troubles()[0].given_up)
        one.question(503, answer_text::html);
    EXPECT_EQ(one.made->phase(), send_phase::running);
    one.made->on_pass_begun();
    one.read(1, 100);
    EXPECT_EQ(one.sent_and_answered(200, answer_text::triggered, 1), 100 - unknown);
}

TEST(endpoint_watch, what_cannot_be_asked_is_in_trouble_still) {
    desk one;
    one.read(1, 100);
    one.trouble();
    std::vector<duration> pauses;
    for (int i = 0; i < 3; ++i) {
        const auto before = one.now.steady;
        attempt_report none;
        none.trouble = "connecting failed: Connection refused";
        one.made->on_question_ended(one.asked(), none, one.now);
        pauses.push_back(one.now.steady - before);
    }
    EXPECT_TRUE(std::is_sorted(pauses.begin(), pauses.end()));
    EXPECT_GT(pauses[2], pauses[0]);
    EXPECT_EQ(one.troubles().at(0).words, "connecting failed: Connection refused");
}

TEST(endpoint_watch, begins_with_a_question_where_the_last_process_ended_in_trouble) {
    auto setup = watched();
    setup.past.endpoints.troubled = {"st-0"};
    desk one(setup);
    one.read(1, 100);
    one.commit();
    EXPECT_TRUE(one.leave().empty());
    EXPECT_EQ(one.made->at_risk(), 0U);
    EXPECT_TRUE(one.question_now());
    one.made->on_question_ended(0, replied(412, answer_text::validation), one.now);
    one.questions_until_well();
    one.commit();
    EXPECT_EQ(one.leave().size(), 1U);
}

TEST(endpoint_watch, begins_with_one_message_where_rows_are_in_doubt) {
    auto setup = watched();
    setup.past.states.set(1, row_state::released);
    desk one(setup);
    one.read(1, 100);
    one.commit();
    EXPECT_EQ(one.leave().size(), 1U);
}

// A scope of two slots, of an endpoint that is asked on a desk.
struct owed_desk {
    explicit owed_desk(limiter_snapshot before = {}, std::vector<std::string> troubled = {})
        : scope(limits.add_scope(scope_kind::bot, "st-0", {{2, seconds(10)}}, pace::burst)) {
        limits.add_lane(std::span(&scope, 1));
        limits.restore(before, now);
        watch.emplace(endpoint_options{}, endpoint_past{.troubled = troubled, .now = now}, 1,
                      roster, answers, limits, book);
    }
    flight leave() {
        limits.take(0, now);
        return {.held = {}, .left = now, .lane = 0, .number = watch->on_left(0, now)};
    }
    void give_up(const flight& one) {
        attempt_report report;
        report.furthest = attempt_step::written;
        report.ended = now;
        limits.given_up(0, now);
        watch->on_ended(one, report, answers.judge(report), now);
    }
    void accept(const flight& one) {
        const auto report = replied(200, answer_text::triggered);
        limits.answered(0, now);
        watch->on_ended(one, report, answers.judge(report), now);
    }
    bool asks() {
        if (watch->take_question({now, {}})) return true;
        if (book.take(batch)) book.on_durable();
        return watch->take_question({now, {}}).has_value();
    }
    void question(std::uint16_t status, answer_text text) {
        now = std::max(now, watch->next_due());
        ASSERT_TRUE(asks());
        watch->on_question_ended(0, replied(status, text), {now, {}});
    }

    instant now{hours(1)};
    limiter limits;
    scope_id scope;
    lane_roster roster{{0}};
    own_rules answers;
    settlement_book book{{}, {}, 1000};
    journal_batch batch;
    std::optional<endpoint_watch> watch;
};

TEST(endpoint_watch, a_question_waits_for_a_slot_that_is_on_record_before_it_leaves) {
    owed_desk one({}, {"1"});
    for (int i = 0; i < 2; ++i) {
        one.limits.take(0, one.now);
        one.limits.answered(0, one.now);
    }
    EXPECT_FALSE(one.asks());
    EXPECT_GE(one.watch->next_due(), one.now + seconds(10));
    one.now = one.watch->next_due();
    EXPECT_FALSE(one.watch->take_question({one.now, {}}));
    ASSERT_TRUE(one.book.take(one.batch));
    ASSERT_EQ(one.batch.spent.size(), 1U);
    EXPECT_TRUE(one.batch.spent[0].question);
    EXPECT_TRUE(one.batch.spent[0].unread) << "a process that dies now does not know";
    EXPECT_FALSE(one.watch->take_question({one.now, {}}));
    one.book.on_durable();
    ASSERT_TRUE(one.watch->take_question({one.now, {}}));
    // Both slots have come free, and one of them is the question's.
    EXPECT_EQ(one.limits.available(0, one.now, 10), 1U);
    // It never left.
    one.watch->on_question_ended(0, {}, {one.now, {}});
    EXPECT_EQ(one.limits.available(0, one.now, 10), 2U);
    one.question(503, answer_text::html);
    EXPECT_EQ(one.limits.available(0, one.now + seconds(5), 10), 1U);
    EXPECT_EQ(one.limits.available(0, one.now + seconds(11), 10), 2U);
}

TEST(endpoint_watch, what_was_given_up_has_its_slot_until_a_good_answer_to_something_later) {
    owed_desk one;
    const auto early = one.leave();
    one.give_up(one.leave());
    one.now += minutes(1);
    one.accept(early);
    // It had left before that one was given up.
    EXPECT_EQ(one.limits.available(0, one.now + seconds(11), 10), 1U);
    one.now += seconds(20);
    const auto later = one.leave();
    one.now += seconds(1);
    one.accept(later);
    EXPECT_EQ(one.limits.earliest(0, one.now + seconds(9)), one.limits.earliest(0, one.now));
    EXPECT_GT(one.limits.earliest(0, one.now), one.now + seconds(9));
    EXPECT_EQ(one.limits.available(0, one.now + seconds(11), 10), 2U);
}

TEST(endpoint_watch, where_every_slot_is_owed_a_question_without_one_brings_them_back) {
    owed_desk one;
    const auto first = one.leave();
    const auto second = one.leave();
    one.give_up(first);
    one.give_up(second);
    EXPECT_EQ(one.limits.earliest(0, one.now + hours(1)), never);
    one.question(503, answer_text::html);
    EXPECT_FALSE(one.watch->question_has_slot(0));
    EXPECT_EQ(one.limits.earliest(0, one.now + hours(1)), never);
    one.question(412, answer_text::validation);
    EXPECT_EQ(one.limits.available(0, one.now, 10), 0U);
    EXPECT_EQ(one.limits.available(0, one.now + seconds(11), 10), 2U);
    one.now += minutes(5);
    EXPECT_FALSE(one.asks());
}

TEST(endpoint_watch, rows_in_doubt_from_before_have_their_slots_until_it_is_well) {
    owed_desk one({{.scope = scope_kind::bot,
                    .name = "st-0",
                    .limit = {2, seconds(10)},
                    .believed = 2,
                    .unread = 2,
                    .spent = {}}});
    EXPECT_EQ(one.limits.earliest(0, one.now + hours(1)), never);
    one.question(412, answer_text::validation);
    EXPECT_EQ(one.limits.available(0, one.now + seconds(9), 10), 0U);
    EXPECT_EQ(one.limits.available(0, one.now + seconds(11), 10), 2U);
}

TEST(endpoint_watch, a_turn_asks) {
    auto setup = watched();
    setup.past.endpoints.troubled = {"st-0"};
    turn_desk one(setup);
    one.list(1, 10);
    // Its slot is put on record first.
    one.until(asked::commit);
    one.journal_ends(turn_desk::commit_end::durable);
    const auto action = one.until(asked::ask);
    EXPECT_EQ(action.bot, 0U);
    EXPECT_FALSE(one.asks(asked::ask));
}

TEST(endpoint_watch, a_run_that_pauses_asks_nobody) {
    auto setup = watched();
    setup.past.endpoints.troubled = {"st-0"};
    desk one(setup);
    one.read(1, 10);
    one.made->pause();
    EXPECT_FALSE(one.question_now());
    one.made->go_on();
    EXPECT_TRUE(one.question_now());
}

}  // namespace
}  // namespace tidings::core
