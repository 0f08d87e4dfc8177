#include "core/token_watch.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using verdict = token_watch::verdict;

TEST(token_watch, renews_once_and_then_gives_up) {
    token_watch watch(1);
    EXPECT_EQ(watch.on_refused(0, 0), verdict::renewed);
    EXPECT_EQ(watch.generation(0), 1U);
    EXPECT_EQ(watch.take_renewal(), bot_id{0});
    EXPECT_EQ(watch.take_renewal(), std::nullopt) << "it is said once";
    EXPECT_EQ(watch.on_refused(0, 0), verdict::known) << "sent before the renewal";
    EXPECT_EQ(watch.on_refused(0, 1), verdict::hopeless);
    EXPECT_EQ(watch.take_renewal(), std::nullopt);
}

TEST(token_watch, a_token_that_was_believed_may_be_renewed_again) {
    token_watch watch(1);
    EXPECT_EQ(watch.on_refused(0, 0), verdict::renewed);
    watch.on_believed(0);
    EXPECT_EQ(watch.on_refused(0, 1), verdict::renewed) << "as when the secret is replaced twice";
}

TEST(token_watch, bots_have_tokens_of_their_own) {
    token_watch watch(2);
    EXPECT_EQ(watch.on_refused(1, 0), verdict::renewed);
    EXPECT_EQ(watch.generation(0), 0U);
    EXPECT_EQ(watch.take_renewal(), bot_id{1});
    EXPECT_EQ(watch.on_refused(0, 0), verdict::renewed);
}

}  // namespace
}  // namespace tidings::core
