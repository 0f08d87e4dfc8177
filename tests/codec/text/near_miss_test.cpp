#include "codec/text/near_miss.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(near_miss, counts_changes) {
    EXPECT_EQ(letters_apart("", ""), 0U);
    EXPECT_EQ(letters_apart("abc", ""), 3U);
    EXPECT_EQ(letters_apart("limits", "limit"), 1U);
    EXPECT_EQ(letters_apart("limits", "lmiits"), 1U);
    EXPECT_EQ(letters_apart("limits", "limots"), 1U);
    EXPECT_EQ(letters_apart("kitten", "sitting"), 3U);
    EXPECT_EQ(letters_apart(std::string(65, 'a'), "a"), 65U);
}

TEST(near_miss, names_what_was_meant) {
    const std::vector<std::string_view> known = {"connections_max", "connect_timeout", "limits",
                                                 "url"};
    EXPECT_EQ(nearest("conections_max", known), "connections_max");
    EXPECT_EQ(nearest("limit", known), "limits");
    EXPECT_EQ(nearest("connect_", known), "connect_timeout");
    EXPECT_EQ(nearest("uri", known), "url");
    EXPECT_EQ(nearest("quiet", known), "");
    EXPECT_EQ(nearest("u", known), "");
    EXPECT_EQ(did_you_mean("limit", known), "; did you mean limits?");
    EXPECT_EQ(did_you_mean("xyz", known), "");
    EXPECT_EQ(did_you_mean("xyz", {}), "");
}

}  // namespace
}  // namespace tidings::codec
