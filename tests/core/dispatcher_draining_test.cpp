// A bot that fails is drained: what certainly was not sent goes on elsewhere where its sender was
// our choice, and nothing else moves.
#include "core/dispatcher.hpp"
#include "core/dispatcher_rig.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::seconds;

// Two bots of a sender each; the rig numbers their senders in turn.
phone_number sender(std::size_t lane) {
    return phone_number::from_digits(16'690'000'000 + lane);
}

rig_setup two_bots(unknown_policy unknown = unknown_policy::hold) {
    rig_setup setup;
    setup.lane_bots = {0, 1};
    setup.options.unknown = unknown;
    return setup;
}

constexpr const char* gone = "gone";

class draining {
  public:
    explicit draining(rig_setup setup) : rig(std::move(setup)) {}

    // Rows of one sender each, or of none.
    void read(const std::vector<phone_number>& from) {
        listed_batch batch;
        for (const auto& one : from) {
            listed_row row;
            row.row = batch.rows.size() + 1;
            row.to = dispatcher_rig::number(row.row);
            row.from = one;
            batch.rows.push_back(row);
        }
        rig.made->on_rows_read(batch, rig.now);
        rig.made->on_pass_ended();
    }
    // Walks the list again as often as it is asked for, and lets messages leave every second.
    void go_on(const std::vector<phone_number>& from, const std::function<void()>& leave) {
        for (int i = 0; i < 500 && !rig.made->finished(); ++i) {
            if (rig.made->wants_pass()) {
                rig.made->on_pass_begun();
                read(from);
            }
            rig.commit();
            leave();
            rig.pass(seconds(1));
        }
    }
    // What leaves from then on, all of it accepted.
    std::set<row_number> sent_by(bot_id bot, const std::vector<phone_number>& from) {
        std::set<row_number> sent;
        go_on(from, [&] {
            for (const auto& one : rig.leave(bot)) {
                sent.insert(one.row);
                rig.accept(one);
            }
            EXPECT_TRUE(rig.leave(bot == 0 ? 1 : 0).empty()) << "a bot that ended sends nothing";
        });
        return sent;
    }
    // Bot 0 is given up; what it had sent by then and nobody has answered.
    std::vector<departure> out_when_given_up(const std::vector<phone_number>& from) {
        read(from);
        rig.commit();
        const auto out = rig.leave(0);
        EXPECT_FALSE(out.empty());
        rig.made->give_up_bot(0, {stop_status::unusable, gone});
        return out;
    }

    dispatcher_rig rig;
};

TEST(dispatcher_draining, a_row_that_names_its_sender_does_not_move) {
    draining test(two_bots());
    const std::vector<phone_number> from = {sender(0), {}, sender(1), {}, sender(0), {}};
    test.read(from);
    test.rig.commit();
    test.rig.made->give_up_bot(0, {stop_status::unusable, gone});
    const auto sent = test.sent_by(1, from);
    EXPECT_EQ(sent, (std::set<row_number>{2, 3, 4, 6}));
    ASSERT_TRUE(test.rig.made->finished());
    EXPECT_EQ(test.rig.made->counts().total(), 4U) << "the others keep no outcome, for a resume";
    ASSERT_TRUE(test.rig.made->halted()) << "and the run does not call itself done";
    EXPECT_EQ(test.rig.made->at_risk(), 0U);
}

TEST(dispatcher_draining, what_is_in_doubt_does_not_move) {
    for (const auto policy : {unknown_policy::hold, unknown_policy::resend}) {
        draining test(two_bots(policy));
        const std::vector<phone_number> from(40);
        test.read(from);
        test.rig.commit();
        const auto out = test.rig.leave(0);
        ASSERT_FALSE(out.empty());
        if (policy == unknown_policy::resend)
            test.rig.fail(out[0], attempt_step::written);  // will be sent again, by its own bot
        test.rig.made->give_up_bot(0, {stop_status::unusable, gone});
        for (std::size_t i = policy == unknown_policy::resend ? 1 : 0; i < out.size(); ++i)
            test.rig.fail(out[i], attempt_step::written);
        std::set<row_number> in_doubt;
        for (const auto& one : out)
            in_doubt.insert(one.row);
        const auto sent = test.sent_by(1, from);
        for (const auto row : in_doubt)
            EXPECT_FALSE(sent.contains(row)) << "row " << row << " might be texted twice";
        ASSERT_TRUE(test.rig.made->finished());
        EXPECT_EQ(test.rig.made->counts()[outcome::unknown], in_doubt.size());
        EXPECT_EQ(test.rig.made->counts()[outcome::accepted], 40 - in_doubt.size());
    }
}

TEST(dispatcher_draining, an_answer_that_is_still_to_come_counts) {
    draining test(two_bots());
    const std::vector<phone_number> from(10);
    const auto out = test.out_when_given_up(from);
    for (const auto& one : out)
        test.rig.accept(one);
    const auto sent = test.sent_by(1, from);
    for (const auto& one : out)
        EXPECT_FALSE(sent.contains(one.row));
    EXPECT_EQ(test.rig.made->counts()[outcome::accepted], 10U);
}

// What its limit refused has certainly not been sent: it goes on elsewhere.
TEST(dispatcher_draining, what_was_refused_moves) {
    draining test(two_bots());
    const std::vector<phone_number> from(10);
    const auto out = test.out_when_given_up(from);
    for (const auto& one : out)
        test.rig.answer(one, 429, answer_text::limit_minute);
    EXPECT_TRUE(test.sent_by(1, from).contains(out.at(0).row));
    EXPECT_EQ(test.rig.made->counts()[outcome::accepted], 10U);
}

// One cannot be reached, and the other one's credentials are refused later.
TEST(dispatcher_draining, the_gravest_reason_decides_and_the_others_are_told) {
    draining test(two_bots());
    test.read(std::vector<phone_number>(10));
    test.rig.made->give_up_bot(0, {stop_status::stopped, gone});
    EXPECT_EQ(test.rig.made->halted()->status, stop_status::stopped);
    EXPECT_EQ(test.rig.made->phase(), send_phase::running);
    test.rig.made->give_up_bot(1, {stop_status::credentials_refused, "refused"});
    EXPECT_EQ(test.rig.made->phase(), send_phase::draining);
    EXPECT_EQ(test.rig.made->halted()->status, stop_status::credentials_refused);
    EXPECT_EQ(test.rig.made->halted()->text, "refused; gone");
}

rig_setup two_senders(std::uint32_t rejected_in_a_row) {
    rig_setup setup;
    setup.lane_bots = {0, 0};
    setup.stop.rejected_in_a_row = rejected_in_a_row;
    return setup;
}

// One message at a time: lane 0's are rejected, lane 1's are not.
std::map<lane_id, std::set<row_number>> sent_with_lane_0_rejected(
    draining& test, const std::vector<phone_number>& from) {
    std::map<lane_id, std::set<row_number>> sent;
    test.go_on(from, [&] {
        for (const auto& one : test.rig.leave(0, 1)) {
            EXPECT_TRUE(sent[one.lane].insert(one.row).second) << "row " << one.row;
            if (one.lane == 0)
                test.rig.answer(one, 400, answer_text::validation);
            else
                test.rig.accept(one);
        }
    });
    return sent;
}

TEST(dispatcher_draining, a_sender_that_is_rejected_beside_another_that_is_not_ends_its_part) {
    draining test(two_senders(3));
    const std::vector<phone_number> from(40);
    test.read(from);
    const auto sent = sent_with_lane_0_rejected(test, from);
    ASSERT_TRUE(test.rig.made->finished());
    EXPECT_EQ(sent.at(0).size(), 3U);
    EXPECT_EQ(sent.at(1).size(), 37U) << "the others' rows and those that had not left";
    EXPECT_EQ(test.rig.made->counts()[outcome::rejected], 3U);
    EXPECT_EQ(test.rig.made->counts()[outcome::accepted], 37U);
    ASSERT_TRUE(test.rig.made->halted());
    EXPECT_EQ(test.rig.made->halted()->status, stop_status::rule_tripped);
    EXPECT_NE(test.rig.made->halted()->text.find(sender(0).text()), std::string::npos);
    EXPECT_EQ(test.rig.made->at_risk(), 0U);
}

TEST(dispatcher_draining, rows_that_name_a_rejected_sender_wait_for_a_later_run) {
    draining test(two_senders(3));
    std::vector<phone_number> from(40);
    for (std::size_t i = 0; i < from.size(); i += 2)
        from[i] = sender(0);
    test.read(from);
    const auto sent = sent_with_lane_0_rejected(test, from);
    ASSERT_TRUE(test.rig.made->finished());
    EXPECT_EQ(sent.at(0).size(), 3U);
    for (const auto row : sent.at(1))
        EXPECT_EQ(row % 2, 0U) << "row " << row << " names the other sender";
    EXPECT_LT(test.rig.made->counts().total(), 40U);
}

TEST(dispatcher_draining, without_the_rule_a_rejected_sender_goes_on) {
    draining test(two_senders(0));
    const std::vector<phone_number> from(40);
    test.read(from);
    const auto sent = sent_with_lane_0_rejected(test, from);
    EXPECT_GT(sent.at(0).size(), 3U);
    EXPECT_FALSE(test.rig.made->halted());
}

// All of them rejected: the rule stops the run as ever.
TEST(dispatcher_draining, an_only_sender_that_is_rejected_stops_the_run) {
    auto setup = two_senders(3);
    setup.lane_bots = {0};
    draining test(std::move(setup));
    const std::vector<phone_number> from(40);
    test.read(from);
    const auto sent = sent_with_lane_0_rejected(test, from);
    EXPECT_EQ(sent.at(0).size(), 3U);
    EXPECT_EQ(test.rig.made->phase(), send_phase::drained);
}

}  // namespace
}  // namespace tidings::core
