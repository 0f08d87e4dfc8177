#include "codec/messages/retry_after.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr core::wall_time now = core::wall_time(seconds(784111777));

struct row {
    const char* value;
    std::optional<core::duration> wait;
};

TEST(retry_after, reads_seconds_and_dates_and_nothing_else) {
    const row rows[] = {
        {"0", seconds(0)},
        {"1", seconds(1)},
        {" 120\t", seconds(120)},
        {"007", seconds(7)},
        {"86400", hours(24)},
        {"86401", hours(24)},
        {"9223372036854775807", hours(24)},
        {"99999999999999999999999999", hours(24)},
        {"", std::nullopt},
        {"  ", std::nullopt},
        {"-1", std::nullopt},
        {"+5", std::nullopt},
        {"1.5", std::nullopt},
        {"1e3", std::nullopt},
        {"10 s", std::nullopt},
        {"soon", std::nullopt},
        {"0x10", std::nullopt},
        // The fixed form.
        {"Sun, 06 Nov 1994 08:49:37 GMT", seconds(0)},
        {"Sun, 06 Nov 1994 08:50:37 GMT", minutes(1)},
        {"Sun, 06 Nov 1994 08:49:00 GMT", seconds(0)},
        {"Sun, 06 Nov 1994 08:49:60 GMT", seconds(23)},
        {"Mon, 07 Nov 1994 08:49:37 GMT", hours(24)},
        {"Tue, 08 Nov 1994 08:49:37 GMT", hours(24)},
        {"Fri, 31 Dec 9999 23:59:59 GMT", hours(24)},
        {"Thu, 01 Jan 1970 00:00:00 GMT", seconds(0)},
        {"Sun, 06 Nov 1994 08:49:37", std::nullopt},
        {"Sun, 06 Nov 1994 08:49:37 CET", std::nullopt},
        {"Sun, 6 Nov 1994 08:49:37 GMT", std::nullopt},
        {"Sun, 31 Nov 1994 08:49:37 GMT", std::nullopt},
        {"Sun, 06 Nov 1994 24:49:37 GMT", std::nullopt},
        {"Sun, 06 Nov 1994 08:60:37 GMT", std::nullopt},
        {"Sun, 06 Nov 1994 08:49:-1 GMT", std::nullopt},
        {"Sun, 06 Nov 1994 08:49:37 GMT, 12", std::nullopt},
        {"Sun, 06 Nvo 1994 08:49:37 GMT", std::nullopt},
        // The two that RFC 9110 still asks recipients to read.
        {"Sunday, 06-Nov-94 09:49:37 GMT", hours(1)},
        {"Sunday, 06-Nov-93 09:49:37 GMT", seconds(0)},
        {"Sunday, 06-Nov-45 09:49:37 GMT", seconds(0)},  // 1945, for 2045 is 51 years ahead
        {"Sun Nov  6 10:49:37 1994", hours(2)},
        {"Sun Nov 16 10:49:37 1994", hours(24)},
        {"Sun Nov 6 10:49:37 1994", std::nullopt},
    };
    for (const auto& one : rows)
        EXPECT_EQ(read_retry_after(one.value, now), one.wait) << one.value;
}

TEST(retry_after, a_date_keeps_the_part_of_a_second_that_now_has) {
    const auto wait =
        read_retry_after("Sun, 06 Nov 1994 08:49:39 GMT", now + std::chrono::microseconds(250'000));
    EXPECT_EQ(wait, std::chrono::milliseconds(1750));
}

TEST(retry_after, every_cut_of_a_date_is_absent) {
    const std::string date = "Sun, 06 Nov 1994 08:50:37 GMT";
    for (std::size_t size = 0; size < date.size(); ++size)
        EXPECT_EQ(read_retry_after(date.substr(0, size), now), std::nullopt) << size;
}

}  // namespace
}  // namespace tidings::codec
