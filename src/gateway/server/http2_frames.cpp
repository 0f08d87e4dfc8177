#include "gateway/server/http2_frames.hpp"

#include <algorithm>

namespace tidings::gateway {

http2_frames::stretch http2_frames::next(std::string_view bytes) {
    if (header_at_ == header_size && payload_left_ == 0) {
        header_at_ = 0;
        stream_ = -1;
    }
    if (header_at_ == header_size) {
        const auto size = std::min(bytes.size(), payload_left_);
        payload_left_ -= size;
        return {size, false, type_, stream_};
    }
    const auto size = std::min(bytes.size(), header_size - header_at_);
    std::copy_n(bytes.begin(), size, header_.begin() + static_cast<std::ptrdiff_t>(header_at_));
    header_at_ += size;
    if (header_at_ < header_size) return {size, false, 0, -1};
    payload_left_ = static_cast<std::size_t>(header_[0]) << 16 |
                    static_cast<std::size_t>(header_[1]) << 8 | header_[2];
    type_ = header_[3];
    const auto byte = [this](std::size_t at) { return std::uint32_t{header_[at]}; };
    stream_ =
        static_cast<std::int32_t>((byte(5) & 0x7FU) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8));
    return {size, true, type_, stream_};
}

std::string rst_stream_frame(std::int32_t stream, std::uint32_t code) {
    std::string frame("\0\0\4\3\0", 5);
    for (const auto number : {static_cast<std::uint32_t>(stream), code})
        for (int shift = 24; shift >= 0; shift -= 8)
            frame += static_cast<char>(number >> shift & 0xFF);
    return frame;
}

}  // namespace tidings::gateway
