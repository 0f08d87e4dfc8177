#include "net/noise_budget.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

TEST(noise_budget, is_overspent_by_the_byte_beyond_it) {
    noise_budget budget;
    budget.spend(noise_budget::bytes_max);
    EXPECT_FALSE(budget.overspent());
    budget.spend(1);
    EXPECT_TRUE(budget.overspent());
}

TEST(noise_budget, what_was_part_of_an_answer_is_given_back_and_no_more_than_was_spent) {
    noise_budget budget;
    budget.spend(100);
    budget.refund(1000);
    budget.spend(noise_budget::bytes_max);
    EXPECT_FALSE(budget.overspent());
    budget.spend(1000);
    budget.refund(1000);
    EXPECT_FALSE(budget.overspent());
}

TEST(noise_budget, answers_pay_for_what_goes_with_them) {
    noise_budget budget;
    for (int i = 0; i < 100'000; ++i) {
        budget.spend(noise_budget::bytes_an_answer);
        budget.on_answer();
        ASSERT_FALSE(budget.overspent());
    }
}

}  // namespace
}  // namespace tidings::net
