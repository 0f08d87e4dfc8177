#include "codec/lists/cell_spelling.hpp"

#include "codec/lists/raw_row.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(cell_spelling, reads_bytes_that_are_no_utf_8_as_windows_1252) {
    auto speller = phone_speller::make("").value();
    EXPECT_EQ(spell_cell(speller,
                         "+1\xA0"
                         "650\x96"
                         "253\xA0"
                         "0001")
                  .number.text(),
              "+16502530001");
    EXPECT_FALSE(spell_cell(speller, "+1650253000\x81"));
}

TEST(cell_spelling, blanks_around_a_number_may_be_many_and_what_is_long_is_none) {
    auto speller = phone_speller::make("").value();
    std::string text = "+16502530001";
    text.resize(field_bytes_max - 1, ' ');
    EXPECT_TRUE(spell_cell(speller, text));
    // Fields are cut there, and what stands behind may be another number.
    EXPECT_EQ(spell_cell(speller, text + "2").why, invalid_reason::too_many_digits);
}

TEST(cell_spelling, a_json_number_is_a_double_that_has_to_be_whole) {
    const std::vector<std::pair<std::string_view, std::string_view>> table = {
        {"12015550100.999999999", "12015550101"},
        {"919876543210.00000001", "919876543210"},
        {"12015550101.0", "12015550101"},
        {"1.2015550101e10", "12015550101"},
        {"1.2015550101E+10", "12015550101"},
        {"12015550101.5", ""},
        {"-12015550101.0", ""},
        {"9.1E+11", ""},
        {"1e15", ""},
        {"1234567890123456.0", ""},
        {"1.2.3", ""},
        {"e", ""},
        {"", ""},
    };
    std::string out;
    for (const auto& [token, whole] : table)
        EXPECT_EQ(whole_json_number(token, out), whole) << token;
}

}  // namespace
}  // namespace tidings::codec
