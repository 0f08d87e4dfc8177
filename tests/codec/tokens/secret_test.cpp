#include "codec/tokens/secret.hpp"

#include <concepts>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

template <class T>
concept streams = requires(std::ostream& out, const T& what) {
    out << what;
};

TEST(secret, cannot_be_printed_by_accident) {
    static_assert(!streams<secret>);
    static_assert(streams<int>);
    static_assert(!fmt::is_formattable<secret>::value);
    static_assert(!std::convertible_to<secret, std::string_view>);
    static_assert(!std::copy_constructible<secret>);
}

TEST(secret, is_its_bytes_exactly_and_moves_whole) {
    const std::string bytes("a\0b\n", 4);
    secret one{std::string_view(bytes)};
    EXPECT_EQ(one.reveal(), bytes);
    EXPECT_EQ(one.size(), 4u);
    secret two(std::move(one));
    EXPECT_EQ(two.reveal(), bytes);
    EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): moved from is empty, by contract
    EXPECT_EQ(one.reveal(), "");
    secret three{std::string_view("x")};
    three = std::move(two);
    EXPECT_EQ(three.reveal(), bytes);
    EXPECT_TRUE(secret().empty());
    EXPECT_TRUE(secret(std::string_view()).empty());
}

TEST(secret, takes_over_a_string_and_wipes_it) {
    std::string source = "short";  // short enough to sit inside the string itself
    const char* const place = source.data();
    const secret taken(std::move(source));
    EXPECT_EQ(taken.reveal(), "short");
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(std::string(place, 5), std::string(5, '\0'));
}

TEST(secret, wiping_overwrites_every_byte) {
    std::string bytes(100, 'x');
    wipe_bytes(bytes.data(), bytes.size());
    EXPECT_EQ(bytes, std::string(100, '\0'));
    wipe_bytes(nullptr, 0);
}

}  // namespace
}  // namespace tidings::codec
