#include "live/course.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::live {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr core::wall_time start{std::chrono::hours(24 * 365 * 50)};

core::progress_snapshot look_at(core::wall_time now, std::uint64_t accepted) {
    core::progress_snapshot made;
    made.now = now;
    made.ended[core::outcome::accepted] = accepted;
    return made;
}

TEST(course, the_first_look_says_where_it_begins) {
    course over_time;
    EXPECT_THAT(over_time.json(false), HasSubstr(R"("accepted":[])"));
    over_time.add(look_at(start, 1'000'000), nullptr);
    over_time.add(look_at(start + 2s, 1'000'200), nullptr);
    EXPECT_THAT(over_time.json(false), HasSubstr(R"("accepted":[75,25])"));
}

TEST(course, what_came_between_two_looks_is_spread_over_that_time) {
    course over_time;
    over_time.add(look_at(start, 0), nullptr);
    over_time.add(look_at(start + 8s, 800), nullptr);
    const auto told = over_time.json(true);
    EXPECT_THAT(told, HasSubstr(R"({"version":1,"steering":true,"start_ms":1576800000000,)"));
    EXPECT_THAT(told, HasSubstr(R"("width_ms":2000,)"));
    EXPECT_THAT(told, HasSubstr(R"("accepted":[0,100,100,100,100])"));
}

TEST(course, counts_each_answer_once) {
    course over_time;
    core::latency_histogram latencies;
    for (int i = 0; i < 100; ++i)
        latencies.record(40ms);
    over_time.add(look_at(start, 0), &latencies);
    latencies.record(900ms);
    over_time.add(look_at(start + 4s, 1), &latencies);
    over_time.add(look_at(start + 6s, 1), &latencies);
    const auto told = over_time.json(false);
    const auto p50 = told.substr(told.find("\"p50_ms\""));
    double first = 0;
    double last = 0;
    ASSERT_EQ(std::sscanf(p50.c_str(), "\"p50_ms\":[%lf,null,%lf]", &first, &last), 2) << p50;
    EXPECT_NEAR(first, 40, 8);
    EXPECT_NEAR(last, 900, 180);
}

TEST(course, a_clock_that_went_back_adds_nothing) {
    course over_time;
    over_time.add(look_at(start, 0), nullptr);
    over_time.add(look_at(start - 1h, 50), nullptr);
    over_time.add(look_at(start + 4s, 40), nullptr);
    EXPECT_THAT(over_time.json(false), HasSubstr(R"("accepted":[5,10,5])"));
}

TEST(course, memory_does_not_grow) {
    course over_time;
    for (int i = 0; i < 20'000; ++i)
        over_time.add(look_at(start + std::chrono::seconds(i), static_cast<std::uint64_t>(i)),
                      nullptr);
    EXPECT_LT(over_time.json(false).size(), 40'000U);
}

}  // namespace
}  // namespace tidings::live
