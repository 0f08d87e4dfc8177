#include "net/header_block.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace tidings::net {
namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

codec::request_writer requests(std::string path = "/api/public/bot/st-1/outboundsms") {
    return codec::request_writer::make({.path = std::move(path), .host = "sms.example"}).value();
}

fields expected(const codec::request_writer& of, const std::string& token) {
    return {{":method", "POST"},
            {":scheme", "https"},
            {":authority", of.authority()},
            {":path", of.path()},
            {"user-agent", of.user_agent()},
            {"content-type", "application/json;charset=UTF-8"},
            {"accept", "application/json"},
            {"auth", token},
            {"content-length", "54"}};
}

// A peer's decoder, which shares no code with the encoder.
class decoder {
  public:
    decoder() { nghttp2_hd_inflate_new(&inflater_); }
    ~decoder() { nghttp2_hd_inflate_del(inflater_); }
    decoder(const decoder&) = delete;
    decoder& operator=(const decoder&) = delete;

    // As a peer does that has said SETTINGS_HEADER_TABLE_SIZE.
    void shrink_table(std::size_t bytes) { nghttp2_hd_inflate_change_table_size(inflater_, bytes); }

    // Empty: not HPACK.
    fields read(const std::string& block) {
        fields found;
        const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
        std::size_t left = block.size();
        for (;;) {
            nghttp2_nv one{};
            int what = 0;
            const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &one, &what, at, left, 1);
            if (used < 0) return {};
            at += used;
            left -= static_cast<std::size_t>(used);
            if ((what & NGHTTP2_HD_INFLATE_EMIT) != 0)
                found.emplace_back(std::string(reinterpret_cast<char*>(one.name), one.namelen),
                                   std::string(reinterpret_cast<char*>(one.value), one.valuelen));
            if ((what & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
        }
        nghttp2_hd_inflate_end_headers(inflater_);
        return found;
    }

  private:
    nghttp2_hd_inflater* inflater_ = nullptr;
};

std::string write(header_block& from, const std::string& token) {
    std::string block(from.size_max(token.size()), '\0');
    const char* const end = from.write(block.data(), token, 54);
    block.resize(static_cast<std::size_t>(end - block.data()));
    return block;
}

TEST(header_block, is_read_as_the_fields_of_the_call) {
    const auto of = requests();
    for (const bool varies : {false, true}) {
        header_block block(of, varies);
        decoder peer;
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(peer.read(write(block, "a.b.c")), expected(of, "a.b.c")) << i;
    }
}

TEST(header_block, is_a_few_bytes_from_the_second_on) {
    const auto of = requests();
    const std::string token(200, 't');
    header_block lasting(of, false);
    EXPECT_GT(write(lasting, token).size(), token.size() + of.path().size());
    EXPECT_EQ(write(lasting, token).size(), 13U);
    header_block varying(of, true);
    write(varying, token);
    // The token's field: how it is to be treated, its name and its value with their lengths.
    EXPECT_EQ(write(varying, token).size(), 12U + 1 + 5 + 2 + token.size());
}

TEST(header_block, a_new_token_is_written_out_and_then_kept) {
    const auto of = requests();
    header_block block(of, false);
    decoder peer;
    // Enough of them to fill the peer's table several times over.
    for (int i = 0; i < 100; ++i) {
        const std::string token = std::to_string(i) + std::string(300, 't');
        EXPECT_EQ(peer.read(write(block, token)), expected(of, token));
        const auto again = write(block, token);
        EXPECT_EQ(again.size(), 13U);
        EXPECT_EQ(peer.read(again), expected(of, token));
    }
}

TEST(header_block, a_token_of_each_request_is_not_kept_by_anybody) {
    const auto of = requests();
    header_block block(of, true);
    decoder peer;
    for (int i = 0; i < 50; ++i) {
        const std::string token = std::to_string(i) + std::string(1000, 't');
        const auto bytes = write(block, token);
        EXPECT_NE(bytes.find(std::string("\x10\x04") + "auth"), std::string::npos)
            << "never to be indexed, by a proxy either";
        EXPECT_EQ(peer.read(bytes), expected(of, token));
    }
}

TEST(header_block, keeps_to_a_smaller_table) {
    const auto of = requests();
    for (const std::uint32_t bytes : {0U, 1U, 31U, 100U, 345U, 400U, 1000U, 4095U}) {
        header_block block(of, false);
        decoder peer;
        peer.read(write(block, "a.b.c"));
        peer.shrink_table(bytes);
        block.limit_table(bytes);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(peer.read(write(block, "a.b.c")), expected(of, "a.b.c")) << bytes;
        // Smaller again, and then larger, which is nothing to us.
        peer.shrink_table(bytes / 2);
        block.limit_table(bytes / 2);
        block.limit_table(65536);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(peer.read(write(block, "a.b.c")), expected(of, "a.b.c")) << bytes;
    }
}

TEST(header_block, what_is_too_large_for_the_table_is_written_out_each_time) {
    const auto of = requests("/" + std::string(2047, 'p'));
    header_block block(of, false);
    decoder peer;
    const std::string longest(codec::token_size_max, 't');
    const auto bytes = write(block, longest);
    EXPECT_LT(block.size_max(longest.size()), 16384U);
    EXPECT_EQ(peer.read(bytes), expected(of, longest));
    EXPECT_EQ(write(block, longest).size(), bytes.size());
    // And a short one fits again.
    EXPECT_EQ(peer.read(write(block, "a.b.c")), expected(of, "a.b.c"));
    EXPECT_EQ(write(block, "a.b.c").size(), 13U);
}

// By the book: where the table's sizes meet exactly.
TEST(header_block, fits_to_the_byte) {
    const auto of = requests();
    const std::string token = "a.b.c";
    std::size_t sum = 0;
    for (const auto& [name, value] : expected(of, token))
        if (name != ":method" && name != ":scheme" && name != "content-length")
            sum += name.size() + value.size() + 32;
    for (const std::size_t bytes : {sum - 1, sum}) {
        header_block block(of, false);
        block.limit_table(static_cast<std::uint32_t>(bytes));
        decoder peer;
        peer.shrink_table(bytes);
        EXPECT_EQ(peer.read(write(block, token)), expected(of, token));
        const auto second = write(block, token);
        EXPECT_EQ(second.size() == 13, bytes == sum);
        EXPECT_EQ(peer.read(second), expected(of, token));
    }
}

}  // namespace
}  // namespace tidings::net
