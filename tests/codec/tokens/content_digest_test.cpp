#include "codec/tokens/content_digest.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(content_digest, is_sha256) {
    content_digest digest;
    digest.add("abc");
    EXPECT_EQ(digest.take(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest.take(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(content_digest, pieces_make_no_difference) {
    content_digest pieces;
    pieces.add("a");
    pieces.add("");
    pieces.add("bc");
    content_digest moved = std::move(pieces);
    EXPECT_EQ(moved.take(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace tidings::codec
