#include "codec/text/units.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

// A failure quotes the value and shows a right one.
template <class T>
void expect_refused(const core::result<T>& read, const std::string& value,
                    const std::string& example) {
    ASSERT_TRUE(read.has_error()) << value;
    EXPECT_EQ(read.error().kind, core::trouble::configuration);
    EXPECT_THAT(read.error().text, AllOf(HasSubstr("\"" + value + "\""), HasSubstr(example)));
}

TEST(units, shares_of_people_and_values_of_columns) {
    using core::people_share;
    EXPECT_EQ(people_share_from("").value(), people_share{});
    for (const auto& [text, millionths] : {std::pair{"5%", 50'000U},
                                           {"0.5%", 5'000U},
                                           {"100%", 1'000'000U},
                                           {"0.0001%", 1U},
                                           {"12.25%", 122'500U}}) {
        EXPECT_EQ(people_share_from(text).value(), people_share{millionths}) << text;
        EXPECT_EQ(core::spelled(people_share{millionths}), text);
    }
    for (const auto* wrong : {"5", "%", "5.%", "0.00001%", "5 %", "-5%", "5%%", "x"})
        expect_refused(people_share_from(wrong), wrong, "\"5%\"");
    for (const auto* wrong : {"0%", "100.1%", "101%", "0.0%"})
        expect_refused(people_share_from(wrong), wrong, "100%");

    using core::column_value;
    EXPECT_EQ(column_value_from(" ").value(), column_value{});
    EXPECT_EQ(column_value_from("state = TX").value(), (column_value{"state", "TX"}));
    EXPECT_EQ(column_value_from("state=TX").value(), (column_value{"state", "TX"}));
    EXPECT_EQ(column_value_from("Home State = New York").value(),
              (column_value{"Home State", "New York"}));
    EXPECT_EQ(column_value_from("a = 'b'").value(), (column_value{"a", "b"}));
    EXPECT_EQ(column_value_from("a = \" b = c\"").value(), (column_value{"a", " b = c"}));
    EXPECT_EQ(column_value_from("a =").value(), (column_value{"a", ""}));
    EXPECT_EQ(core::spelled(column_value{"state", "TX"}), "state = TX");
    for (const auto* wrong : {"state", "= TX", "a != b", "a == b", "a >= 1"})
        expect_refused(column_value_from(wrong), wrong, "\"column = value\"");
}

TEST(units, durations) {
    EXPECT_EQ(duration_from("90s").value(), 90s);
    EXPECT_EQ(duration_from("30m").value(), 30min);
    EXPECT_EQ(duration_from("1h30m").value(), 90min);
    EXPECT_EQ(duration_from("2d").value(), 48h);
    EXPECT_EQ(duration_from("250ms").value(), 250ms);
    EXPECT_EQ(duration_from("1s5us").value(), 1s + 5us);
    EXPECT_EQ(duration_from("0s").value(), 0s);
    EXPECT_EQ(duration_from("3650d").value(), 24h * 3650);
}

TEST(units, durations_refused) {
    for (const char* wrong : {"", "90", "s", "90 s", " 90s", "90s ", "-90s", "+90s", "1.5h",
                              "90sec", "30m1h", "1h1h", "1H", "1e3s", "99999999999999999999s"})
        expect_refused(duration_from(wrong), wrong, "\"1h30m\"");
    expect_refused(duration_from("3650d1ns"), "3650d1ns", "3650d");
    expect_refused(duration_from("999999999999d"), "999999999999d", "3650d");
}

TEST(units, limits) {
    EXPECT_EQ(rate_limit_from("600/60s").value(), (core::rate_limit{600, 60s}));
    EXPECT_EQ(rate_limit_from("18000/1h").value(), (core::rate_limit{18'000, 1h}));
    EXPECT_EQ(rate_limit_from("5/s").value(), (core::rate_limit{5, 1s}));
    EXPECT_EQ(rate_limit_from("60/m").value(), (core::rate_limit{60, 1min}));
    EXPECT_EQ(rate_limit_from("1/1ms").value(), (core::rate_limit{1, 1ms}));
    EXPECT_EQ(rate_limit_from("1000000000/31d").value(), (core::rate_limit{1'000'000'000, 744h}));
}

TEST(units, limits_refused) {
    for (const char* wrong :
         {"", "600", "600/", "/60s", "600/60", "600 / 60s", "600/60s/60s", "six/60s", "0/60s",
          "1000000001/1h", "1/0s", "1/999us", "1/32d", "-1/1s", "5/", "5/x"})
        expect_refused(rate_limit_from(wrong), wrong, "600/60s");
}

// What is written is read back as the same, for any span and limit.
TEST(units, reads_back_what_is_spelled) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 2'000; ++i) {
        const core::duration span(
            static_cast<std::int64_t>((random() % (std::uint64_t{1} << (1 + random() % 57))) + 1));
        if (span <= 24h * 3650) {
            EXPECT_EQ(duration_from(core::spelled(span)).value(), span);
        }
        const core::rate_limit limit{static_cast<std::uint32_t>(1 + random() % 1'000'000'000),
                                     1ms + 1ms * (random() % 2'000'000'000)};
        EXPECT_EQ(rate_limit_from(core::spelled(limit)).value(), limit);
        const std::uint64_t bytes = random() >> (5 + random() % 59);
        EXPECT_EQ(byte_size_from(core::spelled_bytes(bytes)).value(), bytes);
    }
}

TEST(units, ranges) {
    EXPECT_EQ(duration_range_from("1s..60s").value(), (duration_range{1s, 60s}));
    EXPECT_EQ(duration_range_from("0s..0s").value(), (duration_range{0s, 0s}));
    for (const char* wrong : {"", "1s", "1s..", "..1s", "60s..1s", "1s...2s", "1s-2s"})
        expect_refused(duration_range_from(wrong), wrong, "1s..60s");
}

TEST(units, sizes) {
    EXPECT_EQ(byte_size_from("64MiB").value(), std::uint64_t{64} << 20);
    EXPECT_EQ(byte_size_from("500kB").value(), 500'000U);
    EXPECT_EQ(byte_size_from("0B").value(), 0U);
    for (const char* wrong : {"", "64", "MiB", "64 MiB", "64mb", "64MiBs"})
        expect_refused(byte_size_from(wrong), wrong, "64MiB");
    expect_refused(byte_size_from("9999999999GiB"), "9999999999GiB", "1073741824GiB");
}

TEST(units, shares) {
    EXPECT_EQ(share_of_last_from("20%/500").value(), (share_of_last{20, 500}));
    EXPECT_EQ(spelled(share_of_last{20, 500}), "20%/500");
    for (const char* wrong :
         {"", "20", "20%", "20/500", "0%/5", "101%/5", "5%/0", "5%/1000001", "20%/500x"})
        expect_refused(share_of_last_from(wrong), wrong, "20%/500");
}

TEST(units, spans_of_the_day) {
    EXPECT_EQ(day_span_from("21:00-08:00").value(), (day_span{21 * 60, 8 * 60}));
    EXPECT_EQ(spelled(day_span{21 * 60, 8 * 60 + 5}), "21:00-08:05");
    for (const char* wrong : {"", "21-8", "21:00", "21:00-24:00", "21:60-08:00", "9:00-10:00",
                              "08:00-08:00", "21:00-08:00 "})
        expect_refused(day_span_from(wrong), wrong, "21:00-08:00");
}

TEST(units, moments) {
    const auto nine = wall_time_from("2026-11-23T09:00:00+01:00").value();
    EXPECT_EQ(core::spelled(nine), "2026-11-23T08:00:00.000000Z");
    EXPECT_EQ(wall_time_from("2026-11-23T08:00:00Z").value(), nine);
    EXPECT_EQ(wall_time_from("2026-11-23 08:00:00.5z").value(), nine + 500ms);
    EXPECT_EQ(wall_time_from("2026-11-23T00:00:00-08:00").value(), nine);
    for (const char* wrong :
         {"", "2026-11-23", "2026-11-23T09:00:00", "2026-02-30T09:00:00Z", "2026-13-01T09:00:00Z",
          "2026-11-23T24:00:00Z", "1999-11-23T09:00:00Z", "2026-11-23T09:00:60Z",
          "2026-11-23T09:00:00.1234567Z", "2026-11-23T09:00:00.Z", "2026-11-23T09:00:00Zx"})
        expect_refused(wall_time_from(wrong), wrong, "RFC 3339");
}

TEST(units, counts) {
    EXPECT_EQ(count_from("1000").value(), 1'000U);
    for (const char* wrong : {"", "1,000", "-1", "1k", "99999999999999999999"})
        expect_refused(count_from(wrong), wrong, "1000");
}

TEST(units, a_hostile_value_is_quoted_safely) {
    const auto read = duration_from("\x1b[2J\n" + std::string(5'000, 'x'));
    EXPECT_EQ(read.error().text.find('\x1b'), std::string::npos);
    EXPECT_EQ(read.error().text.find('\n'), std::string::npos);
    EXPECT_LT(read.error().text.size(), 200U);
}

}  // namespace
}  // namespace tidings::codec
