#include "core/phone_number.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

TEST(phone_number, reads_and_writes_e164_exactly) {
    for (const char* text : {"+12", "+919876543210", "+123456789012345", "+10"}) {
        const auto number = phone_number::from_e164(text);
        ASSERT_TRUE(number.has_value()) << text;
        EXPECT_EQ(number->text(), text);
    }
}

TEST(phone_number, writes_every_digit_of_any_length) {
    for (std::uint64_t digits = 1; digits < 1'000'000'000'000'000; digits *= 10)
        for (const std::uint64_t near : {digits - 1, digits, digits + 7}) {
            if (near == 0) continue;
            EXPECT_EQ(phone_number::from_digits(near).text(), "+" + std::to_string(near));
        }
}

TEST(phone_number, refuses_everything_else) {
    for (const char* text :
         {"", "+", "+1", "12345", "+0123", "+1234567890123456", "+12a", "+ 12", "++12", "+12 "})
        EXPECT_FALSE(phone_number::from_e164(text).has_value()) << text;
    EXPECT_TRUE(phone_number().empty());
    EXPECT_EQ(phone_number().text(), "");
}

TEST(phone_number, its_first_four_digits_are_those_of_its_text) {
    for (std::size_t size = 2; size <= phone_number::digits_max; ++size) {
        const std::string text = std::string("+987654321987654").substr(0, size + 1);
        const auto expected = (text + "000").substr(1, 4);
        EXPECT_EQ(phone_number::from_e164(text)->leading(), std::stoul(expected)) << text;
    }
    EXPECT_EQ(phone_number::from_e164("+10")->leading(), 1000U);
    EXPECT_EQ(phone_number::from_e164("+999999999999999")->leading(), 9999U);
    EXPECT_EQ(phone_number().leading(), 0U);
}

}  // namespace
}  // namespace tidings::core
