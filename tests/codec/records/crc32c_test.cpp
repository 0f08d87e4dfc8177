#include "codec/records/crc32c.hpp"

#include <random>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// The check value of the CRC catalogue, and an example of RFC 3720 appendix B.4.
TEST(crc32c, gives_the_published_values) {
    EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283U);
    const std::vector<std::byte> zeros(32);
    EXPECT_EQ(crc32c(zeros), 0x8A9136AAU);
    EXPECT_EQ(crc32c({}), 0U);
}

TEST(crc32c, instruction_and_table_agree_at_every_length_and_split) {
    std::mt19937_64 random(3);
    std::vector<std::byte> bytes(100);
    for (auto& one : bytes)
        one = static_cast<std::byte>(random());
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const auto part = std::span<const std::byte>(bytes).first(size);
        const auto whole = crc32c(part);
        EXPECT_EQ(whole, crc32c_by_table(part));
        const auto split = size / 3;
        EXPECT_EQ(whole, crc32c(part.subspan(split), crc32c(part.first(split))));
        EXPECT_EQ(whole, crc32c_by_table(part.subspan(split), crc32c_by_table(part.first(split))));
    }
}

}  // namespace
}  // namespace tidings::codec
