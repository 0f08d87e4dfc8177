#include "codec/tokens/token_cache.hpp"

#include "support/allocations.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr core::wall_time start{seconds(1'800'000'000)};

token_cache cache_of(core::duration lifetime) {
    return token_cache(token_signer::make({.client_id = "cs-1", .lifetime = lifetime},
                                          secret(std::string_view("key")))
                           .value());
}

TEST(token_cache, keeps_one_token_until_it_is_renewed) {
    auto cache = cache_of(minutes(30));
    EXPECT_EQ(cache.renewal_due(), core::wall_time::min());
    const std::string first(cache.current(start));
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(cache.current(start + minutes(29)), first);
    EXPECT_TRUE(cache.renew(start + minutes(24)));
    EXPECT_NE(cache.current(start + minutes(29)), first);
}

TEST(token_cache, asks_for_renewal_in_time) {
    const std::pair<core::duration, core::duration> rows[] = {
        {hours(1), minutes(48)},      // 80 %
        {minutes(30), minutes(24)},   // 80 %
        {minutes(5), minutes(4)},     // both the same
        {minutes(3), minutes(2)},     // 60 s before the end
        {seconds(100), seconds(50)},  // not before half of it
        {seconds(2), seconds(1)},    {seconds(1), seconds(0)},
    };
    for (const auto& [life, due] : rows) {
        auto cache = cache_of(life);
        static_cast<void>(cache.current(start));
        EXPECT_EQ(cache.renewal_due() - start, due) << life.count();
    }
}

TEST(token_cache, never_gives_out_an_expired_token) {
    auto cache = cache_of(seconds(10));
    const std::string first(cache.current(start + milliseconds(400)));
    // The life counts from the whole second that iat says.
    EXPECT_EQ(cache.current(start + milliseconds(9'999)), first);
    EXPECT_NE(cache.current(start + seconds(10)), first);
}

TEST(token_cache, a_calendar_that_goes_back_gets_a_new_token) {
    auto cache = cache_of(minutes(30));
    const std::string first(cache.current(start));
    EXPECT_NE(cache.current(start - hours(1)), first);
    EXPECT_EQ(cache.renewal_due(), start - hours(1) + minutes(24));
}

TEST(token_cache, a_refused_token_is_signed_anew_once) {
    auto cache = cache_of(minutes(30));
    const std::string first(cache.current(start));
    cache.invalidate();
    EXPECT_EQ(cache.renewal_due(), core::wall_time::min());
    const std::string second(cache.current(start + seconds(5)));
    EXPECT_NE(second, first);
    EXPECT_EQ(cache.current(start + seconds(10)), second);
}

TEST(token_cache, a_view_outlives_one_renewal) {
    auto cache = cache_of(minutes(30));
    const auto first = cache.current(start);
    const std::string copy(first);
    ASSERT_TRUE(cache.renew(start + minutes(1)));
    EXPECT_EQ(first, copy);
}

TEST(token_cache, a_token_without_life_is_kept_for_ever) {
    auto cache = cache_of(core::duration::zero());
    const std::string first(cache.current(start));
    EXPECT_EQ(cache.renewal_due(), core::wall_time::max());
    EXPECT_EQ(cache.current(start + hours(10'000)), first);
    EXPECT_EQ(cache.current(core::wall_time()), first);
}

TEST(token_cache, costs_no_allocation) {
    auto cache = cache_of(minutes(1));
    const tests::allocation_count count;
    for (int i = 0; i < 1000; ++i)
        static_cast<void>(cache.current(start + seconds(i)));
    EXPECT_EQ(count.so_far(), 0u);
}

}  // namespace
}  // namespace tidings::codec
