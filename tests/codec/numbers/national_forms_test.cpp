// National forms, held against libphonenumber itself: every region, numbers of every kind and
// numbers that are none.
#include "codec/numbers/national_forms.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

namespace tidings::codec {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const PhoneNumberUtil& library() {
    return *PhoneNumberUtil::GetInstance();
}

std::optional<core::phone_number> as_the_library_does(const std::string& digits,
                                                      const std::string& region) {
    PhoneNumber parsed;
    if (library().Parse(digits, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !library().IsValidNumber(parsed))
        return std::nullopt;
    std::string e164;
    library().Format(parsed, PhoneNumberUtil::E164, &e164);
    return core::phone_number::from_e164(e164);
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

void hold_against_the_library(const std::string& region, int numbers) {
    national_forms forms(region);
    dialler from(region);
    for (int i = 0; i < numbers; ++i) {
        const auto digits = from.any();
        for (const auto& one : {digits, from.sibling(digits), from.sibling(digits)})
            ASSERT_EQ(forms.read(one), as_the_library_does(one, region))
                << one << " in " << region << ", number " << i;
    }
}

TEST(national_forms, are_what_the_library_says_in_every_region) {
    for (const auto& region : all_regions())
        hold_against_the_library(region, 40);
}

TEST(national_forms, are_what_the_library_says_of_many_numbers) {
    for (const char* region : {"US", "CA", "JM", "GB", "JE", "DE", "IT", "FR", "IN", "BR",
                               "AR", "MX", "RU", "KZ", "CN", "JP", "AU", "ID", "NG", "ZA"})
        hold_against_the_library(region, 1500);
}

// A list of a million rows must not ask a million times, nor may what is kept grow with it.
TEST(national_forms, ask_the_library_once_for_numbers_that_are_alike) {
    national_forms forms("US");
    for (int i = 0; i < 10'000; ++i)
        ASSERT_TRUE(forms.read("415555" + std::to_string(10'000 + i).substr(1)));
    EXPECT_EQ(forms.asked(), 1U);
    ASSERT_TRUE(forms.read("14155550100"));
    ASSERT_TRUE(forms.read("2125550100"));
    EXPECT_EQ(forms.asked(), 3U);
}

TEST(national_forms, learn_where_many_people_live) {
    for (const char* region : {"US", "GB", "DE", "FR", "IN", "BR", "IT", "JP", "ID", "NG"}) {
        national_forms forms(region);
        PhoneNumber example;
        std::string own;
        ASSERT_TRUE(library().GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &example));
        library().GetNationalSignificantNumber(example, &own);
        for (int i = 0; i < 1000; ++i) {
            own.replace(own.size() - 3, 3, std::to_string(1000 + i).substr(1));
            ASSERT_EQ(forms.read(own), as_the_library_does(own, region)) << own;
        }
        EXPECT_LE(forms.asked(), 10U) << region;
    }
}

}  // namespace
}  // namespace tidings::codec
