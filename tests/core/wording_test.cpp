#include "core/wording.hpp"

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;

struct span_row {
    duration span;
    const char* spelled;
    const char* shown;
};

const span_row span_rows[] = {
    {0s, "0s", "0 us"},
    {1ns, "1ns", "0 us"},
    {210us, "210us", "210 us"},
    {999'499ns, "999us499ns", "999 us"},
    {999'500ns, "999us500ns", "1.0 ms"},
    {43'100us, "43ms100us", "43.1 ms"},
    {99'949us, "99ms949us", "99.9 ms"},
    {99'951us, "99ms951us", "100 ms"},
    {250ms, "250ms", "250 ms"},
    {999'600us, "999ms600us", "1.0 s"},
    {4200ms, "4s200ms", "4.2 s"},
    {9'960ms, "9s960ms", "10 s"},
    {59'400ms, "59s400ms", "59 s"},
    {59'600ms, "59s600ms", "1 m 00 s"},
    {60s, "60s", "1 m 00 s"},
    {90s, "90s", "1 m 30 s"},
    {120s, "2m", "2 m 00 s"},
    {12min + 4s, "12m4s", "12 m 04 s"},
    {30min, "30m", "30 m 00 s"},
    {1h + 30min, "1h30m", "1 h 30 m"},
    {24h, "1d", "24 h 00 m"},
    {55h + 36min, "2d7h36m", "2 d 08 h"},
    {76h, "3d4h", "3 d 04 h"},
    {-90s, "-90s", "-1 m 30 s"},
};

TEST(wording, spans) {
    for (const auto& row : span_rows) {
        EXPECT_EQ(spelled(row.span), row.spelled);
        EXPECT_EQ(shown(row.span), row.shown) << row.spelled;
    }
}

TEST(wording, the_ends_of_what_a_span_can_be) {
    EXPECT_EQ(spelled(duration::max()), "106751d23h47m16s854ms775us807ns");
    EXPECT_EQ(spelled(duration::min()), "-106751d23h47m16s854ms775us808ns");
    EXPECT_EQ(shown(duration::min()), "-292 y");
}

TEST(wording, limits) {
    EXPECT_EQ(spelled(rate_limit{600, 60s}), "600/60s");
    EXPECT_EQ(spelled(rate_limit{18'000, 1h}), "18000/1h");
    EXPECT_EQ(spelled(rate_limit{1, 1s}), "1/1s");
}

TEST(wording, sizes) {
    EXPECT_EQ(spelled_bytes(std::uint64_t{64} << 20), "64MiB");
    EXPECT_EQ(spelled_bytes(500'000), "500kB");
    EXPECT_EQ(spelled_bytes(1'500), "1500B");
    EXPECT_EQ(spelled_bytes(0), "0B");
}

TEST(wording, scopes) {
    EXPECT_EQ(in_words(scope_kind::account, "main"), "account main");
    EXPECT_EQ(in_words(scope_kind::bot, "st-1"), "bot st-1");
    EXPECT_EQ(in_words(scope_kind::sender, "+16693422058"), "sender +16693422058");
    EXPECT_EQ(in_words(scope_kind::run, "this run"), "this run");
    EXPECT_EQ(name_of(scope_kind::run), "run");
}

TEST(wording, counts) {
    EXPECT_EQ(shown_count(0), "0");
    EXPECT_EQ(shown_count(999), "999");
    EXPECT_EQ(shown_count(1'000), "1,000");
    EXPECT_EQ(shown_count(1'000'000), "1,000,000");
    EXPECT_EQ(shown_count(~std::uint64_t{0}), "18,446,744,073,709,551,615");
}

TEST(wording, shares_never_claim_all_or_nothing_falsely) {
    EXPECT_EQ(shown_share(0, 10), "0 %");
    EXPECT_EQ(shown_share(1, 1'000'000), "<0.1 %");
    EXPECT_EQ(shown_share(5, 10'000), "0.1 %");
    EXPECT_EQ(shown_share(491, 500), "98.2 %");
    EXPECT_EQ(shown_share(999'999, 1'000'000), ">99.9 %");
    EXPECT_EQ(shown_share(10, 10), "100 %");
    EXPECT_EQ(shown_share(0, 0), "0 %");
}

TEST(wording, rates) {
    EXPECT_EQ(shown_rate(0), "0/s");
    EXPECT_EQ(shown_rate(9.98), "9.98/s");
    EXPECT_EQ(shown_rate(9.996), "10.0/s");
    EXPECT_EQ(shown_rate(412.4), "412/s");
    EXPECT_EQ(shown_rate(12'400), "12,400/s");
    EXPECT_EQ(shown_rate(1e300), "many/s");
    EXPECT_EQ(shown_rate(-1), "0/s");
}

TEST(wording, moments) {
    const wall_time at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 8h + 123'456us;
    EXPECT_EQ(spelled(at), "2026-11-23T08:00:00.123456Z");
    EXPECT_EQ(spelled(wall_time(-1us)), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace tidings::core
