#include "net/pulse.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using namespace std::chrono_literals;

constexpr core::instant start = core::instant() + 1h;

TEST(pulse, silence_is_asked_about_once_and_then_believed) {
    pulse one(start, 3s);
    EXPECT_EQ(one.next(start + 3s - 1ns), pulse_act::none);
    EXPECT_EQ(one.next(start + 3s), pulse_act::ask);
    EXPECT_EQ(one.next(start + 6s - 1ns), pulse_act::none);
    EXPECT_EQ(one.next(start + 6s), pulse_act::gone);
    EXPECT_EQ(one.next(start + 7s), pulse_act::gone);
}

TEST(pulse, any_byte_is_a_sign_of_life) {
    pulse one(start, 3s);
    EXPECT_EQ(one.next(start + 3s), pulse_act::ask);
    one.on_heard(start + 5s);
    EXPECT_EQ(one.silence(start + 6s), 1s);
    EXPECT_EQ(one.next(start + 8s - 1ns), pulse_act::none);
    EXPECT_EQ(one.next(start + 8s), pulse_act::ask);
    EXPECT_EQ(one.next(start + 11s), pulse_act::gone);
}

}  // namespace
}  // namespace tidings::net
