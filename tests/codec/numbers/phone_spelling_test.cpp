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
        {"+1 (415) 555-0100", "+14155550100"},
        {"+1.415.555.0100", "+14155550100"},
        {"+49 151/12345678", "+4915112345678"},
        {"+49 6221/123456", "+496221123456"},
        {"  +1-415-555-0100\t", "+14155550100"},
        {"+14155550100\r\n", "+14155550100"},
        {"0091 77603 36484", "+917760336484"},
        {"00917760336484", "+917760336484"},
        {"+39 06 1234 5678", "+390612345678"},
        {"(+1) 415 555 0100", "+14155550100"},
        {"+33 (1) 23 45 67 89", "+33123456789"},
        {"+45 12-34-56-78", "+4512345678"},
        {"+43 1 5143-3000", "+43151433000"},
        {"+1\xC2\xA0"
         "415\xE2\x80\xAF"
         "555\xE2\x80\x91"
         "0100",
         "+14155550100"},
        {"\xE2\x80\xAA+14155550100\xE2\x80\xAC", "+14155550100"},
        {"\xEF\xBC\x8B\xEF\xBC\x91\xEF\xBC\x94\xEF\xBC\x91\xEF\xBC\x95"
         "5550100",
         "+14155550100"},
        {"\xE2\x80\x8B+14155550100", "+14155550100"},
        {"+\u0669\u0666\u0666\u0665\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
         "+966501234567"},
        {"+\u06F9\u06F8 \u06F9\u06F1\u06F2 \u06F3\u06F4\u06F5 \u06F6\u06F7\u06F8\u06F9",
         "+989123456789"},
        {"+\u096F\u0967 \u096F\u096E\u096D\u096C\u096B \u096A\u0969\u0968\u0967\u0966",
         "+919876543210"},
        {"+\u09EE\u09EE\u09E6 \u09E7\u09ED\u09E7\u09E8 \u09E9\u09EA\u09EB\u09EC\u09ED\u09EE",
         "+8801712345678"},
    };
    for (const auto& one : cases) {
        expect_spelling(speller, one);
        EXPECT_FALSE(speller.spell(one.text).corrected) << one.text;
    }
}

TEST(phone_spelling, understands_what_has_one_meaning_and_tells_it) {
    auto speller = speller_for("");
    const spelling_case cases[] = {
        // Trunk prefixes behind the country code.
        {"+4407911123456", "+447911123456"},
        {"+44 07911 123456", "+447911123456"},
        {"+44 (0)20 7946 0958", "+442079460958"},
        {"+44 ( 0 ) 7911 123456", "+447911123456"},
        {"0044 (0)20 7946 0958", "+442079460958"},
        {"+49 0151 12345678", "+4915112345678"},
        {"+49 (0) 151/12345678", "+4915112345678"},
        {"+7 8 912 345-67-89", "+79123456789"},
        {"+36 06 20 123 4567", "+36201234567"},
        {"+1 1 415 555 0100", "+14155550100"},
        {"+54 9 11 2345 6789", "+5491123456789"},
        {"+54 11 15 2345 6789", "+5491123456789"},
        {"+55 0 15 11 98765-4321", "+5511987654321"},
        // No trunk prefix in the country, and still people write one.
        {"+45 (0) 12 34 56 78", "+4512345678"},
        {"+39 (0) 347 123 4567", "+393471234567"},
        // As the numbers were before their plans changed.
        {"+5215512345678", "+525512345678"},
        {"+52 1 55 1234 5678", "+525512345678"},
        {"+52 044 55 1234 5678", "+525512345678"},
        {"+52 01 55 1234 5678", "+525512345678"},
        {"+229 97 12 34 56", "+2290197123456"},
        {"+22921123456", "+2290121123456"},
        {"+24106031234", "+24166031234"},
        {"+2416031234", "+24166031234"},
        {"+241 07 41 23 45", "+24177412345"},
        {"+24104123456", "+24174123456"},
        // What programs put around numbers.
        {"tel:+1-201-555-0123", "+12015550123"},
        {"TEL: +12015550123", "+12015550123"},
        {"tel:201-555-0123;phone-context=+1", "+12015550123"},
        {"tel:+12015550123;phone-context=example.com", "+12015550123"},
        {"tel:%2B1%20201%20555%200123", "+12015550123"},
        {"tel://+12015550123", "+12015550123"},
        {"sms:+12015550123?body=Hi%204", "+12015550123"},
        {"smsto:+12015550123", "+12015550123"},
        {"callto:+12015550123", "+12015550123"},
        {"whatsapp:+14155238886", "+14155238886"},
        {"=\"+14155550100\"", "+14155550100"},
        {"=+14155550100", "+14155550100"},
        {"=\"tel:+14155550100\"", "+14155550100"},
        {"'+14155550100", "+14155550100"},
        {"\"+14155550100\"", "+14155550100"},
        {"+14155550100.0", "+14155550100"},
        {"+14155550100,00", "+14155550100"},
    };
    for (const auto& one : cases) {
        // "+54 9 ..." is as it should be, and here to show what the next one becomes.
        const bool as_it_is = one.text == "+54 9 11 2345 6789";
        expect_spelling(speller, one);
        EXPECT_EQ(speller.spell(one.text).corrected, !as_it_is) << one.text;
    }
    // Italy's zero is the number's own.
    expect_spelling(speller, {"+39 (0)6 1234 5678", "+390612345678"});
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
        {"+12", "", why::too_short_there},
        {"+22", "", why::too_short_there},
        {"+1234567890123456", "", why::too_long_there},
        {"+123456789012345678901", "", why::too_many_digits},
        {"+0123456789", "", why::leading_zero},
        {"000123456", "", why::leading_zero},
        {"+4400008000074", "", why::wrong_length_there},  // what is left would be read once more
        {"+999123", "", why::too_short_there},
        {"+9991234567890123", "", why::too_long_there},
        {"+1-800-FLOWERS", "", why::letter},
        {"n/a", "", why::letter},
        {"NULL", "", why::letter},
        {"+1 415 555 0100 (home)", "", why::letter},
        {"+1415*5550100", "", why::stray_character},
        {"-14155550100", "", why::stray_character},
        {std::string("+1415\0005550100", 12), "", why::control_character},
        {"+1415\xFF"
         "5550100",
         "", why::broken_utf8},
        {"+1415\xC3", "", why::broken_utf8},
        {"\xE2\x85\xA0\xE2\x85\xA1\xE2\x85\xA2", "", why::stray_character},
        {"+1 415 555?0100", "", why::lost_character},
        {"9.19877E+11", "", why::scientific_notation},
        {"9,19877e+11", "", why::scientific_notation},
        {"+9.19877E11", "", why::scientific_notation},
        {"919877654321.5", "", why::decimal_number},
        {"14155550100.", "", why::decimal_number},
        {"=cmd|' /C calc'!A0", "", why::stray_character},
        {"4155550100", "", why::no_country},
        {"447700900104.0", "", why::no_country},
        {"0151 1234567", "", why::no_country},
        {"9(0)", "", why::extension},
        {"9(0) 415 .19E+11", "", why::letter},
        {std::string(200, '1'), "", why::too_many_digits},
    };
    for (const auto& one : cases)
        expect_spelling(speller, one);
}

// Run together, the digits of two numbers are a third person's.
TEST(phone_spelling, never_runs_two_numbers_or_an_extension_together) {
    auto speller = speller_for("");
    const spelling_case cases[] = {
        {"+14155550100+14155550101", "", why::several_numbers},
        {"+14155550100/+14155550101", "", why::several_numbers},
        {"++14155550100", "", why::several_numbers},
        {"+14155550100, +14155550101", "", why::several_numbers},
        {"+14155550100;4155550101", "", why::several_numbers},
        {"+14155550100 or 4155550101", "", why::several_numbers},
        {"+14155550100 & 4155550101", "", why::several_numbers},
        {"+14155550100\n+14155550101", "", why::several_numbers},
        {"+687 751234\r761234", "", why::several_numbers},
        {"+1415,5550100", "", why::several_numbers},
        {"tel:+14155550100;4155550101", "", why::several_numbers},
        {"+687 751234 / 761234", "", why::several_numbers},
        {"+49 30 901820/57", "", why::several_numbers},
        {"+41 44 268 12 34 / 35", "", why::several_numbers},
        {"+32 2 555 12 12/13", "", why::several_numbers},
        {"+298 211234 215678", "", why::too_long_there},
        {"+43 1 51433-0", "", why::extension},
        {"+1 (669) 342-2058 (2)", "", why::extension},
        {"+49 171 1234567 (2)", "", why::extension},
        {"+1 669 342 2059 123", "", why::too_long_there},
        {"+14155550100 x12", "", why::extension},
        {"+14155550100 ext. 12", "", why::extension},
        {"+14155550100#12", "", why::extension},
        {"tel:+14155550100;ext=12", "", why::extension},
        {"+49 171 1234567 12", "", why::extension},
    };
    for (const auto& one : cases)
        expect_spelling(speller, one);
}

TEST(phone_spelling, refuses_nobody_for_being_newer_than_the_plan) {
    auto speller = speller_for("US");
    for (const char* text : {"(999) 555-2368", "+19995552368", "+444234567890",
                             // Country codes that nobody has.
                             "+2101234567", "+999 123 456 789", "+9991234567"}) {
        const auto got = speller.spell(text);
        EXPECT_TRUE(got) << text;
        EXPECT_FALSE(got.known) << text;
        EXPECT_EQ(got.type, number_type::unknown);
    }
    // Newer than libphonenumber 8.12.57 of Debian 12.
    for (const char* text : {"(235) 555-2368", "(227) 555-2368", "+16865552368", "+16716322368",
                             "+22507004123456", "+905012345678", "+68673012345"})
        EXPECT_TRUE(speller.spell(text).known) << text;
}

TEST(phone_spelling, tells_types_and_regions) {
    auto speller = speller_for("");
    struct known_number {
        const char* text;
        const char* region;
        number_type type;
    };
    const known_number cases[] = {
        {"+14155550100", "US", number_type::fixed_or_mobile},
        {"+14165550100", "CA", number_type::fixed_or_mobile},
        {"+447911123456", "GG", number_type::mobile},
        {"+447400123456", "GB", number_type::mobile},
        {"+442079460958", "GB", number_type::fixed},
        {"+18005550100", "US", number_type::toll_free},
        {"+19005550100", "US", number_type::premium},
        {"+448081570000", "GB", number_type::toll_free},
        {"+33810123456", "FR", number_type::shared_cost},
        {"+88213000000", "001", number_type::voip},
    };
    for (const auto& one : cases) {
        const auto got = speller.spell(one.text);
        ASSERT_TRUE(got) << one.text;
        EXPECT_EQ(name_of(got.type), name_of(one.type)) << one.text;
        EXPECT_EQ(speller.plan().regions()[got.region].id, one.region) << one.text;
    }
}

TEST(phone_spelling, knows_near_duplicates) {
    auto speller = speller_for("");
    const auto near = [&](const char* text) { return speller.spell(text).near_duplicate().text(); };
    EXPECT_EQ(near("+5491123456789"), "+541123456789");
    EXPECT_EQ(near("+541123456789"), "+5491123456789");
    EXPECT_EQ(near("+5511987654321"), "+551187654321");
    EXPECT_EQ(near("+551187654321"), "+5511987654321");
    EXPECT_EQ(near("+14155550100"), "");
}

TEST(phone_spelling, reads_national_form_with_a_default_region) {
    const spelling_case american[] = {
        {"(415) 555-0100", "+14155550100"},
        {"4155550100", "+14155550100"},
        {"4155550100.0", "+14155550100"},
        {"1-415-555-0100", "+14155550100"},
        {"011 44 20 7946 0958", "+442079460958"},
        {"+44 20 7946 0958", "+442079460958"},
        {"0044 20 7946 0958", "+442079460958"},
        {"tel:415-555-0100", "+14155550100"},
        {"555-0100", "", why::too_short_there},
        {"123", "", why::too_short_there},
        {"447911123456", "", why::too_long_there},
        {"999999999999999999999", "", why::too_many_digits},
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
    auto de = speller_for("DE");
    expect_spelling(de, {"0151/12345678", "+4915112345678"});
    expect_spelling(de, {"030/901820", "+4930901820"});
    expect_spelling(de, {"030 901820/57", "", why::several_numbers});
    auto br = speller_for("BR");
    expect_spelling(br, {"00 15 1 415 555 0100", "+14155550100"});
    expect_spelling(br, {"00 1 415 555 0100", "+14155550100"});
    auto bj = speller_for("BJ");
    expect_spelling(bj, {"97 12 34 56", "+2290197123456"});
    EXPECT_EQ(us.default_region(), "US");
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
    std::set<std::string_view> texts;
    for (std::size_t i = 0; i < invalid_reason_count; ++i)
        texts.insert(phone_speller::text_of(static_cast<why>(i)));
    EXPECT_EQ(texts.size(), invalid_reason_count);
}

}  // namespace
}  // namespace tidings::codec
