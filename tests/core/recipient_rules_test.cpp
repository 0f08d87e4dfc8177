#include "core/recipient_rules.hpp"

#include <array>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;

constexpr wall_time today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

TEST(recipient_rules, countries) {
    using names = std::vector<std::string_view>;
    struct row {
        std::vector<std::string> countries, not_countries;
        names of;  // the likeliest first
        std::string_view why;
    };
    const row table[] = {
        {{}, {}, {"US"}, ""},
        {{"US"}, {}, {"US"}, ""},
        {{"US"}, {}, {"CA"}, "country: CA is not in countries"},
        {{}, {"CA"}, {"CA"}, "country: CA is in not_countries"},
        {{}, {"CA"}, {"US"}, ""},
        {{"US", "CA"}, {"CA"}, {"CA"}, "country: CA is in not_countries"},
        // A number that the plan does not know: any country of its code that is asked for will do.
        {{"CA"}, {}, {"US", "CA", "JM"}, ""},
        {{"GB"}, {}, {"US", "CA"}, "country: US is not in countries"},
        {{}, {"JM"}, {"US", "JM"}, ""},
        {{}, {"US"}, {"US", "JM"}, "country: US is in not_countries"},
        {{"US"}, {}, {}, "country: nobody's is not in countries"},
        {{}, {"US"}, {}, ""},
    };
    for (const auto& [countries, not_countries, of, why] : table) {
        recipient_rules rules;
        rules.countries = countries;
        rules.not_countries = not_countries;
        EXPECT_EQ(country_exclusion(rules, of), why);
    }
}

TEST(recipient_rules, dear_numbers_are_left_out_unless_they_are_named) {
    const recipient_rules usual;
    for (std::size_t i = 0; i < number_type_count; ++i) {
        const auto type = static_cast<number_type>(i);
        const bool dear = type == number_type::premium || type == number_type::shared_cost;
        EXPECT_EQ(type_exclusion(usual, type).empty(), !dear) << name_of(type);
        recipient_rules only;
        only.types = bit_of(type);
        EXPECT_EQ(type_exclusion(only, type), "");
        EXPECT_NE(type_exclusion(only, static_cast<number_type>((i + 1) % number_type_count)), "");
        EXPECT_EQ(number_type_named(name_of(type)), type);
    }
    EXPECT_EQ(type_exclusion(usual, number_type::premium), "type: premium is not in types");
    EXPECT_FALSE(number_type_named("cell"));
}

TEST(recipient_rules, a_value_is_itself_and_nothing_near_it) {
    recipient_rules rules;
    EXPECT_EQ(where_exclusion(rules, "anything"), "");
    rules.where = {"state", "TX"};
    EXPECT_EQ(where_exclusion(rules, "TX"), "");
    for (const auto* value : {"", "tx", "TX ", "TXX", "T"})
        EXPECT_EQ(where_exclusion(rules, value), "where: state is not TX");
}

TEST(recipient_rules, a_sample_is_a_share_of_the_hashes) {
    recipient_rules rules;
    EXPECT_EQ(sample_exclusion(rules, ~std::uint64_t{0}), "");
    rules.sample = {50'000};
    constexpr std::uint64_t twentieth = (std::uint64_t{1} << 63) / 10;
    EXPECT_EQ(sample_exclusion(rules, 0), "");
    EXPECT_EQ(sample_exclusion(rules, twentieth - twentieth / 1'000), "");
    EXPECT_EQ(sample_exclusion(rules, twentieth + twentieth / 1'000),
              "sample: not among those taken");
    EXPECT_NE(sample_exclusion(rules, ~std::uint64_t{0}), "");
    rules.sample = {people_share::whole};
    EXPECT_EQ(sample_exclusion(rules, ~std::uint64_t{0}), "");
    EXPECT_EQ(spelled(people_share{}), "");
    EXPECT_EQ(spelled(people_share{50'000}), "5%");
    EXPECT_EQ(spelled(people_share{5'010}), "0.501%");
    EXPECT_EQ(spelled(people_share{1}), "0.0001%");
    EXPECT_EQ(spelled(people_share{1'000'000}), "100%");
}

TEST(recipient_rules, consent) {
    recipient_rules rules;
    EXPECT_EQ(no_consent_exclusion(rules, false, {}), "");
    rules.needs_consent = true;
    EXPECT_EQ(no_consent_exclusion(rules, false, {}), "consent: none");
    EXPECT_EQ(no_consent_exclusion(rules, true, {}), "consent: not a date");
    EXPECT_EQ(no_consent_exclusion(rules, true, today), "");
    EXPECT_EQ(consent_age_exclusion(rules, today - hours(24 * 4'000), today), "");
    EXPECT_EQ(consent_age_exclusion(rules, today + hours(23), today), "") << "another time zone";
    EXPECT_EQ(consent_age_exclusion(rules, today + hours(25), today), "consent: of a day to come");
    rules.consent_age_max = hours(24 * 365);
    EXPECT_EQ(consent_age_exclusion(rules, today - hours(24 * 365), today), "");
    EXPECT_EQ(consent_age_exclusion(rules, today - hours(24 * 365 + 1), today),
              "consent: older than 365d");
}

TEST(recipient_rules, a_detail_tells_its_reason) {
    const std::pair<std::string_view, exclusion> table[] = {
        {"country: CA is not in countries", exclusion::country},
        {"type: premium is not in types", exclusion::type},
        {"where: state is not TX", exclusion::where},
        {"sample: not among those taken", exclusion::sample},
        {"consent: none", exclusion::consent},
        {"frequency 1/24h: texted at 2026-11-03T08:00:00Z", exclusion::frequency},
        {"dnc.txt", exclusion::opt_out},
        {"consent.txt", exclusion::opt_out},
        {"type", exclusion::opt_out},
        {"", exclusion::opt_out},
    };
    for (const auto& [detail, why] : table)
        EXPECT_EQ(exclusion_told_by(detail), why) << detail;
    exclusion_counts counts;
    EXPECT_EQ(in_words(counts), "");
    counts.add(exclusion::country);
    counts.add(exclusion::country);
    counts.add(exclusion::opt_out);
    EXPECT_EQ(in_words(counts), "1 opt-out, 2 country");
    EXPECT_EQ(counts.total(), 3U);
    EXPECT_EQ(counts[exclusion::country], 2U);
}

}  // namespace
}  // namespace tidings::core
