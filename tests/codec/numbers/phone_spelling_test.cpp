#include "codec/numbers/phone_spelling.hpp"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using why = invalid_reason;

struct spelling_case {
    std::string text;
    std::string e164;  // empty: invalid
    why reason = why::none;
};

void expect_spelling(phone_speller& speller, const spelling_case& one) {
    const auto got = speller.spell(one.text);
    EXPECT_EQ(got.number.text(), one.e164) << "for: " << one.text;
    EXPECT_EQ(speller.text_of(got.why), speller.text_of(one.reason)) << "for: " << one.text;
}

phone_speller speller_for(std::string_view region) {
    return phone_speller::make(region).value();
}

TEST(phone_spelling, reads_exact_and_common_spellings_without_a_region) {
    auto speller = speller_for("");
    const spelling_case cases[] = {
        {"+917760336484", "+917760336484"},
        {"+12", "+12"},
        {"+123456789012345", "+123456789012345"},
        {"+1 (415) 555-0100", "+14155550100"},
        {"+1.415.555.0100", "+14155550100"},
        {"+49 151/1234567", "+491511234567"},
        {"  +1-415-555-0100\t", "+14155550100"},
        {"0091 77603 36484", "+917760336484"},
        {"00917760336484", "+917760336484"},
        {"tel:+1-201-555-0123", "+12015550123"},
        {"TEL: +12015550123", "+12015550123"},
        {"+44 (0)20 7946 0958", "+442079460958"},
        {"0044 (0)20 7946 0958", "+442079460958"},
        {"+39 (0)6 1234 5678", "+390612345678"},
        {"'+14155550100", "+14155550100"},
        {"(+1) 415 555 0100", "+14155550100"},
        {"+1\xC2\xA0"
         "415\xE2\x80\xAF"
         "555\xE2\x80\x91"
         "0100",
         "+14155550100"},
        {"\xE2\x80\xAA+14155550100\xE2\x80\xAC", "+14155550100"},
        {"\xEF\xBC\x8B\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93", "+123"},
        {"\xE2\x80\x8B+123", "+123"},
    };
    for (const auto& one : cases)
        expect_spelling(speller, one);
}

TEST(phone_spelling, refuses_everything_else_with_its_reason) {
    auto speller = speller_for("");
    const spelling_case cases[] = {
        {"", "", why::empty},
        {"   ", "", why::empty},
        {"'", "", why::empty},
        {"tel:", "", why::empty},
        {"+", "", why::too_few_digits},
        {"+1", "", why::too_few_digits},
        {"5", "", why::too_few_digits},
        {"---", "", why::stray_character},
        {"()", "", why::too_few_digits},
        {"+1234567890123456", "", why::too_many_digits},
        {"+0123456789", "", why::leading_zero},
        {"000123456", "", why::leading_zero},
        {"+1-800-FLOWERS", "", why::letter},
        {"+14155550100 x12", "", why::letter},
        {"n/a", "", why::letter},
        {"+1415*5550100", "", why::stray_character},
        {"+1415,5550100", "", why::stray_character},
        {"-14155550100", "", why::stray_character},
        {"+14155550100+14155550101", "", why::misplaced_plus},
        {"+14155550100/+14155550101", "", why::misplaced_plus},
        {"++14155550100", "", why::misplaced_plus},
        {"+1415555\r0100", "", why::control_character},
        {std::string("+1415\0005550100", 12), "", why::control_character},
        {"+1415555\n0100", "", why::control_character},
        {"+1415\xFF"
         "5550100",
         "", why::broken_utf8},
        {"+1415\xC3", "", why::broken_utf8},
        {"\xD9\xA1\xD9\xA2\xD9\xA3", "", why::stray_character},
        {"9.19877E+11", "", why::scientific_notation},
        {"9,19877e+11", "", why::scientific_notation},
        {"+9.19877E11", "", why::scientific_notation},
        {"919877654321.0", "", why::decimal_number},
        {"+14155550100.0", "", why::decimal_number},
        {"14155550100.", "", why::decimal_number},
        {"=+14155550100", "", why::stray_character},
        {"=cmd|' /C calc'!A0", "", why::stray_character},
        {"4155550100", "", why::no_country},
        {"0151 1234567", "", why::no_country},
        {"9(0)", "", why::no_country},
        {"9(0) 415 .19E+11", "", why::letter},
        {std::string(200, '1'), "", why::too_many_digits},
    };
    for (const auto& one : cases)
        expect_spelling(speller, one);
}

TEST(phone_spelling, reads_national_form_with_a_default_region) {
    const spelling_case american[] = {
        {"(415) 555-0100", "+14155550100"},
        {"4155550100", "+14155550100"},
        {"1-415-555-0100", "+14155550100"},
        {"011 44 20 7946 0958", "+442079460958"},
        {"+44 20 7946 0958", "+442079460958"},
        {"0044 20 7946 0958", "+442079460958"},
        {"555-0100", "", why::not_in_region},
        {"123", "", why::not_in_region},
        {"999999999999999999999", "", why::not_in_region},
        {"0", "", why::too_few_digits},
    };
    auto us = speller_for("US");
    for (const auto& one : american)
        expect_spelling(us, one);
    auto gb = speller_for("gb");
    expect_spelling(gb, {"020 7946 0958", "+442079460958"});
    expect_spelling(gb, {"(0)20 7946 0958", "+442079460958"});
    expect_spelling(gb, {"07400 123456", "+447400123456"});
    auto it = speller_for("IT");
    expect_spelling(it, {"06 1234 5678", "+390612345678"});
    auto in = speller_for("IN");
    expect_spelling(in, {"077603 36484", "+917760336484"});
    expect_spelling(in, {"919876543210", "+919876543210"});
}

TEST(phone_spelling, names_the_region_in_the_reason) {
    auto speller = speller_for("us");
    EXPECT_EQ(speller.default_region(), "US");
    EXPECT_EQ(speller.text_of(speller.spell("123").why), "not a valid number for US");
}

TEST(phone_spelling, an_unknown_region_fails_by_name) {
    for (const std::string region : {"XX", "USA", "\x01\x02", "+1"}) {
        const auto made = phone_speller::make(region);
        ASSERT_FALSE(made) << region;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_NE(made.error().text.find("default_region"), std::string::npos);
    }
    EXPECT_NE(phone_speller::make("USA").error().text.find("\"USA\""), std::string::npos);
    EXPECT_NE(phone_speller::make("\x01").error().text.find("\\x01"), std::string::npos);
}

TEST(phone_spelling, every_reason_has_a_text_of_its_own) {
    auto speller = speller_for("US");
    std::set<std::string_view> texts;
    for (int i = 0; i <= static_cast<int>(why::not_in_region); ++i)
        texts.insert(speller.text_of(static_cast<why>(i)));
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(why::not_in_region) + 1);
}

}  // namespace
}  // namespace tidings::codec
