// A bot that fails is drained: what certainly was not sent goes on elsewhere where its sender was
// our choice, and nothing else moves.
#include "tidings/core/dispatcher.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/dispatcher_rig.hpp"

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
    // Walks the list again as often as it is asked for, and accepts what leaves.
    std::set<row_number> sent_by(bot_id bot, const std::vector<phone_number>& from) {
        std::set<row_number> sent;
        for (int i = 0; i < 200 && !rig.made->finished(); ++i) {
            if (rig.made->wants_pass()) {
                rig.made->on_pass_begun();
                read(from);
            }
            rig.commit();
            for (const auto& one : rig.leave(bot)) {
                sent.insert(one.row);
                rig.accept(one);
            }
            EXPECT_TRUE(rig.leave(bot == 0 ? 1 : 0).empty()) << "a bot that ended sends nothing";
            rig.pass(seconds(1));
        }
        return sent;
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
    test.read(from);
    test.rig.commit();
    const auto out = test.rig.leave(0);
    ASSERT_FALSE(out.empty());
    test.rig.made->give_up_bot(0, {stop_status::unusable, gone});
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
    test.read(from);
    test.rig.commit();
    const auto out = test.rig.leave(0);
    ASSERT_FALSE(out.empty());
    test.rig.made->give_up_bot(0, {stop_status::unusable, gone});
    for (const auto& one : out)
        test.rig.answer(one, 429, answer_text::limit_minute);
    EXPECT_TRUE(test.sent_by(1, from).contains(out[0].row));
    EXPECT_EQ(test.rig.made->counts()[outcome::accepted], 10U);
}

}  // namespace
}  // namespace tidings::core
