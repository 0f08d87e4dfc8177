#include "codec/records/outcome_line.hpp"

#include "codec/records/journal_record.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using core::outcome;
using core::settlement;

const std::vector<lane_identity> lanes = {
    {"+16693422058", "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"}, {"+16693422059", "st-2"}};

// 2026-11-23T08:00:00.123456Z
const core::wall_time moment{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                             std::chrono::hours(8) + std::chrono::microseconds(123'456)};

settlement accepted() {
    settlement one;
    one.row = 17;
    one.to = core::phone_number::from_digits(917'760'336'484);
    one.lane = 0;
    one.what = outcome::accepted;
    one.status = 200;
    one.attempts = 1;
    one.latency_us = 43'100;
    one.at = moment;
    return one;
}

std::string line_of(const settlement& one, std::string_view detail = {},
                    number_style style = number_style::full, std::string_view run = "november") {
    std::string out;
    outcome_line(run, lanes, style).append(out, one, detail);
    return out;
}

TEST(outcome_line, is_spelled_as_the_design_says) {
    EXPECT_EQ(line_of(accepted()),
              R"({"ts":"2026-11-23T08:00:00.123456Z","run":"november","row":17,)"
              R"("to":"+917760336484","from":"+16693422058",)"
              R"("bot":"st-26d52ba6-7a77-56b2-be4e-a8db1da7e440","outcome":"accepted",)"
              R"("status":200,"attempts":1,"latency_ms":43.1,"detail":""})"
              "\n");
}

TEST(outcome_line, a_row_without_number_and_lane_has_empty_ones) {
    settlement one = accepted();
    one.to = {};
    one.lane = core::lane_none;
    one.what = outcome::invalid;
    one.status = one.attempts = 0;
    one.latency_us = 0;
    EXPECT_EQ(line_of(one, "no digits"),
              R"({"ts":"2026-11-23T08:00:00.123456Z","run":"november","row":17,"to":"","from":"",)"
              R"("bot":"","outcome":"invalid","status":0,"attempts":0,"latency_ms":0.0,)"
              R"("detail":"no digits"})"
              "\n");
}

TEST(outcome_line, latency_has_the_decimals_it_needs) {
    const std::pair<std::uint32_t, const char*> table[] = {
        {0, "0.0"},    {1, "0.001"},       {10, "0.01"},     {999, "0.999"},
        {1000, "1.0"}, {12'345, "12.345"}, {43'100, "43.1"}, {4'294'967'295, "4294967.295"}};
    for (const auto& [micros, text] : table) {
        settlement one = accepted();
        one.latency_us = micros;
        EXPECT_NE(line_of(one).find("\"latency_ms\":" + std::string(text) + ",\"detail\""),
                  std::string::npos)
            << text;
    }
}

TEST(outcome_line, numbers_are_masked_on_demand) {
    const std::pair<std::uint64_t, const char*> table[] = {{917'760'336'484, "+9177******84"},
                                                           {123'456'789, "+1234***89"},
                                                           {12'345'678, "+1*******"},
                                                           {12, "+1*"}};
    for (const auto& [digits, text] : table) {
        char out[core::phone_number::text_max];
        const char* const end =
            write_number(out, core::phone_number::from_digits(digits), number_style::masked);
        EXPECT_EQ(std::string(out, static_cast<std::size_t>(end - out)), text);
    }
    char out[core::phone_number::text_max];
    EXPECT_EQ(write_number(out, {}, number_style::masked), out);
    EXPECT_NE(line_of(accepted(), {}, number_style::masked).find("\"+9177******84\""),
              std::string::npos);
    EXPECT_NE(line_of(accepted(), "no flow for 917760336484", number_style::masked)
                  .find("\"no flow for 9177******84\""),
              std::string::npos);
    EXPECT_NE(line_of(accepted(), "no flow for 917760336484").find("917760336484"),
              std::string::npos);
}

TEST(outcome_line, times_before_1970_and_at_the_end_of_a_day_are_right) {
    const auto text = [](core::wall_time at) {
        char out[27];
        return std::string(out, write_timestamp(out, at));
    };
    EXPECT_EQ(text(core::wall_time{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(text(core::wall_time(std::chrono::microseconds(-1))), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(text(core::wall_time(std::chrono::seconds(951'868'799))),
              "2000-02-29T23:59:59.000000Z");
}

TEST(outcome_line, a_detail_is_escaped_and_cut) {
    const auto detail_of = [](std::string_view detail) {
        const auto line = line_of(accepted(), detail);
        const auto begin = line.find("\"detail\":\"") + 10;
        return line.substr(begin, line.size() - begin - 3);
    };
    EXPECT_EQ(detail_of("say \"no\" \\ now"), R"(say \"no\" \\ now)");
    EXPECT_EQ(detail_of(std::string_view("a\0\n\x7F", 4)), "a\\u0000\\u000a\\u007f");
    EXPECT_EQ(detail_of("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
    EXPECT_EQ(detail_of("\xC3"), "\xEF\xBF\xBD");                                  // cut sequence
    EXPECT_EQ(detail_of("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
    EXPECT_EQ(detail_of("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(detail_of(std::string(500, 'x')), std::string(detail_bytes_max, 'x'));
}

TEST(outcome_line, a_scan_reads_row_outcome_and_number) {
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        settlement one = accepted();
        one.what = static_cast<outcome>(i);
        one.row = 1ULL << (5 * i);
        auto line = line_of(one, "\"quoted\",\"row\":5", number_style::full, R"(odd","row":9)");
        line.pop_back();
        const auto seen = scan_line(line);
        ASSERT_TRUE(seen) << line;
        EXPECT_EQ(seen->row, one.row);
        EXPECT_EQ(seen->what, one.what);
        EXPECT_EQ(seen->number, "+917760336484");
    }
}

TEST(outcome_line, a_cut_or_zeroed_line_is_not_whole) {
    auto line = line_of(accepted(), "some detail");
    line.pop_back();
    ASSERT_TRUE(scan_line(line));
    for (std::size_t cut = 0; cut < line.size(); ++cut)
        EXPECT_FALSE(scan_line(std::string_view(line).substr(0, cut)));
    EXPECT_FALSE(scan_line(line + "}"));
    for (std::size_t at = 0; at < line.size(); ++at) {
        auto zeroed = line;
        zeroed[at] = '\0';
        EXPECT_FALSE(scan_line(zeroed)) << at;
    }
}

TEST(outcome_line, no_line_is_longer_than_the_limit) {
    const std::string worst(1000, '\x01');
    std::string out;
    settlement one = accepted();
    outcome_line(worst, {{worst, worst}}, number_style::full).append(out, one, worst);
    EXPECT_LE(out.size(), outcome_line::bytes_max);
    out.pop_back();
    EXPECT_TRUE(scan_line(out));
}

}  // namespace
}  // namespace tidings::codec
