#include "codec/lists/list_columns.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using names = std::vector<std::string>;

TEST(list_columns, places_of_wanted_columns) {
    const auto got = find_columns(names{"a", " toNo ", "tz"}, {"toNo", "", "tz"}).value();
    EXPECT_EQ(got.to, 1U);
    EXPECT_EQ(got.from, column_places::absent);
    EXPECT_EQ(got.time_zone, 2U);
}

TEST(list_columns, one_column_may_be_wanted_twice) {
    const auto got = find_columns(names{"n"}, {"n", "n", ""}).value();
    EXPECT_EQ(got.to, 0U);
    EXPECT_EQ(got.from, 0U);
}

TEST(list_columns, names_the_nearest) {
    const auto text = [](const names& present, const std::string& wanted) {
        return missing_name_text("column", "to", wanted, present);
    };
    EXPECT_NE(text({"name", "ToNo"}, "toNo").find("did you mean \"ToNo\"?"), std::string::npos);
    EXPECT_NE(text({"name", "to no"}, "toNo").find("did you mean \"to no\"?"), std::string::npos);
    EXPECT_NE(text({"name", "phnoe"}, "phone").find("did you mean \"phnoe\"?"), std::string::npos);
    EXPECT_EQ(text({"street", "town"}, "msisdn").find("did you mean"), std::string::npos);
}

TEST(list_columns, shows_foreign_names_harmlessly_and_not_all_of_them) {
    const auto text = missing_name_text("column", "to", "toNo", names(100, "a\x1B\n"));
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_NE(text.find("88 more"), std::string::npos);
    EXPECT_LT(missing_name_text("column", "to", "toNo", names(10, std::string(9999, 'x'))).size(),
              800U);
}

TEST(list_columns, knows_a_number_from_a_name) {
    for (const auto* text :
         {"+14155550100", "(415) 555-0100", "0041 79 123 45 67", "4155550100", "+12"})
        EXPECT_TRUE(looks_like_number(text)) << text;
    for (const auto* text : {"toNo", "phone1", "12", "", "c_1234567", "a1234567", "+"})
        EXPECT_FALSE(looks_like_number(text)) << text;
}

}  // namespace
}  // namespace tidings::codec
