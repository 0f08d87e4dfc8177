// How late rows leave, behind the moment that the pace had planned for them.
#include "core/dispatcher_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;

attempt_report accepted_after_leaving_at(instant begun) {
    attempt_report report;
    report.furthest = attempt_step::answered;
    report.begun = begun;
    report.reply = answer{.status = 200,
                          .text = answer_text::triggered,
                          .complete = true,
                          .retry_after = std::nullopt,
                          .message = "words"};
    return report;
}

TEST(dispatcher_lateness, is_the_time_between_the_planned_moment_and_the_connections) {
    dispatcher_rig rig;
    rig.limits.set_rate(rate_limit{10, 1s}, rig.now.steady);
    rig.read(1, 3);
    rig.commit();
    ASSERT_EQ(rig.leave().size(), 1U);
    // The thread looks 3 ms after the next one's moment, and the message comes to its connection
    // half a millisecond later still.
    rig.pass(rig.made->next_due(rig.now) - rig.now.steady + 3ms);
    const auto left = rig.leave();
    ASSERT_EQ(left.size(), 1U);
    rig.end(left[0], accepted_after_leaving_at(rig.now.steady + 500us));
    ASSERT_EQ(rig.made->lateness().count(), 1U);
    EXPECT_EQ(rig.made->lateness().max(), 3500us);
}

TEST(dispatcher_lateness, without_a_pace_it_counts_from_the_turn) {
    dispatcher_rig rig;
    const auto left = rig.sent();
    rig.end(left, accepted_after_leaving_at(rig.now.steady + 20us));
    EXPECT_EQ(rig.made->lateness().max(), 20us);
}

TEST(dispatcher_lateness, is_not_told_of_what_never_left_nor_of_what_leaves_again) {
    dispatcher_rig rig;
    rig.fail(rig.sent(), attempt_step::idle_check);
    EXPECT_EQ(rig.made->lateness().count(), 0U);
    const auto again = rig.sent_after(2s);
    rig.end(again, accepted_after_leaving_at(rig.now.steady));
    EXPECT_EQ(rig.made->lateness().count(), 0U) << "it was due long before, and left then";
}

}  // namespace
}  // namespace tidings::core
