#include "gateway/rules/base64url.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

TEST(base64url, comes_back_for_every_length_and_byte) {
    std::string bytes;
    std::string decoded;
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(decode_base64url(encode_base64url(bytes), decoded));
        EXPECT_EQ(decoded, bytes);
        bytes += static_cast<char>(i * 7);
    }
}

TEST(base64url, has_one_spelling_for_one_value) {
    std::string decoded;
    EXPECT_EQ(encode_base64url("\xFB\xFF"), "-_8");
    EXPECT_TRUE(decode_base64url("-_8", decoded));
    for (const auto* bad : {"-_9", "-_8=", "+/8", "-_ 8", "A", "AAAAA", "AB"})
        EXPECT_FALSE(decode_base64url(bad, decoded)) << bad;
}

}  // namespace

}  // namespace tidings::gateway
