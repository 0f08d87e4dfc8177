// The header block of a request over HTTP/2 (HPACK, RFC 7541). The fields that all requests of a
// bot have in common are written out once on a connection, into the peer's table, and are a byte
// each from then on. nghttp2's own encoder never keeps a path, which elsewhere is seldom the same
// twice, and would write ours out in Huffman's code for each message; frames, streams and what the
// peer sends stay its business. Never Huffman-coded: what is sent once need not be short.
//
// One for each connection, for blocks in the order in which they are sent.
#pragma once

#include "codec/messages/request.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::net {

class header_block {
  public:
    // `requests` must outlive it. `token_varies`: each request brings a token of its own, which is
    // not kept; otherwise the same one comes many times.
    header_block(const codec::request_writer& requests, bool token_varies);

    // What the peer may be made to keep (SETTINGS_HEADER_TABLE_SIZE), in bytes as RFC 7541 4.1
    // counts; nothing said: 4,096. Where the fields do not fit, none is kept. A peer that allows
    // more again is not believed.
    void limit_table(std::uint32_t bytes) noexcept;

    // Room that write() needs. For the longest path, host and token it is less than a frame's least
    // size (16,384).
    std::size_t size_max(std::size_t token_size) const noexcept;

    // At `out` (room for size_max(token.size())); returns the end. The block ends up in the peer's
    // table as this object believes: it must be sent. Allocates nothing but for the first block
    // with a token that is kept. Pre: body_size < 100.
    char* write(char* out, std::string_view token, std::size_t body_size);

  private:
    static constexpr std::uint32_t table_default = 4096;

    char* write_out(char* out, std::string_view token) const noexcept;
    std::size_t bytes_in_table(std::string_view token) const noexcept;

    const codec::request_writer& requests_;
    const bool token_varies_;
    std::uint32_t table_ = table_default;
    bool table_told_ = true;  // the peer knows which size we keep to
    bool kept_ = false;       // the peer has our fields, and token_ when it does not vary
    std::string token_;
};

}  // namespace tidings::net
