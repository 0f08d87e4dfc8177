#include "store/people_file.hpp"

#include "support/simulated_disk.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

const std::string path = "people";
const codec::number_key key = {1, 2, 3};

core::phone_number number(std::uint64_t row) {
    return core::phone_number::from_digits(917'760'000'000 + row);
}

// Every tenth row names nobody.
core::phone_number listed(std::uint64_t row) {
    return row % 10 == 0 ? core::phone_number() : number(row);
}

class people_file_test : public ::testing::Test {
  protected:
    void write(std::uint64_t rows) {
        auto made = people_writer::create(disk_, path, key);
        ASSERT_TRUE(made) << made.error().text;
        for (std::uint64_t row = 1; row <= rows; ++row)
            ASSERT_TRUE(made->add(listed(row)));
        ASSERT_TRUE(made->finish());
    }
    people_file opened() {
        auto made = people_file::open(disk_, path);
        EXPECT_TRUE(made) << made.error().text;
        return std::move(made).value();
    }

    simulated_disk disk_;
};

TEST_F(people_file_test, knows_each_row_s_number_and_no_other) {
    constexpr std::uint64_t rows = 100'000;
    write(rows);
    auto file = opened();
    EXPECT_EQ(file.rows(), rows);
    EXPECT_EQ(file.key(), key);
    for (std::uint64_t row = 1; row <= rows; row += 37) {
        ASSERT_TRUE(*file.names(row, listed(row))) << row;
        ASSERT_FALSE(*file.names(row, number(row + 1))) << row;
        ASSERT_EQ(*file.names(row, {}), listed(row).empty()) << row;
        // From the other end too: whichever block is at hand makes no difference.
        const auto other = rows + 1 - row;
        ASSERT_TRUE(*file.names(other, listed(other))) << other;
    }
    EXPECT_FALSE(*file.names(0, number(1)));
    EXPECT_FALSE(*file.names(rows + 1, {}));
}

TEST_F(people_file_test, replaces_what_an_attempt_left) {
    write(5);
    write(3);
    EXPECT_EQ(opened().rows(), 3U);
}

TEST_F(people_file_test, is_none_until_it_is_whole) {
    auto made = people_writer::create(disk_, path, key);
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->add(number(1)));
    const auto early = people_file::open(disk_, path);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().kind, core::trouble::journal);
}

TEST_F(people_file_test, damage_and_absence_are_told) {
    EXPECT_EQ(people_file::open(disk_, path).error().kind, core::trouble::missing);
    write(3);
    disk_.damage(path, 3, std::byte{0x40});
    EXPECT_EQ(people_file::open(disk_, path).error().kind, core::trouble::journal);
}

}  // namespace
}  // namespace tidings::store
