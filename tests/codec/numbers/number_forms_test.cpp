// Forms of numbers, held against libphonenumber itself with the library's own plan: every region,
// numbers of every kind and numbers that are none.
#include "codec/numbers/number_forms.hpp"

#include "support/library_plan.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using support::library_plan;
using support::read_by_library;

const PhoneNumberUtil& library() {
    return support::phone_library();
}

// The length by itself, as the library tells it of a number that it could read.
number_fit length_fit(PhoneNumberUtil::ValidationResult length) {
    switch (length) {
        case PhoneNumberUtil::IS_POSSIBLE: return number_fit::possible;
        case PhoneNumberUtil::TOO_LONG: return number_fit::too_long;
        case PhoneNumberUtil::INVALID_LENGTH: return number_fit::wrong_length;
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
        case PhoneNumberUtil::TOO_SHORT: return number_fit::too_short;
        case PhoneNumberUtil::INVALID_COUNTRY_CODE: break;
    }
    return number_fit::wrong_length;
}

void expect_the_same(const read_form& form, const support::library_reading& said) {
    // What the library cannot read it gives no length of.
    // E.164 ends at fifteen digits, the library does not.
    const bool too_long = said.e164.size() > core::phone_number::text_max;
    if (said.e164.empty() || too_long) {
        EXPECT_FALSE(fits(form.fit));
        return;
    }
    EXPECT_EQ(form.fit, said.known ? number_fit::known : length_fit(said.length));
    if (!fits(form.fit)) return;
    EXPECT_EQ(form.number.text(), said.e164);
    EXPECT_EQ(form.type, said.type);
    if (!said.known) return;
    ASSERT_LT(form.region, library_plan().regions().size());
    EXPECT_EQ(library_plan().regions()[form.region].id, said.region);
}

class dialler {
  public:
    explicit dialler(std::string region) : region_(std::move(region)) {
        for (int type = 0; type <= PhoneNumberUtil::VOICEMAIL; ++type) {
            PhoneNumber example;
            if (!library().GetExampleNumberForType(
                    region_, static_cast<PhoneNumberUtil::PhoneNumberType>(type), &example))
                continue;
            std::string own;
            library().GetNationalSignificantNumber(example, &own);
            examples_.push_back(own);
        }
        code_ = std::to_string(library().GetCountryCodeForRegion(region_));
        library().GetNddPrefixForRegion(region_, true, &trunk_);
    }

    // A real number with some digits changed, from the back mostly, and what people put before it.
    std::string any() {
        std::string number = one_of(examples_);
        const auto changes = below(number.size() + 1);
        for (std::size_t i = 0; i < changes; ++i) {
            const auto back = std::min(below(number.size()), below(number.size()));
            number[number.size() - 1 - back] = digit();
        }
        switch (below(12)) {
            case 0: number += digit(); break;
            case 1: number.pop_back(); break;
            case 2:
                for (auto& c : number)
                    c = digit();
                break;
            default: break;
        }
        switch (below(10)) {
            case 0:
            case 1:
            case 2: return trunk_ + number;
            case 3: return code_ + number;
            case 4: return code_ + trunk_ + number;
            case 5: return "00" + code_ + number;
            case 6: return digit() + number;
            default: return number;
        }
    }

    // One that begins alike: what was learned of the first is said of this one.
    std::string sibling(std::string number) {
        const auto changed = 1 + below(std::min<std::size_t>(6, number.size()));
        for (std::size_t i = 0; i < changed; ++i)
            number[number.size() - 1 - i] = digit();
        return number;
    }

  private:
    std::size_t below(std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
    }
    char digit() { return static_cast<char>('0' + below(10)); }
    const std::string& one_of(const std::vector<std::string>& from) {
        return from[below(from.size())];
    }

    std::string region_;
    std::string code_;
    std::string trunk_;
    std::vector<std::string> examples_;
    std::mt19937 random_{17};
};

std::vector<std::string> all_regions() {
    std::set<std::string> known;
    library().GetSupportedRegions(&known);
    return {known.begin(), known.end()};
}

// What is dialled within a region. What goes abroad has another country's rules.
void hold_against_the_library(const std::string& region, int numbers) {
    number_forms forms(library_plan(), *library_plan().region(region));
    dialler from(region);
    for (int i = 0; i < numbers; ++i) {
        const auto digits = from.any();
        for (const auto& one : {digits, from.sibling(digits), from.sibling(digits)}) {
            SCOPED_TRACE(one + " in " + region + ", number " + std::to_string(i));
            const auto form = forms.read(one);
            if (form.fit != number_fit::abroad) expect_the_same(form, read_by_library(one, region));
            if (testing::Test::HasFailure()) return;
        }
    }
}

// What stands behind the country code.
void hold_abroad_against_the_library(const std::string& region, int numbers) {
    const auto code = library_plan().region(region)->code;
    number_forms forms(library_plan(), code);
    dialler from(region);
    for (int i = 0; i < numbers; ++i) {
        const auto digits = from.any();
        for (const auto& one : {digits, from.sibling(digits), from.sibling(digits)}) {
            const std::string text = "+" + std::to_string(code) + one;
            SCOPED_TRACE(text + ", number " + std::to_string(i));
            expect_the_same(forms.read(one), read_by_library(text, "ZZ"));
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(number_forms, are_what_the_library_says_in_every_region) {
    for (const auto& region : all_regions()) {
        hold_against_the_library(region, 40);
        hold_abroad_against_the_library(region, 40);
    }
}

TEST(number_forms, are_what_the_library_says_of_many_numbers) {
    for (const char* region : {"US", "CA", "JM", "GB", "JE", "DE", "IT", "FR", "IN", "BR",
                               "AR", "MX", "RU", "KZ", "CN", "JP", "AU", "ID", "NG", "ZA"}) {
        hold_against_the_library(region, 500);
        hold_abroad_against_the_library(region, 500);
    }
}

// Country codes that belong to no country: satellites, freephone.
TEST(number_forms, are_what_the_library_says_of_no_country) {
    std::mt19937 random(17);
    for (const auto& region : library_plan().regions()) {
        if (region.id != "001") continue;
        number_forms forms(library_plan(), region.code);
        for (int i = 0; i < 500; ++i) {
            std::string digits;
            for (auto left = 6 + random() % 8; left > 0; --left)
                digits += static_cast<char>('0' + random() % 10);
            const std::string text = "+" + std::to_string(region.code) + digits;
            SCOPED_TRACE(text);
            expect_the_same(forms.read(digits), read_by_library(text, "ZZ"));
        }
    }
}

// A list of a million rows must not ask a million times, nor may what is kept grow with it.
TEST(number_forms, ask_the_rules_once_for_numbers_that_are_alike) {
    number_forms forms(library_plan(), *library_plan().region("US"));
    for (int i = 0; i < 10'000; ++i)
        ASSERT_EQ(forms.read("415555" + std::to_string(10'000 + i).substr(1)).fit,
                  number_fit::known);
    EXPECT_EQ(forms.asked(), 1U);
    ASSERT_EQ(forms.read("14155550100").fit, number_fit::known);
    ASSERT_EQ(forms.read("2125550100").fit, number_fit::known);
    EXPECT_EQ(forms.asked(), 3U);
}

TEST(number_forms, learn_where_many_people_live) {
    for (const char* region : {"US", "GB", "DE", "FR", "IN", "BR", "IT", "JP", "ID", "NG", "AR"}) {
        number_forms dialled(library_plan(), *library_plan().region(region));
        number_forms abroad(library_plan(), library_plan().region(region)->code);
        PhoneNumber example;
        std::string own;
        ASSERT_TRUE(library().GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &example));
        library().GetNationalSignificantNumber(example, &own);
        for (int i = 0; i < 1000; ++i) {
            own.replace(own.size() - 3, 3, std::to_string(1000 + i).substr(1));
            expect_the_same(dialled.read(own), read_by_library(own, region));
            expect_the_same(abroad.read(own), read_by_library(own, region));
        }
        EXPECT_LE(dialled.asked(), 10U) << region;
        EXPECT_LE(abroad.asked(), 10U) << region;
    }
}

}  // namespace
}  // namespace tidings::codec
