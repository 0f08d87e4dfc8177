#include "store/unread_slots.hpp"

#include "support/journal_story.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

std::uint64_t sum_of(const unread_slots& slots) {
    std::uint64_t sum = 0;
    for (const auto& one : slots.all())
        sum += one.count;
    return sum;
}

TEST(unread_slots, come_back_with_a_good_answer_to_what_left_later) {
    unread_slots slots;
    slots.owe(1, at_second(10), boot);
    slots.owe(1, at_second(10), boot);
    slots.owe(1, at_second(20), boot);
    slots.owe(2, at_second(5), boot);
    EXPECT_EQ(slots.on_good_answer(1, at_second(10).steady, boot), 0U) << "it left before";
    EXPECT_EQ(slots.on_good_answer(1, at_second(11).steady, boot), 2U);
    EXPECT_EQ(slots.on_good_answer(1, at_second(30).steady, boot), 1U);
    EXPECT_EQ(slots.on_good_answer(3, at_second(30).steady, boot), 0U);
    ASSERT_EQ(slots.all().size(), 1U) << "an answer to one lane says nothing of another";
    EXPECT_EQ(slots.all()[0].lane, 2U);
    EXPECT_TRUE(slots.all()[0].unread);
}

TEST(unread_slots, whoever_lives_in_another_boot_has_left_later) {
    unread_slots slots;
    slots.owe(0, at_second(100), boot);
    EXPECT_EQ(slots.on_good_answer(0, at_second(1).steady, boot + 1), 1U);
}

TEST(unread_slots, one_that_was_read_is_the_oldest_for_all_anyone_knows) {
    unread_slots slots;
    EXPECT_FALSE(slots.take_one(1));
    slots.owe(1, at_second(1), boot, 2);
    slots.owe(1, at_second(2), boot);
    EXPECT_FALSE(slots.take_one(0));
    EXPECT_TRUE(slots.take_one(1));
    EXPECT_TRUE(slots.take_one(1));
    ASSERT_EQ(slots.all().size(), 1U);
    EXPECT_EQ(slots.all()[0].at, at_second(2));
}

TEST(unread_slots, are_bounded_and_merged_into_the_latest) {
    unread_slots slots;
    const auto many = static_cast<int>(unread_slots::entries_max) + 50;
    for (int i = 0; i < many; ++i)
        slots.owe(0, at_second(i), boot);
    EXPECT_EQ(slots.all().size(), unread_slots::entries_max);
    EXPECT_EQ(sum_of(slots), static_cast<std::uint64_t>(many));
    EXPECT_EQ(slots.on_good_answer(0, at_second(many - 1).steady, boot),
              unread_slots::entries_max - 1);
    EXPECT_EQ(slots.on_good_answer(0, at_second(many).steady, boot), 51U);
}

}  // namespace
}  // namespace tidings::store
