#include "net/answer_heads.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace tidings::net {
namespace {

using bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t end_headers = NGHTTP2_FLAG_END_HEADERS;
// ":status 200" and a content type, as they stand in a block whatever the table.
const bytes block_200 = {0x88, 0x0f, 0x10, 0x04, 'j', 's', 'o', 'n'};
const bytes block_400 = {0x8c, 0x0f, 0x10, 0x04, 'j', 's', 'o', 'n'};

bytes operator+(bytes first, const bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

bytes frame(std::uint8_t type, std::uint8_t flags, std::uint8_t stream, const bytes& payload) {
    return bytes{0,
                 static_cast<std::uint8_t>(payload.size() >> 8U),
                 static_cast<std::uint8_t>(payload.size()),
                 type,
                 flags,
                 0,
                 0,
                 0,
                 stream} +
           payload;
}

bytes head(std::uint8_t stream, const bytes& block, std::uint8_t flags = end_headers) {
    return frame(NGHTTP2_HEADERS, flags, stream, block);
}

bytes data(std::uint8_t stream) {
    return frame(NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, stream, {'{', '}'});
}

// What a session does with what comes: learns each head that it does not know.
struct reader {
    answer_heads heads;
    bytes passed;
    std::vector<std::int32_t> whole;  // streams whose head came in one piece
    std::vector<std::int32_t> known;  // and was known

    void read(const bytes& all, std::size_t at_once = SIZE_MAX) {
        for (std::size_t at = 0; at < all.size();) {
            std::span<const std::uint8_t> rest(all.data() + at, std::min(at_once, all.size() - at));
            at += rest.size();
            while (!rest.empty())
                take(heads.next(rest));
        }
    }
    void take(const answer_heads::piece& piece) {
        EXPECT_FALSE(piece.bytes.empty());
        passed.insert(passed.end(), piece.bytes.begin(), piece.bytes.end());
        if (piece.head_of == 0) return;
        whole.push_back(piece.head_of);
        if (const auto* const says = heads.known(piece)) {
            known.push_back(piece.head_of);
            const auto status = piece.bytes[answer_heads::frame_header] == 0x88 ? 200 : 400;
            EXPECT_EQ(says->status, status);
            return;
        }
        answer_head says;
        says.status = piece.bytes[answer_heads::frame_header] == 0x88 ? 200 : 400;
        says.final = true;
        heads.learn(piece, says);
    }
};

const bytes to_zero = {0x20};

TEST(answer_heads, knows_the_head_before_once_the_table_is_empty) {
    reader one;
    one.read(head(1, to_zero + block_200) + data(1) + head(3, block_200) + data(3) +
             head(5, block_200) + head(7, block_400) + head(9, block_400) + head(11, block_200));
    EXPECT_EQ(one.whole, (std::vector<std::int32_t>{1, 3, 5, 7, 9, 11}));
    EXPECT_EQ(one.known, (std::vector<std::int32_t>{5, 9}));
}

TEST(answer_heads, knows_nothing_of_a_server_that_may_use_its_table) {
    reader one;
    for (std::uint8_t stream = 1; stream < 20; stream += 2)
        one.read(head(stream, block_200));
    EXPECT_TRUE(one.known.empty());
}

TEST(answer_heads, a_larger_table_ends_it_and_an_empty_one_begins_anew) {
    reader one;
    one.read(head(1, to_zero + block_200) + head(3, block_200) + head(5, block_200));
    EXPECT_EQ(one.known.size(), 1U);
    one.read(head(7, bytes{0x3f, 0xe1, 0x1f} + block_200) + head(9, block_200) +
             head(11, block_200));
    EXPECT_EQ(one.known.size(), 1U);
    // Emptied and made larger in one block.
    one.read(head(13, bytes{0x20, 0x3f, 0xe1, 0x1f} + block_200) + head(15, block_200) +
             head(17, block_200));
    EXPECT_EQ(one.known.size(), 1U);
    one.read(head(19, to_zero + block_200) + head(21, block_200) + head(23, block_200));
    EXPECT_EQ(one.known, (std::vector<std::int32_t>{5, 23}));
}

TEST(answer_heads, after_anything_unusual_nothing_is_known) {
    const bytes unusual[] = {
        head(7, bytes{0} + block_200, end_headers | NGHTTP2_FLAG_PADDED),
        head(7, bytes{0, 0, 0, 0, 1} + block_200, end_headers | NGHTTP2_FLAG_PRIORITY),
        head(7, {0x88}, 0) + frame(NGHTTP2_CONTINUATION, end_headers, 7, {0x0f, 0x10, 0}),
        head(7, {}, 0) + frame(NGHTTP2_CONTINUATION, end_headers, 7, block_200),
        head(7, {}),
        frame(NGHTTP2_PUSH_PROMISE, end_headers, 7, bytes{0, 0, 0, 2} + block_200),
    };
    for (const auto& what : unusual) {
        reader one;
        one.read(head(1, to_zero + block_200) + head(3, block_200) + head(5, block_200));
        EXPECT_EQ(one.known.size(), 1U);
        one.read(what + head(9, block_200) + head(11, to_zero + block_200) + head(13, block_200) +
                 head(15, block_200));
        EXPECT_EQ(one.known.size(), 1U);
    }
}

TEST(answer_heads, a_size_in_a_head_that_came_in_parts_is_not_believed) {
    const auto first = head(1, to_zero + block_200);
    reader one;
    one.read(first, first.size() - 1);
    one.read(head(3, block_200) + head(5, block_200));
    EXPECT_TRUE(one.known.empty());
}

TEST(answer_heads, a_head_that_came_in_parts_is_passed_on_and_takes_nothing_back) {
    reader one;
    one.read(head(1, to_zero + block_200) + head(3, block_200));
    one.read(head(5, block_400), 4);
    EXPECT_EQ(one.whole, (std::vector<std::int32_t>{1, 3}));
    one.read(head(7, block_200));
    EXPECT_EQ(one.known, (std::vector<std::int32_t>{7}));
}

TEST(answer_heads, a_long_head_is_not_kept) {
    reader one;
    const bytes longest = bytes{0x88} + bytes(511, 0x88);
    const bytes longer = longest + bytes{0x88};
    one.read(head(1, to_zero + block_200) + head(3, longest) + head(5, longest));
    EXPECT_EQ(one.known, (std::vector<std::int32_t>{5}));
    one.read(head(7, longer) + head(9, longer) + head(11, longest));
    EXPECT_EQ(one.known, (std::vector<std::int32_t>{5, 11}));
}

TEST(answer_heads, passes_every_byte_on_in_order_however_they_come) {
    const bytes all = frame(NGHTTP2_SETTINGS, 0, 0, {0, 3, 0, 0, 0, 100}) +
                      frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}) +
                      head(1, to_zero + block_200) + data(1) + head(3, block_200) + data(3) +
                      head(5, block_200) + frame(NGHTTP2_PING, 0, 0, bytes(8, 7)) + data(5) +
                      head(7, {0x88}, 0) + frame(NGHTTP2_CONTINUATION, end_headers, 7, {0x88}) +
                      head(9, block_400) + data(9) + frame(NGHTTP2_GOAWAY, 0, 0, bytes(8, 0));
    for (std::size_t at_once = 1; at_once <= all.size(); ++at_once) {
        reader one;
        one.read(all, at_once);
        EXPECT_EQ(one.passed, all) << at_once;
    }
}

}  // namespace
}  // namespace tidings::net
