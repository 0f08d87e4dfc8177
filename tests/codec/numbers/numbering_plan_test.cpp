// The plan that is built in, and plans as users may write them.
#include "codec/numbers/numbering_plan.hpp"

#include "codec/numbers/digit_expression.hpp"
#include "codec/numbers/phone_spelling.hpp"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

constexpr std::string_view small_plan = R"(# of our own
plan 2027-01-02 someone
region XX 998 main
lengths 7,8 5
any [1-9]\d{6,7}
mobile 8 9\d{7}
premium - 90\d{5}
trunk 0

formerly 998 (2\d{5}) 9$1
twin 998 9\d{7} erase 0 9
)";

TEST(numbering_plan, the_one_that_is_built_in_is_whole) {
    const auto& plan = numbering_plan::built_in();
    EXPECT_EQ(plan.regions().size(), 254U);
    EXPECT_EQ(plan.day().size(), 10U);
    EXPECT_GE(plan.day(), "2026-09-29");
    EXPECT_TRUE(plan.source().starts_with("google-libphonenumber ")) << plan.source();
    EXPECT_FALSE(plan.changes().empty());
    EXPECT_FALSE(plan.twins().empty());
    std::set<unsigned> codes;
    for (const auto& region : plan.regions()) {
        codes.insert(region.code);
        EXPECT_TRUE(digit_expression::read(region.any)) << region.id;
        EXPECT_FALSE(region.types.empty()) << region.id;
    }
    EXPECT_EQ(codes.size(), 215U);
    for (const auto code : codes) {
        const auto regions = plan.regions_of(code);
        ASSERT_FALSE(regions.empty());
        EXPECT_TRUE(regions.size() == 1 || regions.front().main) << code;
        for (const auto& other : regions.subspan(1))
            EXPECT_FALSE(other.main) << other.id;
    }
    EXPECT_EQ(plan.regions_of(1).front().id, "US");
    EXPECT_EQ(plan.regions_of(44).size(), 4U);
    EXPECT_TRUE(plan.regions_of(999).empty());
    EXPECT_EQ(plan.region("GG")->code, 44U);
    EXPECT_EQ(plan.region("001"), nullptr);
    EXPECT_EQ(plan.region("ZZ"), nullptr);
}

TEST(numbering_plan, reads_one_over_another) {
    numbering_plan plan = numbering_plan::built_in();
    ASSERT_TRUE(plan.read(small_plan, "mine.txt"));
    EXPECT_EQ(plan.day(), "2027-01-02");
    EXPECT_EQ(plan.source(), "someone");
    EXPECT_EQ(plan.regions().size(), 255U);
    auto speller = phone_speller::make("XX", plan).value();
    const auto mobile = speller.spell("+99891234567");
    EXPECT_EQ(mobile.type, number_type::mobile);
    EXPECT_EQ(mobile.near_duplicate().text(), "+9981234567");
    EXPECT_EQ(speller.spell("+998 9012345").type, number_type::premium);
    EXPECT_EQ(speller.spell("091234567").number.text(), "+99891234567");
    EXPECT_EQ(speller.spell("+998212345").number.text(), "+9989212345");
    EXPECT_TRUE(speller.spell("+998212345").corrected);
    EXPECT_EQ(speller.spell("+99812345").why, invalid_reason::too_short_there);

    // Again, with other numbers for the same region: those that were there are gone.
    ASSERT_TRUE(plan.read("region XX 998 main\nlengths 6\nany 1\\d{5}\nmobile - 1\\d{5}\n", "m"));
    EXPECT_EQ(plan.regions().size(), 255U);
    auto anew = phone_speller::make("XX", plan).value();
    EXPECT_EQ(anew.spell("+99891234567").why, invalid_reason::too_long_there);
    EXPECT_TRUE(anew.spell("+998123456"));
}

TEST(numbering_plan, refuses_what_is_none_by_line) {
    struct bad_case {
        const char* text;
        const char* said;
    };
    const bad_case cases[] = {
        {"", "no numbering plan"},
        {"# nothing\n", "no numbering plan"},
        {"lengths 7\n", "p.txt:1: not a line"},
        {"hello\n", "p.txt:1: not a line"},
        {"plan someday\n", "p.txt:1: not a line"},
        {"# x\nregion XX\n", "p.txt:2: not a line"},
        {"region xx 998\n", "p.txt:1: not a line"},
        {"region XX 0\n", "p.txt:1: not a line"},
        {"region XX 1000\n", "p.txt:1: not a line"},
        {"region XX 998 small\n", "p.txt:1: not a line"},
        {"region XX 998\nlengths 7;8\n", "p.txt:2: not a line"},
        {"region XX 998\nlengths 21\n", "p.txt:2: not a line"},
        {"region XX 998\nany [1\n", "p.txt:2: not a line"},
        {"region XX 998\nmobile x 1\n", "p.txt:2: not a line"},
        {"region XX 998\nmobile 7 a\n", "p.txt:2: not a line"},
        {"region XX 998\nunknown 7 1\n", "p.txt:2: not a line"},
        {"region XX 998\ntrunk-becomes\n", "p.txt:2: not a line"},
        {"region XX 998\nlengths 7\n", "without `lengths` or `any`"},
        {"region XX 998\nany 1\n", "without `lengths` or `any`"},
        {"formerly 998 1\n", "p.txt:1: not a line"},
        {"formerly x (1) $1\n", "p.txt:1: not a line"},
        {"twin 998 1 turn 0 9\n", "p.txt:1: not a line"},
        {"twin 998 1 erase 0 10\n", "p.txt:1: not a line"},
        {"twin 998 1 erase 21 1\n", "p.txt:1: not a line"},
    };
    for (const auto& one : cases) {
        numbering_plan plan;
        const auto read = plan.read(one.text, "p.txt");
        ASSERT_FALSE(read) << one.text;
        EXPECT_EQ(read.error().kind, core::trouble::configuration);
        EXPECT_NE(read.error().text.find(one.said), std::string::npos) << read.error().text;
        EXPECT_TRUE(plan.regions().empty());
    }
    std::string many;
    for (std::size_t i = 0; i <= numbering_plan::regions_max; ++i)
        many += "region XX 998\nlengths 7\nany 1\n";
    numbering_plan plan;
    EXPECT_NE(plan.read(many, "p.txt").error().text.find("over 4096 regions"), std::string::npos);
}

TEST(numbering_plan, every_type_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < number_type_count; ++i)
        names.insert(name_of(static_cast<number_type>(i)));
    EXPECT_EQ(names.size(), number_type_count);
}

}  // namespace
}  // namespace tidings::codec
