// Follows the frames of one direction of an HTTP/2 connection: which frame, and so which stream,
// each byte belongs to. It understands nothing else of them; what they mean is nghttp2's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::gateway {

class http2_frames {
  public:
    static constexpr std::size_t header_size = 9;
    static constexpr std::uint8_t headers = 1;  // the type that begins a request

    // `preface` bytes come before the first frame: 24 from a client, none from a server.
    explicit http2_frames(std::size_t preface) : payload_left_(preface) {}

    struct stretch {
        std::size_t size = 0;      // bytes of it
        bool begins = false;       // the frame's header is whole with it; type and stream are known
        std::uint8_t type = 0;     // of the frame they belong to; while its header is not whole,
        std::int32_t stream = -1;  // nobody's: -1
    };
    // The longest piece at the front of `bytes` that is one frame's header, or of its payload.
    // Pre: not empty.
    stretch next(std::string_view bytes);
    void skip(std::string_view bytes) {
        while (!bytes.empty())
            bytes.remove_prefix(next(bytes).size);
    }

  private:
    std::array<unsigned char, header_size> header_{};
    std::size_t header_at_ = header_size;  // as if the preface were a payload
    std::size_t payload_left_;
    std::uint8_t type_ = 0;
    std::int32_t stream_ = -1;
};

// RST_STREAM as it stands on the wire.
std::string rst_stream_frame(std::int32_t stream, std::uint32_t code);

}  // namespace tidings::gateway
